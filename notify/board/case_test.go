package board_test

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

const klarnasForm = "https://disputes.klarna.example/respond/1"

func TestKlarnasFormIsOnlyADoorWhereItIsTheRightOne(t *testing.T) {
	type change func(*shelf, *rules.Event)
	none := func(*shelf, *rules.Event) {}
	for name, c := range map[string]struct {
		mail  change
		after []func(*shelf) rules.Event
		shown bool
	}{
		"genuine, nothing in Stripe": {mail: none, shown: true},
		"not proved":                 {mail: func(_ *shelf, e *rules.Event) { e.Mail.Verdict = rules.Unverified }},
		"a sure Stripe dispute": {mail: none, after: []func(*shelf) rules.Event{
			func(*shelf) rules.Event { return matched("ch_1") },
			func(s *shelf) rules.Event { return s.reading("ch_1", "needs_response", 5*day) },
		}},
		"a probable Stripe dispute": {mail: none, shown: true, after: []func(*shelf) rules.Event{
			func(*shelf) rules.Event {
				e := matched("ch_1")
				e.Match.Strength = rules.Probable
				return e
			},
			func(s *shelf) rules.Event { return s.reading("ch_1", "needs_response", 5*day) },
		}},
		"a stop request is answered by a reply": {mail: func(_ *shelf, e *rules.Event) { e.Mail.Kind = rules.KindStopRequest }},
		"closed": {mail: none, after: []func(*shelf) rules.Event{
			func(*shelf) rules.Event { return rules.Event{Type: rules.EventClose, By: "anna", Outcome: "withdrawn"} },
		}},
		"a script":                {mail: func(_ *shelf, e *rules.Event) { e.Mail.RespondLink = "javascript:alert(1)//klarna.example" }},
		"without TLS":             {mail: func(_ *shelf, e *rules.Event) { e.Mail.RespondLink = "http://disputes.klarna.example/respond/1" }},
		"a user for a host":       {mail: func(_ *shelf, e *rules.Event) { e.Mail.RespondLink = "https://klarna.example@evil.example/" }},
		"a name without a domain": {mail: func(_ *shelf, e *rules.Event) { e.Mail.RespondLink = "https://klarna/respond/1" }},
		"letters that look so":    {mail: func(_ *shelf, e *rules.Event) { e.Mail.RespondLink = "https://klаrna.example/" }}, // a Cyrillic а
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			mail := s.mail("77-1042", 5*day)
			c.mail(s, &mail)
			s.happens("c-door01", mail)
			for _, e := range c.after {
				s.happens("c-door01", e(s))
			}
			site := open(t, s.server())
			_, body := site.get("/case/c-door01")
			if got := strings.Contains(body, `href="`+klarnasForm+`"`); got != c.shown {
				t.Errorf("Klarna's form is offered: %v, want %v:\n%s", got, c.shown, body)
			}
			if !c.shown && strings.Contains(body, "Open Klarna") {
				t.Errorf("a door to nowhere:\n%s", body)
			}
			site.hides("/", klarnasForm)
		})
	}
}

func TestKlarnasFormMayHaveAnyPlainName(t *testing.T) {
	s := newShelf(t)
	mail := s.mail("77-1042", 5*day)
	mail.Mail.RespondLink = "https://Disputes-2.klarna.EXAMPLE/respond/1"
	s.happens("c-door01", mail)
	site := open(t, s.server())
	site.shows("/case/c-door01", `href="https://Disputes-2.klarna.EXAMPLE/respond/1"`, "opens Disputes-2.klarna.EXAMPLE")
	site.hides("/case/c-door01", "dashboard.stripe.com")
}

// TestLinkInTheBookIsNotProofOfItself: whatever put the link there, the board
// asks for the verdict itself.
func TestLinkInTheBookIsNotProofOfItself(t *testing.T) {
	s := newShelf(t)
	s.happens("c-door01", s.mail("77-1042", 5*day))
	for _, v := range []rules.Verdict{"", rules.Unverified, rules.Forged} {
		s.cases[0].Verdict = v
		open(t, s.server()).hides("/case/c-door01", klarnasForm)
	}
}

func TestStripesDoorOpensTheAccountAndMode(t *testing.T) {
	s := newShelf(t)
	read := s.reading("ch_1/../x", "needs_response", 5*day)
	read.Stripe.Account, read.Stripe.Live = "acct_1", false
	s.happens("c-door01", s.mail("77-1042", 5*day), matched("ch_1/../x"), read)
	open(t, s.server()).shows("/case/c-door01", `href="https://dashboard.stripe.com/acct_1/test/payments/ch_1%2F..%2Fx"`, "opens dashboard.stripe.com", "test mode")
}

