package charges

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/disputewatch/disputewatch/rules"
)

// The bounds of one match: a mail is hostile, and each id or reference costs.
const (
	maxIDs = 5 // Stripe ids of one mail that are fetched

	// Stripe's own limits of a search query: clauses, which may be joined by OR
	// whatever their keys, and bytes, of which it takes 5,000 characters.
	maxClauses = 10
	maxQuery   = 4500
)

// Match says which charge want is about. It looks in w first, which is free;
// then it fetches explicit ids that w does not hold, and searches by metadata:
// at most one search of charges and one of payment intents. Where that leads
// to a disputed charge that w does not hold, its disputes cost one call more
// and are added to w.
//
// With an error, the match is what could be found without the call that failed,
// or, with [ErrLater], without those that were put off.
func (c *Client) Match(ctx context.Context, w *Window, want Want, now time.Time) (rules.Match, error) {
	if w == nil {
		w = newWindow(now, now)
	}
	s := search{c: c, w: w, want: want, now: now}
	err := s.run(ctx)
	m := s.find()
	if len(s.notes) > 0 {
		m.Why += "; " + strings.Join(s.notes, "; ")
	}
	m.TriedAt = now
	if err != nil {
		if m.Strength == rules.Exact && s.w.doubts(want, m) {
			m.Strength = rules.Probable
			m.Why += "; whether another charge has that reference could not be searched for"
		}
		if id := printable(want.DisputeID); id != "" {
			return m, fmt.Errorf("match dispute %s: %w", id, err)
		}
		return m, fmt.Errorf("match charge: %w", err)
	}
	return m, nil
}

// search is one Match under way: it fetches until Find has an answer.
type search struct {
	c     *Client
	w     *Window
	want  Want
	now   time.Time
	found []string // ids of charges that were fetched for this match
	notes []string // what people should know of the way
}

// find is Find among the window's charges and those that were fetched.
func (s *search) find() rules.Match {
	return Find(s.want, append(s.w.near(s.want), s.w.these(s.found)...))
}

// add keeps a charge that was fetched.
func (s *search) add(ch Charge) {
	s.w.add(ch)
	s.found = append(s.found, ch.ID)
}

func (s *search) run(ctx context.Context) error {
	if err := s.named(ctx); err != nil {
		return err
	}
	if m := s.find(); (m.Strength != rules.Exact || s.w.doubts(s.want, m)) && s.want.Charge == "" {
		if err := s.metadata(ctx); err != nil {
			return err
		}
	}
	return s.disputes(ctx)
}

// named fetches the ids that w does not hold: the linked one, or those that
// the mail names.
func (s *search) named(ctx context.Context) error {
	ids := s.want.ids()
	if s.want.Charge != "" {
		ids = []string{s.want.Charge}
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return len(s.w.index[strings.TrimSpace(id)]) > 0 })
	if len(ids) > maxIDs {
		s.notes = append(s.notes, fmt.Sprintf("only %d of the mail's %d Stripe ids were looked up", maxIDs, len(ids)))
		ids = ids[:maxIDs]
	}
	for _, id := range ids {
		err := s.fetch(ctx, strings.TrimSpace(id))
		if statusOf(err) == http.StatusNotFound {
			if s.want.Charge == "" { // else its match says so
				s.notes = append(s.notes, printable(id)+" is not in this Stripe account")
			}
		} else if err != nil {
			return err
		}
	}
	return nil
}

// fetch reads what id names into w.
func (s *search) fetch(ctx context.Context, id string) error {
	switch {
	case disputeID.MatchString(id):
		d, err := s.c.fetchDispute(ctx, id)
		if err != nil {
			return err
		}
		s.found = append(s.found, d.Charge.ID)
		_, err = s.c.keep(ctx, s.w, &d, s.now)
		return err
	case chargeID.MatchString(id):
		ch, err := s.c.fetchCharge(ctx, id)
		if err != nil {
			return err
		}
		s.add(s.c.charge(&ch, ch.PaymentIntent.In))
	case intentID.MatchString(id):
		pi, err := s.c.fetchIntent(ctx, id)
		if err != nil {
			return err
		}
		return s.intent(ctx, &pi)
	default:
		if s.want.Charge == "" {
			s.notes = append(s.notes, "the mail names an id that is none of a charge, payment intent or dispute")
		}
	}
	return nil
}

