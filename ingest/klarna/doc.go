// Package klarna reads what a mail of Klarna's says: text in, a [Notice] out,
// or [ErrNotKlarna], or a *[FieldError]. It knows labels and phrases in many
// languages from the vocabulary of package phrase, looks at the label first and at
// the shape second, and leaves a field empty, with a warning, rather than fill it
// wrongly.
//
// One mail's way, which read.go tells in this order:
//
//	view                 what is new in the mail, or forwarded in it
//	page                 its texts: lines, cells, words, the phrases in them, the language
//	labels               the values that stand at labels
//	sentences            what is news, and what is told in every mail
//	kind.go, decide.go   what it is about: phrases weighed, sentences heard (weigh.go,
//	                     speech.go), what it concerns (concerns.go), whether one that is
//	                     quiet may want something after all (quiet.go, elsewhere.go)
//	fields.go            the ids: at labels, and in sentences by numbers.go, orders.go and
//	                     told.go; references.go for what a shop writes
//	reasons.go           why the customer disputes
//	sums.go              how much: at a label, claimed in a sentence, or left over
//	result.go            who won
//	deadline.go, due.go  until when: all days to answer by, and the one that counts
//	links.go             the form's button
//
// Below these stand the rooms that know no mail: key lists what a phrase can mean,
// phrase finds phrases among words, dates, money and ids read what has a form of its
// own, letters and words are what all of them are made of. Package lessons stands above
// and teaches the vocabulary.
package klarna
