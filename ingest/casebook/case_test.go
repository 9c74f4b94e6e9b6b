package casebook_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
	"github.com/google/go-cmp/cmp"
)

// exactly is the matcher's sure answer.
func exactly(charge, dispute string) rules.Event {
	return rules.Event{Type: rules.EventMatch, By: "stripe main", Match: &rules.Match{
		Strength: rules.Exact, Charge: charge, Dispute: dispute, Why: "the order reference",
	}}
}

func reading(dispute, status string, at time.Time) rules.Event {
	return rules.Event{Type: rules.EventStripe, At: at, By: "stripe main", Account: "main", Stripe: &rules.Reading{
		Dispute: dispute, Charge: "ch_1", Status: status, Amount: rules.Money{Minor: 12490, Currency: "EUR"},
		CreatedAt: start, DueBy: start.Add(20 * 24 * time.Hour), Klarna: true, ReadAt: at,
	}}
}

func (w *world) say(id string, e rules.Event) rules.Case {
	w.Helper()
	c, err := w.Say(w.ctx, id, e)
	w.must(err)
	return c
}

func TestCaseIsFoundByItsIdItsKeysAndKlarnasNumber(t *testing.T) {
	eachDB(t, func(w *world) {
		m := w.noticeOf("256947", 1)
		c := w.opened(m)
		if !regexp.MustCompile(`^c-[a-z2-9]{6}$`).MatchString(c.ID) {
			w.Errorf("id %s", c.ID)
		}
		for _, id := range []string{c.ID, "256947", "klarna:256947", "krn:klarna:eu1:dispute:faulty-goods:256947", m.Keys[1]} {
			if got, err := w.Case(w.ctx, id); err != nil || got.ID != c.ID {
				w.Errorf("%s: %s, %v", id, got.ID, err)
			}
		}
		if _, err := w.Case(w.ctx, ""); !errors.Is(err, casebook.ErrNoCase) {
			w.Errorf("no id: %v", err)
		}
	})
}

func TestHolderOfAKeyIsTheCaseThatHasItNow(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		if got, held, err := w.Holder(w.ctx, "klarna:256947"); err != nil || !held || got.ID != c.ID {
			w.Errorf("%s, %v, %v", got.ID, held, err)
		}
		if got, held, err := w.Holder(w.ctx, "stripe:du_1"); err != nil || held {
			w.Errorf("a key of nobody: %s, %v", got.ID, err)
		}
	})
}

func TestWordOfAPersonChangesTheCaseAndStandsInItsHistory(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		got := w.say("256947", rules.Event{Type: rules.EventAnswer, By: "anna", Note: "sent the proof"})
		if got.State != rules.Answered {
			w.Errorf("state %s", got.State)
		}
		stored, err := w.Case(w.ctx, c.ID)
		w.must(err)
		if d := cmp.Diff(got, stored); d != "" {
			w.Errorf("what was returned and what is kept differ:\n%s", d)
		}
		events, err := w.History(w.ctx, c.ID)
		w.must(err)
		last := events[len(events)-1]
		if last.By != "anna" || last.Note != "sent the proof" || !last.At.Equal(w.now()) {
			w.Errorf("last event %+v", last)
		}
		unfinished, err := w.Cases(w.ctx, casebook.Filter{Unfinished: true})
		w.must(err)
		if len(unfinished) != 0 {
			w.Errorf("unfinished: %v", unfinished)
		}
	})
}

func TestRefusedEventChangesNothing(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		before := w.dump()
		_, err := w.Say(w.ctx, c.ID, rules.Event{Type: rules.EventClaim, Until: w.now().Add(time.Hour)})
		var refused *rules.RefusedError
		if !errors.As(err, &refused) {
			w.Errorf("a claim by nobody: %v", err)
		}
		w.same(before, w.dump())
	})
}

