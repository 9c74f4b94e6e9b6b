package notify

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// chargeLine says which charge it is about, how sure that is, and why.
func chargeLine(c rules.Case) string {
	m := c.Match
	why := rules.Plain(m.Why, 300)
	switch m.Strength {
	case rules.Exact:
		if m.By != "" {
			return joined(": ", m.Charge, "confirmed by "+m.By)
		}
		return joined(": ", m.Charge+", sure", why)
	case rules.Probable:
		return joined(": ", m.Charge+", probable, please check", why)
	case rules.Ambiguous:
		if ch := onlyCharge(m); ch != "" {
			return joined(": ", ch+", several of its disputes fit", why)
		}
		return joined(": ", "several fit", why)
	case "":
		return "" // nobody has looked yet
	}
	return joined(": ", "none found", why)
}

// meant is the id by which a person says that a candidate is meant: the charge's,
// or where it has several disputes the dispute's.
func meant(m rules.Match, k rules.Candidate) string {
	if slices.ContainsFunc(m.Candidates, func(o rules.Candidate) bool { return o.Charge == k.Charge && o.Dispute != k.Dispute }) {
		return k.Dispute
	}
	return k.Charge
}

// onlyCharge is the charge of all candidates, where they are several disputes of
// one; else "".
func onlyCharge(m rules.Match) string {
	if len(m.Candidates) < 2 {
		return ""
	}
	for _, k := range m.Candidates {
		if k.Charge != m.Candidates[0].Charge {
			return ""
		}
	}
	return m.Candidates[0].Charge
}

// candidates lists the charges that could be meant, for a person to choose.
func candidates(c rules.Case, p rules.Policy) []List {
	if c.Match.Sure() || len(c.Match.Candidates) == 0 {
		return nil
	}
	l := List{Title: "Charges that fit"}
	if onlyCharge(c.Match) != "" {
		l.Title = "Disputes that fit"
	}
	for _, k := range c.Match.Candidates {
		l.Rows = append(l.Rows, joined(", ", meant(c.Match, k), k.Amount.String(), k.Created.In(zone(p)).Format(dayForm), rules.Plain(k.Why, 150)))
	}
	return []List{l}
}

// stripeLine is what Stripe says of the dispute, and of refunds.
func stripeLine(c rules.Case, p rules.Policy) string {
	s := c.Stripe
	if s == nil {
		switch {
		case c.Match.Dispute != "":
			return "not read yet: " + c.Match.Dispute
		case c.Match.Charge != "":
			return "no dispute there yet"
		}
		return ""
	}
	line := rules.StatusWords(s.Status)
	if s.RefundedMinor > 0 {
		line += fmt.Sprintf("; refunded so far %s of %s", s.Refund(s.RefundedMinor), s.Amount)
		if s.RefundedSince != s.RefundedMinor {
			line += fmt.Sprintf(", %s of it since the dispute", s.Refund(s.RefundedSince))
		}
	}
	if s.Refunding > 0 {
		line += fmt.Sprintf("; a refund of %s is under way", s.Refund(s.Refunding))
	}
	if s.LossReason != "" {
		line += "; why it was lost: " + rules.Plain(s.LossReason, 80)
	}
	return line + " (read " + s.ReadAt.In(zone(p)).Format("2 Jan, 15:04") + ")"
}

// trackingLine says what Klarna can read of the shipping, where that matters.
func trackingLine(c rules.Case) string {
	s := c.Stripe
	if s == nil || !needsTracking(c.WhyDisputed()) {
		return ""
	}
	if s.Tracking == "" || s.Carrier == "" {
		return "missing on the charge, where Klarna reads it"
	}
	return rules.Plain(s.Carrier, 60) + " " + rules.Plain(s.Tracking, 80)
}

func needsTracking(reason string) bool {
	switch reason {
	case rules.ReasonGoodsNotReceived, rules.ReasonUnauthorizedPurchase, rules.ReasonHighRiskOrder:
		return true
	}
	return false
}

// freshReading is how old a reading of Stripe may be before an escalation says
// so (DESIGN.md, "Failing").
const freshReading = 10 * time.Minute

// oldReading warns where what Stripe said last is too old to act upon.
func oldReading(c rules.Case, now time.Time) []string {
	if c.Stripe == nil || c.Finished() || now.Sub(c.Stripe.ReadAt) <= freshReading {
		return nil
	}
	return []string{"Stripe was last asked " + ago(c.Stripe.ReadAt, now) + " and does not answer: look there before you act."}
}

// stripeWarnings is what is odd about the charge (DOMAIN.md, "What a case
// should tell support about the charge").
func stripeWarnings(c rules.Case, now time.Time) []string {
	return append(oldReading(c, now), c.Oddities()...)
}

const openForm = "Open Klarna's form"

// links leads with Stripe, where the answer belongs; Klarna's form is offered
// only without a Stripe dispute, for a genuine mail, and never for what a reply
// answers.
func links(c rules.Case) []Link {
	var out []Link
	if u := dashboard(c); u != "" {
		out = append(out, Link{"Open in Stripe", u})
	}
	byReply := c.Stage == rules.StageStopRequest || c.Stage == rules.StageInvestigation
	over := c.State == rules.Closed
	if !mayBeInStripe(c) && c.Verdict == rules.Genuine && c.RespondLink != "" && !byReply && !over {
		out = append(out, Link{openForm, c.RespondLink})
	}
	return out
}

// mayBeInStripe says that Stripe shows the dispute, or one that could be it.
func mayBeInStripe(c rules.Case) bool {
	return c.Stripe != nil || c.Match.Dispute != "" ||
		slices.ContainsFunc(c.Match.Candidates, func(k rules.Candidate) bool { return k.Dispute != "" })
}

// dashboard is the charge's page in Stripe; the account leads the path so that
// it opens for Connect and for people with several accounts. Only a reading says
// whether the charge is a live one: without it there is no link, for in the wrong
// mode the page does not exist.
func dashboard(c rules.Case) string {
	s := c.Stripe
	if s == nil || s.Charge == "" {
		return ""
	}
	path := "/"
	if s.Account != "" {
		path += url.PathEscape(s.Account) + "/"
	}
	if !s.Live {
		path += "test/"
	}
	return "https://dashboard.stripe.com" + path + "payments/" + url.PathEscape(s.Charge)
}
