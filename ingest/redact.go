package ingest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
)

// Redactor replaces personal data in mails, so that a mail can be shown to
// strangers and still be read as before. One value becomes the same other value
// in all mails of one Redactor; nobody can tell the first from the second.
//
// It keeps what it knows to be harmless: the words of the vocabulary, words in
// lower case, dates near the mail's own, amounts, Klarna's domains. All else is
// replaced: names are not on any list.
type Redactor struct {
	Settings Settings
	Keep     []string // further words that may stay

	words *phrase.Lexicon
	made  map[string]string // a value, folded → what stands for it
	fresh map[string]bool   // the values that stand for others
}

// Redacted is a mail without personal data.
type Redacted struct {
	Mail     []byte
	Replaced []string // words that the reader does not know, as they stood: personal
	Dropped  int      // attachments
	Differs  []string // what is read from Mail otherwise than before
}

// ErrLeak says that a personal value survived its replacing; the mail is not
// shown.
var ErrLeak = errors.New("a personal value would still stand in it")

// Redact rewrites one mail. It fails for a mail that cannot be opened, and
// rather than leave a value that it replaced elsewhere.
func (r *Redactor) Redact(ctx context.Context, raw []byte, now time.Time) (Redacted, error) {
	if r.words == nil {
		r.words, r.made, r.fresh = r.Settings.Vocabulary.Lexicon(), map[string]string{}, map[string]bool{}
	}
	s := r.Settings
	s.Sender.DKIM = false // no signature outlives the rewriting
	was := Read(ctx, raw, s, now)
	if was.Message == nil {
		return Redacted{}, fmt.Errorf("redact: %w", was.Err)
	}
	p := r.newPage(was, now)
	mail, dropped, err := eml.Rewrite(raw, eml.Rewriter{Text: p.text, URL: p.url, Field: p.field})
	if err != nil {
		return Redacted{}, fmt.Errorf("redact: %w", err)
	}
	head := fmt.Sprintf("X-Disputewatch-Redacted: values replaced, %d attachments left out; sender was %s\n", dropped, was.Sender.Verdict)
	if i := strings.IndexByte(string(mail), '\n'); i > 0 && mail[i-1] == '\r' {
		head = strings.ReplaceAll(head, "\n", "\r\n")
	}
	out := Redacted{Mail: append([]byte(head), mail...), Dropped: dropped, Replaced: p.unknown()}
	is := Read(ctx, out.Mail, s, now)
	if p.leaks(out.Mail, is.Message) {
		return Redacted{}, fmt.Errorf("redact: %w\nhint: nothing was printed; a mail of unusual form has to be redacted by hand", ErrLeak)
	}
	out.Differs = p.differences(was, is)
	return out, nil
}

// forcedIDs are the values that a reading took for ids: they are replaced
// wherever they stand.
func forcedIDs(n klarna.Notice) []string {
	list := []string{
		n.DisputeID, n.MerchantReference1, n.MerchantReference2, n.OrderID, n.CaptureID, n.KlarnaReference, n.MerchantID, n.OrderNumber,
	}
	list = slices.DeleteFunc(list, func(id string) bool {
		return len(id) < 4 || !strings.ContainsAny(id, "0123456789") || strings.HasPrefix(strings.ToLower(id), "krn:") || strings.Contains(id, "_")
	})
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}

// differences names what is read otherwise: a kind, a field that came or went,
// an id that is not the one which stands for the old one.
func (p *page) differences(was, is Reading) []string {
	var out []string
	differ := func(name string, same bool) {
		if !same {
			out = append(out, name)
		}
	}
	a, b := was.Notice, is.Notice
	differ("outcome", was.Outcome == is.Outcome)
	differ("kind", a.Kind == b.Kind)
	differ("language", a.Language == b.Language)
	differ("reason", a.Reason == b.Reason)
	differ("result", a.Result == b.Result)
	differ("amount", a.Amount == b.Amount)
	differ("deadline", (a.Deadline == nil) == (b.Deadline == nil) && (a.Deadline == nil || a.Deadline.At.Equal(b.Deadline.At) && a.Deadline.Ambiguous == b.Deadline.Ambiguous))
	differ("forwarded", a.Forwarded == b.Forwarded)
	differ("respond_link", len(a.RespondLinks) == len(b.RespondLinks))
	for _, f := range idFields {
		va, vb := reflect.ValueOf(a).FieldByName(f.field).String(), reflect.ValueOf(b).FieldByName(f.field).String()
		differ(f.name, p.text(va) == vb)
	}
	differ("stripe_ids", len(a.StripeIDs) == len(b.StripeIDs))
	return out
}