// A look at Stripe each five minutes would make a hundred thousand events a
// year; the time of the last look is kept all the same.
func TestLookAtStripeThatFindsNothingNewIsNoEvent(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		w.say(c.ID, exactly("ch_1", "du_1"))
		w.say(c.ID, reading("du_1", "needs_response", w.now()))
		before := len(w.types(c.ID))
		w.wait(5 * time.Minute)
		got := w.say(c.ID, reading("du_1", "needs_response", w.now()))
		if n := len(w.types(c.ID)); n != before {
			w.Errorf("%d events more", n-before)
		}
		if !got.Stripe.ReadAt.Equal(w.now()) {
			w.Errorf("read at %v", got.Stripe.ReadAt)
		}
		w.say(c.ID, reading("du_1", "under_review", w.now()))
		if n := len(w.types(c.ID)); n != before+1 {
			w.Errorf("a new status made %d events", n-before)
		}
	})
}

func TestStripeDisputeWithoutAMailOpensOneCase(t *testing.T) {
	eachDB(t, func(w *world) {
		claim, err := w.Claim(w.ctx, "stripe/main")
		w.must(err)
		c, err := w.OpenCase(w.ctx, claim, []string{"stripe:du_1"}, reading("du_1", "needs_response", w.now()))
		w.must(err)
		again, err := w.OpenCase(w.ctx, claim, nil, reading("du_1", "under_review", w.now()))
		w.must(err)
		if again.ID != c.ID || again.State != rules.Answered || c.Kind != rules.KindStripeDispute {
			w.Errorf("opened %s of %s, then %s %s", c.ID, c.Kind, again.ID, again.State)
		}
		mine, err := w.Cases(w.ctx, casebook.Filter{Account: "main"})
		w.must(err)
		theirs, err := w.Cases(w.ctx, casebook.Filter{Account: "other"})
		w.must(err)
		if len(mine) != 1 || len(theirs) != 0 {
			w.Errorf("of the account %d, of another %d", len(mine), len(theirs))
		}
	})
}

func TestTwoDaemonsFindingTheSameStripeDisputeOpenOneCase(t *testing.T) {
	eachDB(t, func(w *world) {
		var all sync.WaitGroup
		for i := range 4 {
			b := w.another(fmt.Sprintf("daemon/%d", i))
			all.Go(func() {
				claim, err := b.Claim(w.ctx, fmt.Sprintf("stripe/%d", i))
				for n := range 8 {
					if err == nil {
						_, err = b.OpenCase(w.ctx, claim, nil, reading(fmt.Sprintf("du_%d", n), "needs_response", w.now()))
					}
				}
				if err != nil {
					w.Error(err)
				}
			})
		}
		all.Wait()
		cases, err := w.Cases(w.ctx, casebook.Filter{})
		w.must(err)
		if len(cases) != 8 {
			w.Errorf("%d cases of 8 disputes", len(cases))
		}
	})
}

func TestSureMatchMakesOneCaseOfTwoAndTheElderStays(t *testing.T) {
	eachDB(t, func(w *world) {
		claim, err := w.Claim(w.ctx, "stripe/main")
		w.must(err)
		elder, err := w.OpenCase(w.ctx, claim, nil, reading("du_1", "needs_response", w.now()))
		w.must(err)
		w.wait(time.Hour)
		younger := w.opened(w.noticeOf("256947", 1))
		w.wait(time.Minute)
		w.say(elder.ID, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().Add(time.Hour)})
		w.wait(time.Minute)
		got := w.say(younger.ID, exactly("ch_1", "du_1"))

		if got.ID != elder.ID || got.DisputeID != "256947" {
			w.Errorf("one case %s about %s, want %s about 256947", got.ID, got.DisputeID, elder.ID)
		}
		gone, err := w.Case(w.ctx, younger.ID)
		w.must(err)
		if gone.State != rules.Closed || gone.Outcome != "duplicate" || len(gone.Keys) != 0 {
			w.Errorf("the younger is %s (%s) with %v", gone.State, gone.Outcome, gone.Keys)
		}
		for _, key := range append(younger.Keys, "stripe:du_1", "256947") {
			if c, err := w.Case(w.ctx, key); err != nil || c.ID != elder.ID {
				w.Errorf("key %s: %s, %v", key, c.ID, err)
			}
		}
		if got := fmt.Sprint(w.types(elder.ID)); got != "[stripe told mail told claim merge match]" {
			w.Errorf("history of the elder: %s", got)
		}
		if got := fmt.Sprint(w.types(younger.ID)); got != "[close]" {
			w.Errorf("history of the younger: %s", got)
		}
		if keys := w.deliver(); len(keys) != 1 || !strings.HasPrefix(keys[0], elder.ID+"/") {
			w.Errorf("told %v, want the elder's card alone", keys)
		}
		if mails, err := w.Mails(w.ctx, elder.ID); err != nil || len(mails) != 1 {
			w.Errorf("%d mails of the elder, %v", len(mails), err)
		}
		// What is said of the younger from now on is said of the elder.
		if c := w.say(younger.ID, rules.Event{Type: rules.EventAnswer, By: "anna"}); c.ID != elder.ID {
			w.Errorf("said of %s", c.ID)
		}
	})
}

