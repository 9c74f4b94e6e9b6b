package charges

import (
	"context"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// Seek searches the metadata for the references of many cases at once, for the
// [Client.Match] of each that follows on the same window. Stripe joins up to
// ten clauses of one query by OR, whatever their keys: with two keys five
// references share a search of charges, and those that no charge has share one
// of payment intents. Without Seek each case costs up to two searches of its
// own. Matches are the same with it, without it, and after its error.
func (c *Client) Seek(ctx context.Context, w *Window, wants []Want) error {
	var refs []string
	for _, want := range wants {
		if want.Charge == "" && Find(want, w.near(want)).Strength != rules.Exact {
			some, _ := c.searchable(want.references())
			refs = append(refs, some...)
		}
	}
	return c.seek(ctx, w, refs)
}

// sought is what the search for one reference gave.
type sought struct {
	charges []string // their ids
	more    bool     // there are more than a page of them
	refused bool     // Stripe does not take this reference in a query
}

// seek settles each of refs in w: the charges whose metadata has it, to which a
// payment intent's is copied when it is confirmed, and only if there is none
// those of payment intents that have it.
func (c *Client) seek(ctx context.Context, w *Window, refs []string) error {
	refs = unsettled(w, refs)
	for _, kind := range []string{"charge", "payment_intent"} {
		var unknown []string
		for _, some := range c.portions(refs) {
			left, err := c.seekSome(ctx, w, kind, some)
			if err != nil || w.unsearchable {
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
	hits, more, err := c.searchRefs(ctx, kind, refs)
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
func (c *Client) searchRefs(ctx context.Context, kind string, refs []string) (hits []hit, more bool, err error) {
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
		if ch := found[i].LatestCharge.In; ch != nil {
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
