package klarna

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/rules"
)

// maxUnnamedLen is how long a number may be that nothing names: what is longer is
// rather a piece of a link.
const maxUnnamedLen = 40

// unnamed lists what has the looks of an order's number, in a mail that calls none
// so: in words that the vocabulary lacks, or in a language that has none. Whoever
// knows the shop's orders may know one of them.
func (r *reader) unnamed() []string {
	if r.n.MerchantReference1+r.n.OrderNumber != "" || len(r.n.StripeIDs) > 0 {
		return nil
	}
	known := []string{r.n.DisputeID, r.n.MerchantReference2, r.n.OrderID, r.n.CaptureID, r.n.KlarnaReference, r.n.MerchantID}
	var out []string
	for _, t := range r.texts {
		for _, w := range t.Words {
			if w.At > 0 && (letters.InWord(t.S[w.At-1]) || strings.IndexByte("/=-:.@&?", t.S[w.At-1]) >= 0) || t.ignored(w.At) {
				continue
			}
			tok := ids.Token(t.S[w.At:])
			if len(tok) > maxUnnamedLen || !ids.LooksLikeOrder(tok, t.S[w.At:]) || slices.Contains(known, tok) || slices.Contains(out, tok) {
				continue
			}
			if out = append(out, tok); len(out) == rules.MaxUnnamed {
				return out
			}
		}
	}
	return out
}
