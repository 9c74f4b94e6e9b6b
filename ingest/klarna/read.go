package klarna

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/dates"
	"github.com/disputewatch/disputewatch/ingest/klarna/ids"
	"github.com/disputewatch/disputewatch/ingest/klarna/labels"
	"github.com/disputewatch/disputewatch/ingest/klarna/letters"
	"github.com/disputewatch/disputewatch/ingest/klarna/page"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/ingest/klarna/sentences"
	"github.com/disputewatch/disputewatch/ingest/klarna/view"
	"github.com/disputewatch/disputewatch/rules"
)

// Parse reads what m says. A mail that is forwarded inside m is read in its
// stead, except where m itself is Klarna's and says something.
func Parse(m *eml.Message, o Options) (Notice, error) {
	v := o.Vocabulary
	if v == nil {
		var err error
		if v, err = phrase.Load(nil); err != nil {
			return Notice{}, err
		}
	}
	return parse(v, m, o, 0)
}

func parse(v *phrase.Vocabulary, m *eml.Message, o Options, depth int) (Notice, error) {
	n, err := readView(v, view.Of(v, m, dates.Setting{Zone: o.Location, Order: o.DateOrder}, o.FromKlarna), o)
	if depth >= view.MaxForwards || len(m.Forwarded) == 0 || err == nil && n.Kind != rules.KindUnknownKlarna && n.Kind != rules.KindKlarnaOther {
		return n, err
	}
	inner := o
	inner.FromKlarna, inner.FromStripe = false, false
	var first *Notice
	var firstErr error
	others := 0
	for _, f := range m.Forwarded {
		in, inErr := parse(v, f, inner, depth+1)
		if errors.Is(inErr, ErrNotKlarna) {
			continue
		}
		if first != nil {
			others++
			continue
		}
		if !in.Forwarded {
			in.Inner = f
		}
		in.Forwarded = true
		first, firstErr = &in, inErr
	}
	if first == nil {
		return n, err
	}
	if others > 0 {
		first.Warnings = append(first.Warnings, fmt.Sprintf("%d more mails are attached; only the first was read", others))
	}
	return *first, firstErr
}

// reader reads one view.
type reader struct {
	Options
	v      *phrase.Vocabulary
	n      *Notice
	view   view.Mail
	lang   phrase.Lang // 0 if it is not clear
	texts  []*text
	labels []found
	topics []sentences.Topic // what the sentences speak of
	sums   []placed          // that may be the disputed one; see left
	meant  map[string]string // the currencies of signs; see money
	dates  []reading
	loose  []reading // days to act by, of which nothing says that they are for an answer
	silent []reading // days on which the dispute ends without an answer
	aside  []reading // times to act within, of what is told in general
	unread []string  // labels whose values could not be read
	named  bool      // the subject itself tells the kind
	failed map[string]string

	elsewhere bool // something may be wanted of another dispute that the mail names
}

// readView reads what is new in one mail, in this order: its texts, its kind, and what
// the kind asks for.
func readView(v *phrase.Vocabulary, w view.Mail, o Options) (Notice, error) {
	r := &reader{Options: o, v: v, n: &Notice{Forwarded: w.Forwarded}, view: w, failed: map[string]string{}, meant: map[string]string{}}
	if w.Forwarded {
		r.FromKlarna, r.FromStripe = false, false
	}
	r.layOut()
	if r.stripe() {
		return *r.n, nil
	}
	if r.FromStripe {
		return Notice{}, ErrNotKlarna
	}
	d := r.setting()
	for _, t := range r.texts {
		r.dates = append(r.dates, r.deadlines(t, labelsOf(r.labels, t), d)...)
	}
	r.ids()
	r.setApart()
	r.topics = r.speech()
	k, err := r.kind()
	if err != nil {
		return Notice{}, err
	}
	if k == rules.KindUnknownKlarna && r.unsettle() {
		if k, err = r.kind(); err != nil {
			return Notice{}, err
		}
		if ends[k] && !r.named {
			k = rules.KindUnknownKlarna // what all mails explain is no reason for these
		}
	}
	r.n.Kind = k
	switch k {
	case rules.KindCustomerMessage, rules.KindKlarnaOther:
		r.n.Full = true
		return r.bare(), nil
	}
	r.reason()
	r.amount()
	if k == rules.KindResolved {
		r.n.Result = r.result(r.named)
	}
	r.n.Deadline = r.deadline(r.due(d), d)
	if k == rules.KindAppealOpen && r.ended() {
		r.n.Result = r.result(r.named)
	}
	if k == rules.KindAppealOpen && r.n.Result == rules.ResultUnknown {
		r.n.Result = ""
	}
	r.respondLinks()
	r.n.Unnamed = r.unnamed()
	r.n.Warnings = unique(r.n.Warnings)
	r.n.Full = r.full()
	return *r.n, r.lost()
}

// setting is what days are counted from.
func (r *reader) setting() dates.Setting {
	return dates.Setting{Zone: r.Location, Order: r.DateOrder, Mail: r.view.Date, Lang: r.n.Language}
}

