package charges

import (
	"context"
	"errors"
	"slices"
	"sort"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// ErrLater says that a case's references were not searched for, because its pass
// has made as many searches as it may, or one of them failed; the next one goes
// on with it.
var ErrLater = errors.New("the search is put off to the next pass")

// Seek searches the metadata for the references of many cases at once, for the
// [Client.Match] of each that follows on the same window. Stripe joins up to
// ten clauses of one query by OR, whatever their keys (docs.stripe.com/search:
// AND and OR exclude each other): with two keys five references share a search
// of charges, and those that no charge has share one of payment intents.
//
// It makes about as many searches as there are wants, and no more: the wants
// that are left over, the last ones, are put off, and their Match says
// [ErrLater]. So does each Match that needs a search after one has failed: a
// search that is out of order, which can last an hour, is not waited for by a
// thousand cases. But for that, matches are the same with Seek and without.
func (c *Client) Seek(ctx context.Context, w *Window, wants []Want) error {
	w.searches = max(len(wants), leastSearches)
	var left [][]string
	for _, want := range wants {
		if m := Find(want, w.near(want)); want.Charge == "" && (m.Strength != rules.Exact || w.doubts(want, m)) {
			some, _ := c.searchable(want.references())
			left = append(left, some)
		}
	}
	for len(left) > 0 && !w.unsearchable {
		n := c.affordable(w, left)
		if n == 0 {
			break
		}
		if err := c.seek(ctx, w, slices.Concat(left[:n]...)); err != nil {
			return err
		}
		left = left[n:]
	}
	for _, ref := range unsettled(w, slices.Concat(left...)) {
		w.sought[soughtKey(ref)] = sought{later: true}
	}
	return nil
}

// leastSearches is what a pass may search for a few wants: a second's worth, as
// Stripe takes 20 searches a second.
const leastSearches = 20

// affordable is how many of the lists of references can be searched for with the
// searches that are left, if neither charges nor payment intents have them.
func (c *Client) affordable(w *Window, lists [][]string) int {
	return sort.Search(len(lists), func(n int) bool {
		refs := unsettled(w, slices.Concat(lists[:n+1]...))
		return 2*len(c.portions(refs)) > w.searches
	})
}

// sought is what the search for one reference gave.
type sought struct {
	charges []string // their ids
	more    bool     // there are more than a page of them
	refused bool     // Stripe does not take this reference in a query
	later   bool     // it was not searched for: the pass had made its searches
}

// seek settles each of refs in w: the charges whose metadata has it, to which a
// payment intent's is copied when it is confirmed, and only if there is none
// those of payment intents that have it.
func (c *Client) seek(ctx context.Context, w *Window, refs []string) error {
	refs = unsettled(w, refs)
	if w.searchFailed && len(refs) > 0 {
		return ErrLater
	}
	for _, kind := range []string{"charge", "payment_intent"} {
		var unknown []string
		for _, some := range c.portions(refs) {
			left, err := c.seekSome(ctx, w, kind, some)
			if err != nil || w.unsearchable {
				w.searchFailed = err != nil
				return err
			}
			unknown = append(unknown, left...)
		}
		refs = unknown
	}
	for _, ref := range refs {
		w.sought[soughtKey(ref)] = sought{} // neither has it
	}
	return nil
}

// unsettled are those of refs that w does not know the answer for, each once.
func unsettled(w *Window, refs []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, ref := range refs {
		key := soughtKey(ref)
		if _, known := w.sought[key]; !known && !seen[key] {
			seen[key] = true
			out = append(out, ref)
		}
	}
	return out
}

// portions are refs, each of which is searchable, in groups that one query can
// hold.
func (c *Client) portions(refs []string) [][]string {
	var out [][]string
	for len(refs) > 0 {
		n := 1
		for n < len(refs) {
			if _, cut := c.searchable(refs[:n+1]); cut {
				break
			}
			n++
		}
		out, refs = append(out, refs[:n]), refs[n:]
	}
	return out
}

// seekSome makes one query for refs and returns those that nothing has. Where
// Stripe refuses the query, or gives more than a page, each of refs is searched
// alone: one mail costs the others nothing.
func (c *Client) seekSome(ctx context.Context, w *Window, kind string, refs []string) (unknown []string, err error) {
	hits, more, err := c.searchRefs(ctx, w, kind, refs)
	refused := notSearchable(err)
	if refused {
		err = c.tellRefusals(ctx, w)
	}
	if err != nil || w.unsearchable {
		return nil, err
	}
	if (refused || more) && len(refs) > 1 {
		for _, ref := range refs {
			left, err := c.seekSome(ctx, w, kind, []string{ref})
			if err != nil {
				return nil, err
			}
			unknown = append(unknown, left...)
		}
		return unknown, nil
	}
	for _, ref := range refs {
		s := sought{more: more, refused: refused}
		for _, h := range hits {
			if c.holds(h.metadata, ref) {
				w.add(h.charge)
				s.charges = append(s.charges, h.charge.ID)
			}
		}
		if len(s.charges) == 0 && !refused {
			unknown = append(unknown, ref)
			continue
		}
		w.sought[soughtKey(ref)] = s
	}
	return unknown, nil
}

// hit is one find of a search: a charge, and the metadata that was searched.
type hit struct {
	charge   Charge
	metadata map[string]string
}

// searchRefs is one search of charges or payment intents for refs; more says
// that it gave only a page of what there is.
func (c *Client) searchRefs(ctx context.Context, w *Window, kind string, refs []string) (hits []hit, more bool, err error) {
	w.searches--
	text, _ := c.metadataQuery(refs)
	q := searchFor(kind, text)
	if kind == "charge" {
		found, more, err := page[stripeCharge](ctx, c, q, "search_result", kind)
		for i := range found {
			hits = append(hits, hit{c.charge(&found[i], found[i].PaymentIntent.In), found[i].Metadata})
		}
		return hits, more, err
	}
	found, more, err := page[stripeIntent](ctx, c, q, "search_result", kind)
	for i := range found {
		ch, err := c.latest(ctx, &found[i])
		if err != nil {
			return nil, false, err
		}
		if ch != nil {
			hits = append(hits, hit{c.charge(ch, &found[i]), found[i].Metadata})
		}
	}
	return hits, more, err
}

// tellRefusals tells an account that Stripe does not search at all, as in
// India, from a query that a mail made unreadable.
func (c *Client) tellRefusals(ctx context.Context, w *Window) error {
	_, _, err := page[object](ctx, c, harmlessSearch("charge"), "search_result", "charge")
	if notSearchable(err) {
		w.unsearchable = true
		return nil
	}
	return err
}

// holds says that one of the configured keys holds ref, as Stripe's search
// compares: in either case.
func (c *Client) holds(metadata map[string]string, ref string) bool {
	return slices.ContainsFunc(c.account.ReferenceKeys, func(key string) bool {
		return strings.EqualFold(strings.TrimSpace(metadata[key]), ref)
	})
}

// soughtKey is the same for all references that holds takes for equal.
func soughtKey(ref string) string { return strings.Map(fold, ref) }