func TestDoubtfulFactsSaySo(t *testing.T) {
	s := newShelf(t)
	assumed := s.mail("assumed", 0)
	assumed.Mail.Deadline, assumed.Mail.Assumed = nil, s.now.Add(7*day)
	assumed.Mail.Verdict, assumed.Mail.Why = rules.Unverified, "no trusted result"
	s.happens("c-assume", assumed)

	two := s.mail("two-ways", 4*day)
	two.Mail.Deadline.Text, two.Mail.Deadline.Ambiguous = "03/04/2026", true
	probable := matched("ch_2")
	probable.Match.Strength, probable.Match.Why = rules.Probable, "amount and date fit"
	other := s.reading("ch_2", "a_new_status", 5*day)
	other.Stripe.Amount.Minor = 9990
	s.happens("c-twoway", two, probable, other)

	several := s.mail("several", 9*day)
	s.happens("c-severa", several, rules.Event{Type: rules.EventMatch, Match: &rules.Match{
		Strength: rules.Ambiguous, Why: "two charges fit",
		Candidates: []rules.Candidate{{Charge: "ch_a", Why: "amount", Created: s.now}, {Charge: "ch_b", Why: "amount too", Created: s.now}},
	}})

	site := open(t, s.server())
	site.shows("/", "two-ways", "ambiguous</b> the mail&#39;s “03/04/2026” can be read in two ways", "124.90 EUR",
		"“a_new_status”, a status unknown to this program (if this is the charge)", `class="unsure">ch_2, probable: please check`, "Check that this is the charge",
		"assumed", "not proved to be Klarna&#39;s", `<b class="tag">assumed</b> nobody named a date`,
		"several", "ambiguous: several charges fit", "Say which charge is meant",
		"Which charge is it?")
	site.shows("/case/c-severa", "Charges that could be meant", "ch_a", "ch_b", "amount too", "disputewatch link c-severa CHARGE")
	site.shows("/case/c-twoway", "different amounts: 124.90 EUR in the mail, 99.90 EUR at Stripe", "disputewatch link c-twoway ch_2")
	site.shows("/case/c-assume", "not proved to be Klarna&#39;s: no trusted result", "No date in the mail; assumed Mon 9 Mar 2026, 09:00")
}

func TestCaseShowsAllThatIsKnown(t *testing.T) {
	s := newShelf(t)
	mail := s.mail("77-1042", 5*day)
	m := mail.Mail
	m.DisputeID, m.MerchantReference2, m.OrderID, m.CaptureID, m.KlarnaReference, m.MerchantID = "266091", "second", "order-1", "capture-1", "K4MADNY", "K963369"
	m.Why = "no trusted result"
	read := s.reading("ch_1", "needs_response", 9*day)
	read.Stripe.RefundedMinor, read.Stripe.RefundedSince, read.Stripe.Refunding = 1000, 500, 250
	read.Stripe.Reason, read.Stripe.HasEvidence = "product_not_received", true
	s.happens("c-known1", mail, matched("ch_1"), read, rules.Event{Type: rules.EventSnooze, By: "anna", Until: s.now.Add(day), Note: "asked the carrier"})
	s.cases[0].Told = []rules.Told{
		{Step: "new", At: s.now, Folded: "nudge"}, {Step: "nudge", N: 2, At: s.now}, {Step: "week", At: s.now, Observed: true},
	}
	site := open(t, s.server())
	site.shows("/case/c-known1",
		"266091", "77-1042", "second", "Goods not received", "order-1", "capture-1", "K4MADNY", "K963369", "Sender", "no trusted result",
		"At risk", "144.90 EUR", "Charge", "the order reference fits", "du_ch_1, product not received", "Stripe&#39;s status", "Disputed at Stripe", "124.90 EUR",
		"Stripe&#39;s date", "Wed 11 Mar 2026, 09:00", "10.00 EUR in all, 5.00 EUR of it since the dispute", "Refunds under way", "2.50 EUR",
		"staged, not submitted", "Stripe was read", "Mon 2 Mar 2026, 09:00", "by anna until Tue 3 Mar 2026, 09:00", "asked the carrier", "Opened")
	site.shows("/case/c-known1", "told with nudge", "nudge, repeat 2", "recorded, not said")
	read.Stripe.Submissions = 1
	s.happens("c-known1", read)
	site.shows("/case/c-known1", "Evidence", "submitted")
	site.hides("/case/c-known1", "staged")
	s.now = s.now.Add(2 * day)
	site.hides("/case/c-known1", "by anna until")
	s.happens("c-known1", rules.Event{Type: rules.EventStripe, Stripe: s.reading("ch_1", "won", 0).Stripe})
	site.shows("/case/c-known1", "Closed", "Wed 4 Mar 2026, 09:00: won")
}

func TestCandidatesAreForgottenOnceTheChargeIsSure(t *testing.T) {
	s := newShelf(t)
	sure := matched("ch_2")
	sure.Match.Candidates = []rules.Candidate{{Charge: "ch_3", Why: "amount"}}
	s.happens("c-sure01", s.mail("77-2000", 9*day), sure)
	open(t, s.server()).hides("/case/c-sure01", "Charges that could be meant")
}

func TestBothDatesAreShownWhereMailAndStripeDiffer(t *testing.T) {
	s := newShelf(t)
	s.happens("c-both01", s.mail("77-1042", 9*day), matched("ch_1"), s.reading("ch_1", "needs_response", 6*day))
	site := open(t, s.server())
	site.shows("/", "6 days left", "Sun 8 Mar, 09:00", "from Stripe", "Another date: ", "Wed 11 Mar, 09:00", "from Klarna&#39;s mail",
		"chargeback, waits for our evidence <small>ch_1, sure</small>")
}