func TestGuessAboutAChargeJoinsNoCases(t *testing.T) {
	eachDB(t, func(w *world) {
		claim, err := w.Claim(w.ctx, "stripe/main")
		w.must(err)
		one, err := w.OpenCase(w.ctx, claim, nil, reading("du_1", "needs_response", w.now()))
		w.must(err)
		w.wait(time.Minute)
		two := w.opened(w.noticeOf("256947", 1))
		guess := exactly("ch_1", "du_1")
		guess.Match.Strength, guess.Keys = rules.Probable, []string{"stripe:du_1"}
		if got := w.say(two.ID, guess); got.ID != two.ID || got.State != rules.Open {
			w.Errorf("%s is %s", got.ID, got.State)
		}
		if got := w.say(two.ID, reading("du_1", "needs_response", w.now())); got.ID != two.ID || len(got.Keys) != 2 {
			w.Errorf("%s has %v", got.ID, got.Keys)
		}
		if c, err := w.Case(w.ctx, "stripe:du_1"); err != nil || c.ID != one.ID {
			w.Errorf("the key went to %s, %v", c.ID, err)
		}
		guess.Match.Dispute, guess.Keys = "du_2", []string{"stripe:du_2"}
		w.say(two.ID, guess)
		if c, err := w.Case(w.ctx, "stripe:du_2"); !errors.Is(err, casebook.ErrNoCase) {
			w.Errorf("a guess gave the key to %s, %v", c.ID, err)
		}
		w.say(two.ID, reading("du_2", "needs_response", w.now())) // of a dispute that was guessed
		if c, err := w.Case(w.ctx, "stripe:du_2"); !errors.Is(err, casebook.ErrNoCase) {
			w.Errorf("what Stripe says of a guess gave the key to %s, %v", c.ID, err)
		}
		link := exactly("ch_1", "du_1")
		link.Type, link.By = rules.EventLink, "anna"
		if got := w.say(two.ID, link); got.ID != one.ID {
			w.Errorf("a person's link left two cases: %s", got.ID)
		}
	})
}

// Two cases become one, and a mail that opened a case is understood: neither is a
// third one's affair.
func TestJoiningAndRereadingLeaveOtherCasesAsTheyAre(t *testing.T) {
	eachDB(t, func(w *world) {
		other := w.opened(w.noticeOf("3", 3))
		unknown := w.unknownMail(4)
		w.opened(unknown)
		elder := w.opened(w.noticeOf("1", 1))
		w.wait(time.Second)
		younger := w.opened(w.noticeOf("2", 2))
		w.deliver()
		w.say(elder.ID, exactly("ch_1", "du_1"))
		type facts struct {
			Case    rules.Case
			Mails   []rules.Mail
			History []rules.Event
		}
		ofOther := func() (f facts) {
			w.Helper()
			var err error
			f.Case = w.caseOf("3") // by its key
			f.Mails, err = w.Mails(w.ctx, other.ID)
			w.must(err)
			f.History, err = w.History(w.ctx, other.ID)
			w.must(err)
			return f
		}
		before := ofOther()

		if got := w.say(younger.ID, exactly("ch_1", "du_1")); got.ID != elder.ID {
			w.Fatalf("they did not join: %s", got.ID)
		}
		understood := w.noticeOf("4", 4)
		understood.MessageID, understood.Hash, understood.Keys = unknown.MessageID, unknown.Hash, []string{"klarna:4", unknown.Keys[0]}
		w.record(understood)
		if diff := cmp.Diff(before, ofOther()); diff != "" {
			w.Errorf("of the third case (-was +is)\n%s", diff)
		}
	})
}

