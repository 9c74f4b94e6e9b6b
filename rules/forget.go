package rules

import (
	"slices"
	"strings"
)

// Removed stands where a purge took out a name or words that must not be empty.
const Removed = "(removed)"

// WithoutWords is the case of a person who asked to be forgotten while it still
// has to be answered: without what people and mails wrote in free words. Its
// numbers, its links and who is on it stay, for the work goes on.
func (c Case) WithoutWords() Case {
	c.Said = c.withoutWords()
	c.Outcome = outcomeWord(c.Outcome)
	c.Match = c.Match.withoutWhy()
	c.Answers = slices.Clone(c.Answers)
	for i := range c.Answers {
		c.Answers[i].Note = ""
	}
	c.Claim, c.Snooze = c.Claim.withoutNote(), c.Snooze.withoutNote()
	return c
}

// Numbers is what is left of a case that is over when its time is up: ids,
// amounts, times, stages, the outcome, and what Stripe's status was. Nothing in
// it was written by or names a person.
func (c Case) Numbers() Case {
	c = c.WithoutWords()
	c.Said = c.numbers()
	c.MailDeadline = c.MailDeadline.numbers()
	c.Keys = numberKeys(c.Keys)
	c.Match = c.Match.numbers()
	c.Stripe = c.Stripe.numbers()
	for i := range c.Answers {
		c.Answers[i].Who = ""
	}
	c.Beneath, c.Claim, c.Snooze = nil, nil, nil
	c.News, c.Thread, c.Warnings = nil, nil, nil
	return c
}

// WithoutWords is the event without what people and mails wrote in free words.
func (e Event) WithoutWords() Event {
	e.Note, e.Outcome = "", outcomeWord(e.Outcome)
	if e.Mail != nil {
		m := *e.Mail
		m.Said = m.withoutWords()
		e.Mail = &m
	}
	if e.Match != nil {
		m := e.Match.withoutWhy()
		e.Match = &m
	}
	if e.From != nil {
		from := e.From.WithoutWords()
		e.From = &from
	}
	return e
}

// Numbers is what is left of an event of a case that is over when its time is
// up: that it happened, when, and its numbers.
func (e Event) Numbers() Event {
	e = e.WithoutWords()
	e.Slack, e.Click, e.Keys, e.Lifted = "", "", numberKeys(e.Keys), nil
	switch e.Type {
	case EventLink, EventClaim, EventAnswer, EventSnooze, EventReopen, EventClose, EventMerge:
		e.By = Removed
	}
	if e.Mail != nil {
		m := *e.Mail
		m.Said, m.Deadline = m.numbers(), m.Deadline.numbers()
		m.MessageID, m.Warnings = "", nil
		e.Mail = &m
	}
	if e.Match != nil {
		m := e.Match.numbers()
		e.Match = &m
	}
	e.Stripe = e.Stripe.numbers()
	if e.Told != nil {
		t := *e.Told
		t.Mention, t.Ended = nil, ""
		if t.News != nil {
			t.News = &News{N: t.News.N, Name: t.News.Name, At: t.News.At}
		}
		e.Told = &t
	}
	if e.From != nil {
		from := e.From.Numbers()
		e.From = &from
	}
	return e
}

// withoutWords keeps a reference only where it is a number: a shop may put a
// name or an address there.
func (s Said) withoutWords() Said {
	for _, ref := range []*string{
		&s.MerchantReference1, &s.MerchantReference2, &s.OrderNumber, &s.OrderID, &s.CaptureID, &s.KlarnaReference, &s.MerchantID,
	} {
		if !isNumber(*ref) {
			*ref = ""
		}
	}
	s.Unnamed, s.ReasonText, s.AmountText = nil, "", "" // any number may be a telephone's
	return s
}

func (s Said) numbers() Said {
	s = s.withoutWords()
	s.Why, s.RespondLink = "", ""
	return s
}

func (d *MailDeadline) numbers() *MailDeadline {
	if d == nil {
		return nil
	}
	return &MailDeadline{At: d.At, Said: d.Said, Ambiguous: d.Ambiguous, Later: d.Later}
}

// withoutWhy leaves out reasons, which quote references.
func (m Match) withoutWhy() Match {
	if m.Why != "" {
		m.Why = Removed
	}
	m.Candidates = slices.Clone(m.Candidates)
	for i := range m.Candidates {
		m.Candidates[i].Why = ""
	}
	return m
}

// numbers keeps that a person confirmed it: a person's word stands before what
// the matcher finds later.
func (m Match) numbers() Match {
	m = m.withoutWhy()
	m.Candidates = nil
	if m.By != "" {
		m.By = Removed
	}
	return m
}

func (s *Reading) numbers() *Reading {
	if s == nil {
		return nil
	}
	r := *s
	r.Tracking, r.Carrier = "", ""
	if !isNumber(r.OrderReference) {
		r.OrderReference = ""
	}
	return &r
}

func (p *Promise) withoutNote() *Promise {
	if p == nil {
		return nil
	}
	q := *p
	q.Note = ""
	return &q
}

// numberKeys are the keys that are Klarna's and Stripe's numbers.
func numberKeys(keys []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(k string) bool {
		return !strings.HasPrefix(k, KlarnaKey("")) && !strings.HasPrefix(k, StripeKey(""))
	})
}

// outcomeWord keeps an outcome of ours; a person may have closed the case with
// any words.
func outcomeWord(outcome string) string {
	switch outcome {
	case "", "won", "lost", "prevented", "withdrawn", "inquiry_closed", "duplicate", "unknown", "closed by a person":
		return outcome
	}
	return "closed by a person"
}

// isNumber says that a reference names an order and no person: it has a digit,
// at most numberMax bytes, and no more letters in a row than a prefix has,
// unless they are hexadecimal.
func isNumber(ref string) bool {
	const numberMax, prefixMax = 64, 3
	digit, letters, hex := false, 0, true
	for _, r := range ref {
		switch {
		case r >= '0' && r <= '9':
			digit, letters, hex = true, 0, true
		case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
			letters++
			hex = hex && (r|0x20) <= 'f'
			if letters > prefixMax && !hex {
				return false
			}
		case strings.ContainsRune("#-_./:", r):
			letters, hex = 0, true
		default:
			return false
		}
	}
	return digit && len(ref) <= numberMax
}
