package lessons

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna"
	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/money"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/words"
)

// Bounds of what is taught: a longer phrase would stand in no second mail, a
// shorter one in too many.
const (
	maxPhrase   = 6 // words
	leastSingle = 4 // letters of a phrase of one word
	maxPlaces   = 20
	firstLines  = 8 // of a part, in which the words of its kind are looked for
)

// places are the bytes of t at which the lesson's value begins.
func places(v *phrase.Vocabulary, t *page.Text, o klarna.Options, m *eml.Message, l Lesson) []int {
	var out []int
	switch l.Field {
	case "deadline":
		d := dates.Setting{Zone: o.Location, Order: o.DateOrder, Mail: m.Date}
		for _, moment := range dates.In(v, t, 0, len(t.Words)) {
			if rd, err := dates.Resolve(moment, d); err == nil && (l.on(rd.At, o.Location) || rd.Ambiguous) {
				out = append(out, moment.At)
			}
		}
	case "amount":
		want, _ := money.Read(l.Value)
		for _, w := range t.Words {
			if !w.Digits() || len(out) > 0 && w.At < out[len(out)-1] {
				continue
			}
			if got, ok := money.Minor(t.S[w.At:money.NumberEnd(t.S, w.At)], want.Money.Currency); ok && got == want.Money {
				out = append(out, w.At)
			}
		}
	default:
		out = literals(t.S, l.Value)
	}
	return out[:min(len(out), maxPlaces)]
}

// literals are the places where value stands in s, in upper or lower case, as a
// word of its own.
func literals(s, value string) []int {
	low, want := strings.ToLower(s), strings.ToLower(strings.Join(strings.Fields(value), " "))
	if len(low) != len(s) {
		low, want = s, value // a letter whose lower case has another length
	}
	var out []int
	for from := 0; ; {
		i := strings.Index(low[from:], want)
		if i < 0 || want == "" {
			return out
		}
		i += from
		end := i + len(want)
		if (i == 0 || !letters.InWord(low[i-1])) && (end == len(low) || !letters.InWord(low[end])) {
			out = append(out, i)
		}
		from = end
	}
}

// labelsBefore lists what may be the label of the value at byte at: what stands
// before it in its cell, in the cell before, on top of its column, on the line
// above.
func labelsBefore(t *page.Text, at int) []string {
	i := t.LineOf(t.WordAt(at))
	l := t.Lines[i]
	c := 0
	for c+1 < len(l.Cells) && l.Cells[c+1].At <= at {
		c++
	}
	if len(l.Cells) == 0 {
		return nil
	}
	if own := lastWords(t.S[l.Cells[c].At:max(at, l.Cells[c].At)]); len(own) > 0 {
		return own
	}
	var out []string
	for k := c - 1; k >= 0; k-- {
		if t.Str(l.Cells[k]) != "" {
			out = append(out, lastWords(t.Str(l.Cells[k]))...)
			break
		}
	}
	if i == 0 {
		return out
	}
	above := t.Lines[i-1]
	if len(above.Cells) == len(l.Cells) {
		return append(out, lastWords(t.Str(above.Cells[c]))...)
	}
	return append(out, lastWords(t.Str(above.Span))...)
}

// lastWords are the last words of s that no end of a sentence parts, without
// numbers: all of them first, then fewer.
func lastWords(s string) []string {
	s = strings.TrimRight(s, " \t:：=-–—#*_.([\"'")
	list := words.Of(s)
	from := len(list)
	for from > 0 && len(list)-from < maxPhrase && !(from < len(list) && list[from].Gap > words.GapNone) {
		if w := list[from-1]; w.Digits() && len(w.Norm) > 2 {
			break
		}
		from--
	}
	var out []string
	for ; from < len(list); from++ {
		if p := phraseOf(s, list[from:]); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// phraseOf writes words of s as a vocabulary does; "" where they are too little
// to be one.
func phraseOf(s string, list []words.Word) string {
	letters := 0
	var out []string
	for _, w := range list {
		if !w.Digits() {
			letters += len(w.Norm)
		}
		out = append(out, strings.ToLower(s[w.At:w.End]))
	}
	if letters < leastSingle {
		return ""
	}
	return strings.Join(out, " ")
}

// kindPhrases are the runs of words of the subject, and of the first lines, that
// may say what a mail is about.
func kindPhrases(texts []*page.Text) []string {
	var out []string
	for _, t := range texts {
		for _, l := range t.Lines[:min(len(t.Lines), firstLines)] {
			out = append(out, runs(t, l)...)
		}
	}
	return out
}

// runs are the words of a line between its numbers and ends of sentences: each
// run, or its head, and then pairs of it.
func runs(t *page.Text, l page.Line) []string {
	var whole, pairs []string
	for from := l.From; from < l.To; {
		to := from
		for to < l.To && !t.Words[to].Digits() && (to == from || t.Words[to].Gap == words.GapNone) {
			to++
		}
		if run := t.Words[from:to]; len(run) > 1 {
			whole = append(whole, phraseOf(t.S, run[:min(len(run), maxPhrase)]))
			for i := range len(run) - 1 {
				pairs = append(pairs, phraseOf(t.S, run[i:i+2]))
			}
		} else if len(run) == 1 && len(run[0].Norm) > 2*leastSingle {
			pairs = append(pairs, phraseOf(t.S, run))
		}
		from = max(to, from+1)
	}
	return append(whole, pairs...)
}

// saidPhrases are the words that mean a reason or a result: those that the person
// names, or what stands at its label.
func saidPhrases(v *phrase.Vocabulary, texts []*page.Text, l Lesson) []string {
	var out []string
	add := func(s string) {
		list := words.Of(s)
		if len(list) == 0 || len(list) > 2*maxPhrase || slices.ContainsFunc(list, words.Word.Digits) {
			return
		}
		out = append(out, phraseOf(s, list))
	}
	for _, t := range texts {
		if l.Text != "" {
			if len(literals(t.S, l.Text)) > 0 {
				add(l.Text)
			}
			continue
		}
		for _, f := range labels.On(t) {
			if f.Field == l.Field {
				add(f.Value)
			}
		}
	}
	return out
}