// Its attempt had no clear end: whoever looks for it finds out.
func TestMessageThatMayHaveBeenSaidStaysWhenItsCaseJoinsAnother(t *testing.T) {
	eachDB(t, func(w *world) {
		w.say(w.opened(w.noticeOf("1", 1)).ID, exactly("ch_1", "du_1"))
		w.deliver()
		w.wait(time.Minute)
		younger := w.opened(w.noticeOf("2", 2))
		m, claim, err := w.Take(w.ctx)
		w.must(err)
		w.must(w.Attempt(w.ctx, claim, m.ID))
		w.must(w.Book.Failed(w.ctx, claim, m.ID, w.now().Add(time.Minute), "no answer"))
		w.say(younger.ID, exactly("ch_1", "du_1"))
		w.deliver()
		w.wait(time.Minute)
		if got, _, err := w.Take(w.ctx); err != nil || got.ID != m.ID || got.TriedAt.IsZero() {
			w.Errorf("took %+v, %v", got, err)
		}
	})
}

func TestDisputeThatIsLinkedAwayIsNobodys(t *testing.T) {
	eachDB(t, func(w *world) {
		claim, err := w.Claim(w.ctx, "stripe/main")
		w.must(err)
		for i, elder := range []bool{false, true} { // another case has the dispute that is meant
			wrong, right := fmt.Sprint("du_wrong", i), fmt.Sprint("du_right", i)
			if elder {
				_, err := w.OpenCase(w.ctx, claim, nil, reading(right, "needs_response", w.now()))
				w.must(err)
				w.wait(time.Minute)
			}
			c := w.opened(w.noticeOf(fmt.Sprint(256940+i), uint32(i+1)))
			w.say(c.ID, exactly("ch_1", wrong))
			if got, held, err := w.Holder(w.ctx, rules.StripeKey(wrong)); err != nil || !held || got.ID != c.ID {
				w.Fatalf("%s, %v, %v", got.ID, held, err)
			}
			link := exactly("ch_2", right)
			link.Type, link.By = rules.EventLink, "anna"
			if got := w.say(c.ID, link); (got.ID != c.ID) != elder {
				w.Errorf("linked, it is %s", got.ID)
			}
			if got, held, err := w.Holder(w.ctx, rules.StripeKey(wrong)); err != nil || held {
				w.Errorf("%s still has %s, %v", got.ID, wrong, err)
			}
			got, held, err := w.Holder(w.ctx, rules.StripeKey(right))
			if err != nil || !held || slices.Contains(got.Keys, rules.StripeKey(wrong)) || got.DisputeID != c.DisputeID {
				w.Errorf("%+v, %v, %v", got, held, err)
			}
		}
	})
}

func TestRuleJoinsNothingAgainstAPersonsLink(t *testing.T) {
	eachDB(t, func(w *world) {
		claim, err := w.Claim(w.ctx, "stripe/main")
		w.must(err)
		_, err = w.OpenCase(w.ctx, claim, nil, reading("du_1", "needs_response", w.now()))
		w.must(err)
		w.wait(time.Minute)
		c := w.opened(w.noticeOf("256947", 1))
		link := exactly("ch_2", "du_2")
		link.Type, link.By = rules.EventLink, "anna"
		w.say(c.ID, link)
		if got := w.say(c.ID, exactly("ch_1", "du_1")); got.ID != c.ID || got.Match.Dispute != "du_2" {
			w.Errorf("%s is about %s", got.ID, got.Match.Dispute)
		}
	})
}

func TestStepFallsDueOnceWhenItsTimeComes(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		w.deliver()
		early, err := w.Decide(w.ctx)
		w.must(err)
		w.wait(9 * time.Hour) // Monday, 17:00
		n, err := w.Decide(w.ctx)
		w.must(err)
		again, err := w.Decide(w.ctx)
		w.must(err)
		second, err := w.another("two/2").Decide(w.ctx)
		w.must(err)
		if early != 0 || n != 1 || again != 0 || second != 0 {
			w.Errorf("queued %d early, %d, %d again, %d by a second process", early, n, again, second)
		}
		if got := fmt.Sprint(w.deliver()); got != fmt.Sprintf("[%s/1/nudge/0]", c.ID) {
			w.Errorf("told %s", got)
		}
	})
}