// layOut lays out the texts of the view, tells their language, and finds in each the
// phrases that the language keeps, the values at labels, and what is news.
func (r *reader) layOut() {
	search := page.NewSearcher(r.v)
	if strings.TrimSpace(r.view.Subject) != "" {
		t := &text{Text: sentences.Text{Text: search.Text("subject", []eml.Row{{Cells: []string{r.view.Subject}}}, page.MaxText)}}
		t.Answers = r.view.Reply
		r.texts = append(r.texts, t)
	}
	room := page.MaxText
	for _, p := range r.view.Parts {
		t := &text{Text: sentences.Text{Text: search.Text(p.Type, p.Rows, room)}}
		if t.Cut {
			r.warn("the mail holds more text than is read; its end was left out")
		}
		if room -= len(t.S); len(t.Words) > 0 {
			r.texts = append(r.texts, t)
		}
	}
	r.lang = page.Language(r.v, r.pages())
	r.n.Language = r.v.Language(r.lang)
	kept := r.v.Kept(r.lang)
	for _, t := range r.texts {
		t.Only(kept)
		t.Compose()
		list := labels.On(t.page())
		t.others = others(list)
		r.labels = slices.Grow(r.labels, len(list))
		for _, f := range list {
			r.labels = append(r.labels, found{f, t})
		}
		t.Settle()
	}
}

// bare keeps what is known of a mail that concerns no dispute.
func (r *reader) bare() Notice {
	return Notice{
		Said:      rules.Said{Kind: r.n.Kind, Language: r.n.Language, MerchantID: r.n.MerchantID},
		Forwarded: r.n.Forwarded, Full: true, Explain: r.n.Explain,
	}
}

// full says that the kind's own fields were all read.
func (r *reader) full() bool {
	n := r.n
	anyID := n.DisputeID != "" || n.MerchantReference1 != "" || n.OrderID != "" || n.KlarnaReference != "" || n.OrderNumber != ""
	switch n.Kind {
	case rules.KindDisputeRequest, rules.KindReminder, rules.KindFollowUp:
		return n.DisputeID != "" && n.Deadline != nil && n.Reason != ""
	case rules.KindAppealOpen:
		return n.DisputeID != "" && n.Deadline != nil
	case rules.KindResolved:
		return n.DisputeID != "" && n.Result != rules.ResultUnknown
	case rules.KindEvidenceReceived:
		return n.DisputeID != ""
	case rules.KindStopRequest, rules.KindInvestigation:
		return anyID
	}
	return false
}

// lost is the error of a mail whose identifying fields are all unreadable.
func (r *reader) lost() error {
	n := r.n
	if n.Kind == rules.KindUnknownKlarna || n.DisputeID+n.MerchantReference1+n.MerchantReference2+n.OrderID+n.CaptureID+n.KlarnaReference+n.OrderNumber != "" || len(n.StripeIDs) > 0 {
		return nil
	}
	text, ok := r.failed["dispute_id"]
	if !ok {
		return nil
	}
	return &FieldError{Field: "dispute id", Text: text, Err: errors.New("not in any form that Klarna has published, and no other id is there")}
}

// stripe reads a notice of Stripe's own: its ids, nothing else.
func (r *reader) stripe() bool {
	if !r.FromStripe && (r.FromKlarna || !strings.Contains(letters.Fold(r.view.From), "@stripe.com")) {
		return false
	}
	disputed := false
	for _, t := range r.texts {
		disputed = disputed || r.speaks(t)
		ids.Stripe(t.S, r.addStripe)
	}
	for _, id := range r.n.StripeIDs {
		disputed = disputed || strings.HasPrefix(id, "du_") || strings.HasPrefix(id, "dp_")
	}
	if !disputed {
		return false
	}
	r.n.Kind, r.n.Full = rules.KindStripeNotice, len(r.n.StripeIDs) > 0
	return true
}

func (r *reader) addStripe(id string) {
	if !slices.Contains(r.n.StripeIDs, id) && len(r.n.StripeIDs) < 20 {
		r.n.StripeIDs = append(r.n.StripeIDs, id)
		r.explain("stripe_ids", id, "its form", false)
	}
}

// pages are the texts as they are laid out.
func (r *reader) pages() []*page.Text {
	out := make([]*page.Text, len(r.texts))
	for i, t := range r.texts {
		out[i] = t.page()
	}
	return out
}

func (r *reader) warn(s string) { r.n.Warnings = append(r.n.Warnings, s) }

// maxExplain bounds the explanations of one mail.
const maxExplain = 200

func (r *reader) explain(field, value, from string, rejected bool) {
	if r.n.Explain == nil {
		r.n.Explain = make([]Reason, 0, 8)
	}
	if len(r.n.Explain) < maxExplain {
		r.n.Explain = append(r.n.Explain, Reason{field, value, from, rejected})
	}
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// ends are the kinds that what is told in general speaks of most.
var ends = map[rules.Kind]bool{rules.KindStopRequest: true, rules.KindAppealOpen: true, rules.KindResolved: true}

// unsettle makes all that is told news again, for a mail of which the news
// alone was not understood. It says whether that changed anything.
func (r *reader) unsettle() bool {
	more := false
	for _, t := range r.texts {
		more = t.Unsettle() || more
	}
	if more {
		r.topics = r.speech()
	}
	return more
}
