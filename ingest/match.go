package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/ingest/charges"
	"github.com/disputewatch/disputewatch/rules"
)

// StripeBook is what asking Stripe needs of the book.
type StripeBook interface {
	// Unclosed is the cases of a Stripe account that are not closed, and those
	// closed within the last days, about which Stripe may still change its mind; none
	// that went into another.
	Unclosed(ctx context.Context, account string) ([]rules.Case, error)
	// SayUnder changes a case while the claim holds.
	SayUnder(ctx context.Context, c rules.Claim, id string, e rules.Event) (rules.Case, error)
	// OpenCase lets e happen to the case that has one of keys, and opens one
	// where there is none, while the claim holds.
	OpenCase(ctx context.Context, c rules.Claim, keys []string, e rules.Event) (rules.Case, error)
	Holders
}

// Stripe asks one Stripe account about its cases.
type Stripe struct {
	Account  string // its name in the config
	Client   *charges.Client
	Book     StripeBook
	Lures    LureBook   // nil: nobody looks for the orders that forged mails name
	Lookback rules.Span // how far back disputes are listed
	Missing  rules.Span // when a mail without a dispute is told; zero is never
	Calendar rules.Calendar
	Now      func() time.Time
	// MailRead is until when every mailbox of the account has been read to its
	// end, the zero time where one never was; nil where there is no mailbox for
	// whose mails a dispute could wait.
	MailRead func(ctx context.Context) (time.Time, error)

	mu    sync.Mutex           // guards what follows
	tried map[string]time.Time // case → when its charge is looked for again
	shown map[string]bool      // the Klarna disputes seen: with a new one every case is tried
}

// Matched counts what one refresh did.
type Matched struct {
	Cases   int      // that were looked at
	Matched int      // for which a charge was newly found
	Opened  []string // ids of cases that no mail announced
	Changed []string // ids of cases

	same    []saying // what Stripe said again, in words that the book has
	guesses []guess  // cases that were matched to a dispute without being sure
}

// guess is a case as it stood then.
type guess struct {
	rules.Case
	counted bool // in Matched
}

// saying is Stripe's word on one case.
type saying struct {
	id    string
	event rules.Event
}

// The time between two searches for the charge of one case grows with the
// case's age, within these bounds: Stripe's dispute may come days after the mail.
const (
	tryAgainFirst = 2 * time.Minute
	tryAgainLast  = 6 * time.Hour
)

// Refresh finds the charge of each case that has none for sure, and reads what
// Stripe says of each now. A case that fails does not keep the others from
// being refreshed.
func (s *Stripe) Refresh(ctx context.Context, claim rules.Claim) (Matched, error) {
	var done Matched
	now := s.Now()
	window, err := s.Client.Window(ctx, s.Calendar.Sub(now, s.Lookback))
	if err != nil {
		return done, err
	}
	s.news(window)
	cases, err := s.Book.Unclosed(ctx, s.Account)
	if err != nil {
		return done, fmt.Errorf("stripe %s: %w", s.Account, err)
	}
	slices.SortStableFunc(cases, func(a, b rules.Case) int { // whoever still asks has the first choice
		return cmp.Compare(oneIf(closedByMail(a)), oneIf(closedByMail(b)))
	})
	errs := []error{window.Err(), s.Client.Seek(ctx, window, s.wanted(cases))}
	for _, c := range cases {
		if ctx.Err() != nil {
			break
		}
		done.Cases++
		if err := s.refresh(ctx, claim, window, c, &done); err != nil {
			errs = append(errs, fmt.Errorf("case %s: %w", c.ID, err))
		}
	}
	if ctx.Err() == nil {
		errs = append(errs, s.again(ctx, claim, window, &done), s.opens(ctx, claim, window, &done), s.seekLures(ctx, claim, window))
	}
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return done, errors.Join(err, s.confirm(ctx, claim, done.same))
	}
	return done, nil
}

// again looks once more at the guesses of this pass whose dispute another case
// turned out to have: that case came later in the list.
func (s *Stripe) again(ctx context.Context, claim rules.Claim, w *charges.Window, done *Matched) error {
	var errs []error
	for _, c := range done.guesses {
		taken, err := Taken(ctx, s.Book, c.Case, c.Match.Dispute)
		if taken {
			if c.counted {
				done.Matched--
			}
			s.forget(c.Case)
			err = s.refresh(ctx, claim, w, c.Case, done)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("case %s: %w", c.ID, err))
		}
	}
	return errors.Join(errs...)
}