// The config was changed while the daemon was down: times that were written
// under the old ladder must not keep the new one waiting.
func TestNewPolicyIsAskedAtOnce(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		w.deliver()
		w.wait(time.Hour)
		o := w.options("two/2")
		o.Policy.Dispute = append(o.Policy.Dispute, rules.Step{Name: "soon", When: rules.When{Anchor: rules.BeforeDeadline, Span: rules.Span{N: 4, Unit: "w"}}})
		o.Policy.Dispute[0].When.Anchor = rules.Unanswered
		o.Policy.Dispute[0].Name, o.Policy.Dispute[0].When.Span = "hello", rules.Span{N: 1, Unit: "m"}
		b, err := casebook.Open(w.ctx, w.dsn, o)
		w.must(err)
		n, err := b.Decide(w.ctx)
		w.must(err)
		w.must(b.Close())
		if n != 1 {
			w.Errorf("queued %d for %s", n, c.ID)
		}
	})
}

func TestStepOfANewPolicyThatIsAheadIsToldAtItsTime(t *testing.T) {
	eachDB(t, func(w *world) {
		w.opened(w.noticeOf("256947", 1))
		w.deliver()
		o := w.options("two/2")
		o.Policy.Dispute = append(o.Policy.Dispute, rules.Step{Name: "soon", When: rules.When{Anchor: rules.Unanswered, Span: rules.Span{N: 2, Unit: "h"}}})
		b, err := casebook.Open(w.ctx, w.dsn, o)
		w.must(err)
		early, err := b.Decide(w.ctx)
		w.must(err)
		w.wait(2 * time.Hour)
		n, err := b.Decide(w.ctx)
		w.must(err)
		w.must(b.Close())
		if early != 0 || n != 1 {
			w.Errorf("queued %d at once and %d at its time, want none and one", early, n)
		}
	})
}

func TestPostedCardIsBroughtUpToDateWhenPeopleWouldSeeADifference(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		w.say(c.ID, exactly("ch_1", "du_1")) // no card yet: nothing to bring up to date
		if got := w.deliver(); len(got) != 1 {
			w.Fatalf("told %v", got)
		}
		w.say(c.ID, reading("du_1", "needs_response", w.now()))
		w.wait(5 * time.Minute)
		w.say(c.ID, reading("du_1", "needs_response", w.now()))
		w.say(c.ID, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().Add(time.Hour)})
		w.deliver()
		more := reading("du_1", "needs_response", w.now())
		more.Keys = []string{"mail:<another@mail.klarna.example>"} // nothing that a card shows
		w.say(c.ID, more)
		if keys := w.deliver(); len(keys) != 0 {
			w.Errorf("nothing to see, and told %v", keys)
		}
		w.say(c.ID, rules.Event{Type: rules.EventClaim, By: "bert", Until: w.now().Add(time.Hour)})
		w.say(c.ID, rules.Event{Type: rules.EventAnswer, By: "bert"})
		cards := 0
		for _, key := range w.deliver() {
			if strings.HasPrefix(key, "card/"+c.ID+"/") {
				cards++
			}
		}
		if cards != 1 {
			w.Errorf("%d refreshes of one card, want the newest alone", cards)
		}
	})
}

func TestClaimThatLapsesIsToldAndItsCardBroughtUpToDate(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		w.deliver()
		w.wait(time.Hour) // Monday, 09:00
		w.say(c.ID, rules.Event{Type: rules.EventClaim, By: "anna", Until: w.now().Add(time.Hour)})
		w.deliver()
		w.wait(time.Hour)
		_, err := w.Decide(w.ctx)
		w.must(err)
		keys := fmt.Sprint(w.deliver())
		if !strings.Contains(keys, c.ID+"/1/news/2") || !strings.Contains(keys, "card/"+c.ID) {
			w.Errorf("told %s, want the news and the card", keys)
		}
		now, err := w.Case(w.ctx, c.ID)
		w.must(err)
		if now.State != rules.Open || !now.Claim.Ended {
			w.Errorf("%s, %+v", now.State, now.Claim)
		}
		w.wait(time.Hour)
		n, err := w.Decide(w.ctx)
		w.must(err)
		if n != 0 {
			w.Errorf("told %d more", n)
		}
	})
}
