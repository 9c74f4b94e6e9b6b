package rules

import "time"

// takeSaid lays a mail's words over what was known, and sees to it that they are
// still about the same order.
func (c *Case) takeSaid(at time.Time, m MailSaid, w weight) {
	was := c.MerchantReference1
	if !m.proved() && was != "" && m.MerchantReference1 != "" && m.MerchantReference1 != was {
		c.warn("An unverified mail names another order; the first one stays.")
	}
	c.Said.merge(m.Said, w.newest && w.counts, w.newest && m.proved())
	c.renamed(at, was, w.first)
	c.Warnings = with(c.Warnings, m.Warnings...)
}

// renamed: the mails name another order than they did. What was found by mails
// that nobody proved is looked for anew when the first proved one names another;
// of two proved ones, and of what a person linked, a person must judge.
func (c *Case) renamed(at time.Time, was string, first bool) {
	switch m := c.Match; {
	case was == "" || c.MerchantReference1 == was || m.Charge == "":
	case first && m.By == "":
		c.takeMatch(Event{Type: EventMatch, At: at, Match: &Match{Strength: NoMatch, Why: "a proved mail names another order than the first one"}})
	case m.Sure():
		c.warn("A later mail names another order than the one whose charge was found. Please check.")
	}
}

// merge lays what a mail says over what was known: its words win if replace, and
// its names of the order if rename; else they only fill what is absent.
func (s *Said) merge(m Said, replace, rename bool) {
	lay(&s.Language, m.Language, replace)
	lay(&s.Reason, m.Reason, replace)
	lay(&s.ReasonText, m.ReasonText, replace)
	lay(&s.OrderID, m.OrderID, replace)
	lay(&s.CaptureID, m.CaptureID, replace)
	lay(&s.KlarnaReference, m.KlarnaReference, replace)
	lay(&s.MerchantID, m.MerchantID, replace)
	s.name(m, rename)
	lay(&s.DisputeID, m.DisputeID, false) // the case's identity: never replaced
	if !m.Amount.IsZero() && (replace || s.Amount.IsZero()) {
		s.Amount, s.AmountText = m.Amount, m.AmountText
	}
	if s.Kind == "" || s.Kind == KindUnknownKlarna || s.Kind == KindStripeDispute {
		s.Kind = m.Kind
	}
	if !s.proved() && m.Verdict != "" {
		s.Verdict, s.Why = m.Verdict, m.Why
	}
	if m.proved() {
		lay(&s.RespondLink, m.RespondLink, true)
	}
	if m.Kind != KindAppealOpen && (m.proved() || !s.proved()) { // what may be appealed has not ended
		lay(&s.Result, m.Result, true)
	}
}

// name takes a mail's names of the order. By these the charge is found that may
// answer and close the case, so that an unproved mail has no say once the order
// was named.
func (s *Said) name(m Said, rename bool) {
	named := s.MerchantReference1+s.MerchantReference2+s.OrderNumber != "" || len(s.StripeIDs) > 0
	if named && !m.proved() && !rename {
		return
	}
	lay(&s.MerchantReference1, m.MerchantReference1, rename)
	lay(&s.MerchantReference2, m.MerchantReference2, rename)
	lay(&s.OrderNumber, m.OrderNumber, rename)
	s.StripeIDs = with(s.StripeIDs, m.StripeIDs...)
	if len(s.Unnamed) == 0 {
		s.Unnamed = m.Unnamed
	}
}

// lay puts a word over what was known, or only where nothing was.
func lay[T ~string](was *T, is T, over bool) {
	if is != "" && (over || *was == "") {
		*was = is
	}
}