// confirm dates the readings that changed nothing. After a refresh that worked
// its own time dates them all; after one that failed in part it would be said of
// each case that Stripe does not answer.
func (s *Stripe) confirm(ctx context.Context, claim rules.Claim, same []saying) error {
	for _, w := range same {
		if _, err := s.Book.SayUnder(ctx, claim, w.id, w.event); err != nil {
			return err
		}
	}
	return nil
}

// opens reconciles against the cases as they stand after the matching.
func (s *Stripe) opens(ctx context.Context, claim rules.Claim, w *charges.Window, done *Matched) error {
	cases, err := s.Book.Unclosed(ctx, s.Account)
	if err != nil {
		return fmt.Errorf("stripe %s: %w", s.Account, err)
	}
	return s.reconcile(ctx, claim, w, cases, done)
}

// wanted is what the cases know that a charge is to be found for: their
// references are searched for together, before they are matched one by one.
func (s *Stripe) wanted(cases []rules.Case) []charges.Want {
	var wants []charges.Want
	for _, c := range cases {
		if s.wantsMatch(c, s.Now()) {
			wants = append(wants, want(c))
		}
	}
	return wants
}

func (s *Stripe) refresh(ctx context.Context, claim rules.Claim, w *charges.Window, c rules.Case, done *Matched) error {
	var errs []error
	whole := true
	if now := s.Now(); s.wantsMatch(c, now) {
		m, err := Search{s.Client, w, s.Book, c, want(c)}.Match(ctx, now)
		whole = err == nil
		if whole {
			s.triedAt(c, now)
		} else if !errors.Is(err, charges.ErrLater) { // that is no fault: the next pass goes on
			errs = append(errs, err)
		}
		// What was found before a call failed counts; "none" then says nothing.
		if !sameMatch(m, c.Match) && (whole || m.Charge != "") {
			found := c.Match.Charge == "" && m.Charge != ""
			if c, err = s.matched(ctx, claim, c, m, now); err != nil {
				return errors.Join(append(errs, err)...)
			}
			if found {
				done.Matched++
			}
			if !m.Sure() && m.Dispute != "" {
				done.guesses = append(done.guesses, guess{c, found})
			}
			done.Changed = append(done.Changed, c.ID)
		}
	}
	// Of a charge whose dispute the rules could not tell, nothing is read: which is
	// meant is for the next match to say.
	if c.Match.Dispute != "" || c.Match.Charge != "" && c.Match.By != "" {
		errs = append(errs, s.read(ctx, claim, w, c, done))
	}
	if whole && errors.Join(errs...) == nil && s.misses(c) {
		_, err := s.Book.SayUnder(ctx, claim, c.ID, rules.Event{Type: rules.EventMissing, At: s.Now(), By: "stripe " + s.Account})
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// misses says whether a mail's dispute should have shown at Stripe by now.
func (s *Stripe) misses(c rules.Case) bool {
	shown := c.Stripe != nil || c.Match.Dispute != "" ||
		slices.ContainsFunc(c.Match.Candidates, func(k rules.Candidate) bool { return k.Dispute != "" })
	return !s.Missing.IsZero() && !shown && !c.Finished() && c.Lane() == rules.LaneDispute &&
		c.Kind != rules.KindUnknownKlarna && !slices.Contains(c.Warnings, rules.Missing) &&
		!s.Now().Before(s.Calendar.Add(c.OpenedAt, s.Missing))
}

// matched tells the case which charge it is about.
func (s *Stripe) matched(ctx context.Context, claim rules.Claim, c rules.Case, m rules.Match, now time.Time) (rules.Case, error) {
	e := rules.Event{Type: rules.EventMatch, At: now, By: "stripe " + s.Account, Match: &m}
	return s.Book.SayUnder(ctx, claim, c.ID, e)
}

// read tells the case what Stripe says now, if that is anything new.
func (s *Stripe) read(ctx context.Context, claim rules.Claim, w *charges.Window, c rules.Case, done *Matched) error {
	now := s.Now()
	r, err := s.Client.Reading(ctx, w, c.Match, now)
	if errors.Is(err, charges.ErrUnread) {
		return nil // it is told for the whole pass
	}
	if charges.Unknown(err) { // which is no fault of the account's: the others are read
		return s.gone(ctx, claim, c)
	}
	if err != nil || r == nil {
		return err
	}
	if r.Dispute != c.Match.Dispute { // a person linked the charge, before it was disputed or again
		if taken, err := Taken(ctx, s.Book, c, r.Dispute); taken || err != nil {
			return err
		}
	}
	e := rules.Event{Type: rules.EventStripe, At: now, By: "stripe " + s.Account, Account: s.Account, Stripe: r}
	if !news(c, *r, now) && !s.overrules(c, *r, now) {
		done.same = append(done.same, saying{c.ID, e})
		return nil
	}
	if _, err := s.Book.SayUnder(ctx, claim, c.ID, e); err != nil {
		return err
	}
	done.Changed = append(done.Changed, c.ID)
	return nil
}

// gone tells the case, once, that Stripe does not know its dispute: the key may be of
// another mode or account than when it was found.
func (s *Stripe) gone(ctx context.Context, claim rules.Claim, c rules.Case) error {
	if slices.Contains(c.Warnings, rules.Gone) {
		return nil
	}
	_, err := s.Book.SayUnder(ctx, claim, c.ID, rules.Event{Type: rules.EventMissing, At: s.Now(), By: "stripe " + s.Account})
	return err
}

// news says whether a reading changes anything: a fact of Stripe's, or the time
// from which a person's "answered" needs Stripe's agreement.
func news(c rules.Case, r rules.Reading, now time.Time) bool {
	if c.Stripe == nil || slices.Contains(c.Warnings, rules.Gone) {
		return true
	}
	for _, a := range c.Answers {
		if !a.Holds.IsZero() && !a.Holds.After(now) && a.Holds.After(c.Stripe.ReadAt) {
			return true
		}
	}
	was := *c.Stripe
	was.ReadAt, r.ReadAt = time.Time{}, time.Time{}
	return !reflect.DeepEqual(was, r)
}

// overrules says that a case was closed although Stripe waits for an answer: that
// holds as long as a person's "answered" does, and no longer.
func (s *Stripe) overrules(c rules.Case, r rules.Reading, now time.Time) bool {
	return r.Contradicts(c, now) && !now.Before(rules.Policy{Calendar: s.Calendar}.AnswerHolds(c.ClosedAt))
}

// want is what a case knows of its charge.
func want(c rules.Case) charges.Want {
	w := charges.Want{
		DisputeID: c.DisputeID, StripeIDs: c.StripeIDs, Unnamed: c.Unnamed,
		// Klarna's order id is never in Stripe (DOMAIN.md, "The join").
		References: []string{c.MerchantReference1, c.MerchantReference2, c.OrderNumber},
		Amount:     c.Amount, Reason: c.Reason, Date: c.LastMail,
		Asks: asks(c), Stops: c.Lane() == rules.LaneStopRequest,
	}
	if c.Kind != rules.KindAppealOpen { // which is asked about a dispute that is over
		w.First = c.FirstMail
	}
	return w
}

// wantsMatch: a sure match with its dispute needs no more looking; any other is
// tried again as its interval says. What a mail closed is looked for too: Stripe may
// hold it open.
func (s *Stripe) wantsMatch(c rules.Case, now time.Time) bool {
	if c.Match.By != "" || c.Match.Sure() && c.Match.Dispute != "" || !c.ClosedAt.IsZero() && !closedByMail(c) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return !now.Before(s.tried[c.ID])
}

func oneIf(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// closedByMail says that Klarna's word alone ended a case.
func closedByMail(c rules.Case) bool {
	return !c.ClosedAt.IsZero() &&
		slices.ContainsFunc(c.Answers, func(e rules.Evidence) bool { return e.Source == "mail" })
}

// triedAt sets when the charge of a case is looked for again.
func (s *Stripe) triedAt(c rules.Case, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tried == nil {
		s.tried = map[string]time.Time{}
	}
	wait := min(max(now.Sub(c.OpenedAt)/8, tryAgainFirst), tryAgainLast)
	if !c.ClosedAt.IsZero() {
		wait = tryAgainLast // what is over is rarely not
	}
	s.tried[c.ID] = now.Add(wait)
}

// forget lets the charge of a case be looked for at once.
func (s *Stripe) forget(c rules.Case) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.tried, c.ID)
}

// news forgets the intervals when Stripe shows a new Klarna dispute: it may be
// the one that a case waits for.
func (s *Stripe) news(w *charges.Window) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shown := map[string]bool{}
	for _, r := range w.Readings() {
		shown[r.Dispute] = true
		if !s.shown[r.Dispute] {
			s.tried = nil
		}
	}
	s.shown = shown
}

// sameMatch says whether two answers tell people the same.
func sameMatch(a, b rules.Match) bool {
	a.TriedAt, b.TriedAt = time.Time{}, time.Time{}
	return reflect.DeepEqual(a, b)
}