// intent puts the charge of a payment intent into w.
func (s *search) intent(ctx context.Context, pi *stripeIntent) error {
	ch, err := s.c.latest(ctx, pi)
	if err != nil {
		return err
	}
	if ch == nil {
		s.notes = append(s.notes, "payment intent "+pi.ID+" has no charge")
		return nil
	}
	s.add(s.c.charge(ch, pi))
	return nil
}

// metadata searches the references under the configured keys. What Seek settled
// is not asked again.
func (s *search) metadata(ctx context.Context) error {
	all := s.want.references()
	refs, cut := s.c.searchable(all)
	if cut {
		s.notes = append(s.notes, "not all of its references were searched for in metadata")
	}
	if !s.w.unsearchable {
		if err := s.c.seek(ctx, s.w, refs); err != nil {
			return err
		}
	}
	if s.w.unsearchable && len(refs) > 0 {
		s.notes = append(s.notes, "Stripe refused to search the metadata of this account")
		return nil
	}
	for _, ref := range refs {
		if s.w.sought[soughtKey(ref)].later {
			return ErrLater
		}
	}
	for _, ref := range refs {
		got, i := s.w.sought[soughtKey(ref)], slices.Index(all, ref)
		s.found = append(s.found, got.charges...)
		if got.refused {
			s.notes = append(s.notes, "Stripe refused to search for "+nth(i))
		}
		if got.more {
			s.notes = append(s.notes, "more than "+pageSize+" charges have "+nth(i)+" in their metadata")
		}
	}
	return nil
}

// searchFor is a search of charges with their payment intents, or of payment
// intents with their charges.
func searchFor(kind, text string) query {
	if kind == "charge" {
		return query{op: "search charges", path: "/v1/charges/search", params: searchParams(text, "data.payment_intent")}
	}
	return query{op: "search payment intents", path: "/v1/payment_intents/search", params: searchParams(text, "data.latest_charge")}
}

// notSearchable is Stripe's refusal where search is not offered, as in India:
// 400, or no such path; not an authorisation that somebody could give.
func notSearchable(err error) bool {
	return statusOf(err) == http.StatusBadRequest || statusOf(err) == http.StatusNotFound
}

// disputes reads the disputes of the charges that Stripe calls disputed
// without w holding one: older than the window, or newer than its reading.
func (s *search) disputes(ctx context.Context) error {
	m := s.find()
	var ids []string
	if m.Charge != "" {
		ids = append(ids, m.Charge)
	}
	for _, cand := range m.Candidates {
		ids = append(ids, cand.Charge)
	}
	if len(ids) > maxIDs {
		ids = ids[:maxIDs]
	}
	for _, id := range distinct(ids) {
		if ch := s.w.charges[id]; !ch.Disputed || len(ch.Disputes) > 0 {
			continue
		}
		if err := s.c.disputesOf(ctx, s.w, id, s.now); err != nil {
			return err
		}
	}
	return nil
}

func searchParams(text string, expand ...string) url.Values {
	return url.Values{"query": {text}, "limit": {pageSize}, "expand[]": expand}
}

// searchable are those of refs that one query can hold, the surest first, and
// whether that leaves some out.
func (c *Client) searchable(refs []string) (some []string, cut bool) {
	if len(c.account.ReferenceKeys) == 0 {
		return nil, false
	}
	for _, ref := range refs {
		if text, clauses := c.metadataQuery(append(some, ref)); clauses <= maxClauses && len(text) <= maxQuery {
			some = append(some, ref)
		}
	}
	return some, len(some) < len(refs)
}

// metadataQuery asks for any of refs under any of the configured keys, and
// counts its clauses. Of more keys than a query can hold the first are asked for.
func (c *Client) metadataQuery(refs []string) (text string, clauses int) {
	var all []string
	keys := c.account.ReferenceKeys
	for _, ref := range refs {
		for _, key := range keys[:min(len(keys), maxClauses)] {
			all = append(all, "metadata["+quoted(key)+"]:"+quoted(ref))
		}
	}
	return strings.Join(all, " OR "), len(all)
}

// quoted is s as a string of Stripe's search language. What stands in a mail
// must not end the string.
func quoted(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, `"`, `\"`).Replace(s) + "'"
}

// printable is s where it is an id, else "": what goes into sentences.
func printable(s string) string {
	if len(s) > 100 || strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("_-:", r) && (r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r))
	}) {
		return ""
	}
	return s
}