// idFields are the fields of a notice that hold an id, and their names in JSON.
var idFields = []struct{ name, field string }{
	{"dispute_id", "DisputeID"},
	{"merchant_reference_1", "MerchantReference1"},
	{"merchant_reference_2", "MerchantReference2"},
	{"order_id", "OrderID"},
	{"capture_id", "CaptureID"},
	{"klarna_reference", "KlarnaReference"},
	{"merchant_id", "MerchantID"},
	{"order_number", "OrderNumber"},
}

// encoded is lines of base64: short words stand in them by chance. What they
// hold is looked at as it is read.
var encoded = regexp.MustCompile(`(?m)(^[A-Za-z0-9+/]{60,76}\r?\n)+(^[A-Za-z0-9+/]+={0,2}\r?$)?`)

var wordsOrNumbers = regexp.MustCompile(`[\p{L}\p{M}]+|\d+`)

// structure is the words that a mail is made of, whoever wrote it.
var structure = map[string]bool{
	"content": true, "type": true, "transfer": true, "encoding": true, "quoted": true, "printable": true, "base": true, "bit": true,
	"text": true, "plain": true, "html": true, "multipart": true, "mixed": true, "alternative": true, "related": true, "boundary": true,
	"part": true, "charset": true, "utf": true, "iso": true, "windows": true, "message": true, "rfc": true, "application": true,
	"octet": true, "stream": true, "attachment": true, "disposition": true, "format": true, "flowed": true,
	"disputewatch": true, "redacted": true, "values": true, "replaced": true, "attachments": true, "left": true, "out": true, "sender": true, "was": true,
	"genuine": true, "unverified": true, "forged": true, "mime": true, "version": true, "subject": true, "date": true, "from": true,
	"references": true, "original": true, "list": true, "bytes": true, "image": true, "audio": true, "video": true, "unknown": true,
}

// leaks says whether a value that was replaced still stands in the mail: in its
// bytes, or in what is read of them, within a word, a cell or across them.
func (p *page) leaks(mail []byte, m *eml.Message) bool {
	if m == nil {
		return true
	}
	var b strings.Builder
	b.Write(mail)
	collect(&b, m)
	shown := fold(b.String())
	joined := strings.Join(strings.Fields(shown), "")
	whole := map[string]bool{}
	for _, w := range wordsOrNumbers.FindAllString(fold(encoded.ReplaceAllString(b.String(), "")), -1) {
		whole[w] = true
	}
	const least = 6 // shorter numbers stand within others by chance
	for value := range p.gone {
		if strings.ContainsAny(value, "0123456789") && len(value) >= least && (strings.Contains(shown, value) || strings.Contains(joined, value)) {
			return true
		}
	}
	for name := range p.named {
		if len(name) > 2 && whole[name] && !structure[name] {
			return true
		}
	}
	return false
}

// collect gathers all that is read of a mail.
func collect(b *strings.Builder, m *eml.Message) {
	for _, f := range m.Fields {
		b.WriteString("\n" + f.Value)
	}
	for _, part := range m.Parts {
		for _, row := range part.Rows {
			b.WriteString("\n" + strings.Join(row.Cells, "\t"))
			for _, l := range row.Links {
				b.WriteString("\n" + l.Text + "\n" + l.URL)
			}
		}
	}
	for _, f := range m.Forwarded {
		collect(b, f)
	}
}

func fold(s string) string { return strings.ToLower(s) }
