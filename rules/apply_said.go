package rules

import (
	"time"
)

// merge lays what a mail says over what was known: its words win if replace, and
// its names of the order if rename; else they only fill what is absent.
func merge(old, m Said, replace, rename bool) Said {
	pick := func(was, is *string) {
		if *is != "" && (replace || *was == "") {
			*was = *is
		}
	}
	pick(&old.Language, &m.Language)
	pick(&old.Reason, &m.Reason)
	pick(&old.ReasonText, &m.ReasonText)
	pick(&old.OrderID, &m.OrderID)
	pick(&old.CaptureID, &m.CaptureID)
	pick(&old.KlarnaReference, &m.KlarnaReference)
	pick(&old.MerchantID, &m.MerchantID)
	old.name(m, rename)
	if old.DisputeID == "" { // the case's identity: never replaced
		old.DisputeID = m.DisputeID
	}
	if !m.Amount.IsZero() && (replace || old.Amount.IsZero()) {
		old.Amount, old.AmountText = m.Amount, m.AmountText
	}
	if old.Kind == "" || old.Kind == KindUnknownKlarna || old.Kind == KindStripeDispute {
		old.Kind = m.Kind
	}
	if old.Verdict != Genuine && m.Verdict != "" {
		old.Verdict, old.Why = m.Verdict, m.Why
	}
	if m.Verdict == Genuine && m.RespondLink != "" {
		old.RespondLink = m.RespondLink
	}
	if m.Result != "" && m.Kind != KindAppealOpen && (m.Verdict == Genuine || old.Verdict != Genuine) {
		old.Result = m.Result // what may be appealed has not ended
	}
	return old
}

// name takes a mail's names of the order. By these the charge is found that may
// answer and close the case, so that an unproved mail has no say once the order
// was named.
func (s *Said) name(m Said, rename bool) {
	named := s.MerchantReference1+s.MerchantReference2+s.OrderNumber != "" || len(s.StripeIDs) > 0
	if named && m.Verdict != Genuine && !rename {
		return
	}
	pick := func(was, is *string) {
		if *is != "" && (rename || *was == "") {
			*was = *is
		}
	}
	pick(&s.MerchantReference1, &m.MerchantReference1)
	pick(&s.MerchantReference2, &m.MerchantReference2)
	pick(&s.OrderNumber, &m.OrderNumber)
	s.StripeIDs = with(s.StripeIDs, m.StripeIDs...)
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