func TestTimesAreTheShops(t *testing.T) {
	s := newShelf(t)
	s.happens("c-sum001", s.mail("summer", 27*day+8*time.Hour)) // after the clocks change on 29 March
	open(t, s.server()).shows("/", "As of", "Mon 2 Mar 2026, 09:00", "(Europe/Berlin)", "27 days left", `<time datetime="2026-03-29T16:00:00Z">Sun 29 Mar, 18:00</time>`)
}

func TestPeopleAndAddressesOfMailsAreNotShown(t *testing.T) {
	s := newShelf(t)
	mail := s.mail("anna.shopper@example.org", 5*day)
	mail.Mail.ReasonText = "Write to Anna <anna.shopper@example.org>\u202etxt.exe"
	s.happens("c-person", mail)
	site := open(t, s.server())
	for _, path := range []string{"/", "/case/c-person", "/cases.csv"} {
		site.hides(path, "anna.shopper", "\u202e")
	}
}

func TestLinksInWordsOfAMailAreNotShown(t *testing.T) {
	s := newShelf(t)
	mail := s.mail("https://evil.example/1", 5*day)
	mail.Mail.MerchantReference2, mail.Mail.ReasonText = "www.evil.example", "Pay at https://evil.example/2"
	s.happens("c-lured1", mail)
	site := open(t, s.server())
	site.shows("/case/c-lured1", "[link]")
	for _, path := range []string{"/", "/case/c-lured1"} {
		site.hides(path, "evil.example")
	}
}

func TestEveryKindOfEventIsWorded(t *testing.T) {
	s := newShelf(t)
	id := "c-events"
	s.happens(id, s.mail("77-1042", 5*day),
		rules.Event{Type: rules.EventReply, Mail: &rules.MailSaid{}, Note: "in Sent"},
		rules.Event{Type: rules.EventLink, By: "anna", Match: &rules.Match{Strength: rules.Exact, Charge: "ch_9"}},
		rules.Event{Type: rules.EventPosted, Card: &rules.Place{Channel: "C1", TS: "1.2"}},
		rules.Event{Type: rules.EventTold, Told: &rules.Escalation{
			Case: id, Round: 1, Step: "last", N: 2, Due: s.now, Reason: "48h before the deadline",
			Folded: []rules.Told{{Step: "week"}}, Mention: []string{"on_call"}, Page: true,
		}},
		rules.Event{Type: rules.EventSnooze, By: "anna", Until: s.now.Add(day)},
		rules.Event{Type: rules.EventMerge, Other: "c-other1", From: &rules.Case{ID: "c-other1"}},
		rules.Event{Type: rules.EventAnswer, By: "anna", Until: s.now.Add(2 * day)},
		rules.Event{Type: rules.EventReopen, By: "bob"},
		rules.Event{Type: rules.EventClose, By: "bob", Outcome: "withdrawn"})
	s.events[id] = append(s.events[id], rules.Event{Type: "of_a_later_version", At: s.now})
	open(t, s.server()).shows("/case/"+id,
		"closed: withdrawn", "disputewatch reopen", "A mail came", "Somebody replied to the mail", "in Sent", "Linked to a charge", "ch_9",
		"The card was posted in Slack", "Told: step last, repeat 2", "Because: 48h before the deadline", "too: week", "Called: on_call", "woken",
		"Snoozed", "Joined with case c-other1", "Answered", "Stripe must agree", "Reopened", "bob", "Closed: withdrawn", "Of a later version")
}

func TestLongHistoryKeepsItsNewestEvents(t *testing.T) {
	s := newShelf(t)
	s.happens("c-long01", s.mail("77-1042", 5*day))
	for range 1200 {
		s.events["c-long01"] = append(s.events["c-long01"], rules.Event{Type: rules.EventPosted, At: s.now})
	}
	s.events["c-long01"] = append(s.events["c-long01"], rules.Event{Type: rules.EventReopen, At: s.now})
	site := open(t, s.server())
	site.shows("/case/c-long01", "202 earlier events are not shown", "Reopened")
	_, body := site.get("/case/c-long01")
	if n := strings.Count(body, `data-label="What"`); n != 1000 {
		t.Errorf("%d events are shown, want 1000", n)
	}
}

func TestStopRequestBesideAnAnsweredDisputeStillAsksForItsReply(t *testing.T) {
	s := newShelf(t)
	stop := s.mail("77-1042", day)
	stop.Mail.Kind = rules.KindStopRequest
	s.happens("c-also01", s.mail("77-1042", 5*day), matched("ch_1"), s.reading("ch_1", "needs_response", 5*day), stop)
	site := open(t, s.server())
	site.shows("/case/c-also01", "Stop the order, then reply to that very mail. Of the dispute: Submit the evidence")
	s.happens("c-also01", s.reading("ch_1", "under_review", 5*day))
	site.shows("/case/c-also01", "Stop the order, then reply to that very mail.")
	site.hides("/case/c-also01", "Nothing for now: Klarna decides.")
}
