package board_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify/board"
	"github.com/disputewatch/disputewatch/rules"
)

// hostile is a shelf on which every word that could come from a mail, from
// Stripe or from a person is this one.
func hostile(t *testing.T, word, link string) *shelf {
	s := newShelf(t)
	said := rules.Said{
		Kind: rules.KindDisputeRequest, Language: word, DisputeID: word, Reason: word, ReasonText: word, MerchantReference1: word, MerchantReference2: word,
		OrderID: word, CaptureID: word, KlarnaReference: word, MerchantID: word, StripeIDs: []string{word}, Amount: rules.Money{Minor: 12490, Currency: "EUR"},
		Result: rules.Result(word), Verdict: rules.Genuine, Why: word, RespondLink: link,
	}
	date := &rules.MailDeadline{At: s.now.Add(5 * day), Text: word, Ambiguous: true}
	match := rules.Match{
		Strength: rules.Probable, Charge: word, Dispute: word, PaymentIntent: word, Why: word,
		Candidates: []rules.Candidate{{Charge: word, Dispute: word, Why: word, Created: s.now}},
	}
	reading := rules.Reading{
		Dispute: word, Charge: word, Status: word, Reason: word, Amount: rules.Money{Minor: 1, Currency: "EUR"}, DueBy: s.now.Add(6 * day),
		Tracking: word, Carrier: word, OrderReference: word, LossReason: word, Account: word, ReadAt: s.now,
	}
	promise := &rules.Promise{Who: word, At: s.now, Until: s.now.Add(time.Hour), Note: word}
	s.cases = []rules.Case{{
		ID: "c-evil01", Mailbox: word, Account: word, Said: said, MailDeadline: date, Match: match, Stripe: &reading,
		Stage: rules.Stage(word), State: rules.Open, Claim: promise, Snooze: promise, OpenedAt: s.now, Round: rules.Round{N: 1, At: s.now, Reason: word},
		Told: []rules.Told{{Step: word, N: 1, At: s.now, Folded: word}}, Warnings: []string{word, word},
	}, {
		ID: "c-evil02", Mailbox: word, Said: said, MailDeadline: date, OpenedAt: s.now.Add(-day), ClosedAt: s.now, Outcome: word,
		Answers: []rules.Evidence{{Source: "person", At: s.now, Who: word, Note: word}},
	}, {ID: "c-evil03", Mailbox: word, Said: rules.Said{Kind: rules.KindUnknownKlarna, ReasonText: word}, OpenedAt: s.now}}
	s.events["c-evil01"] = []rules.Event{
		{Type: rules.EventMail, At: s.now, By: word, Note: word, Mail: &rules.MailSaid{Said: said, Deadline: date, Date: s.now, Mailbox: word, Warnings: []string{word}}},
		{Type: rules.EventMatch, At: s.now, By: word, Match: &match},
		{Type: rules.EventStripe, At: s.now, By: word, Stripe: &reading},
		{Type: rules.EventTold, At: s.now, Told: &rules.Escalation{Step: word, Reason: word, Mention: []string{word}, Folded: []rules.Told{{Step: word}}}},
		{Type: rules.EventTold, At: s.now, Told: &rules.Escalation{News: &rules.News{Text: word}}},
		{Type: rules.EventMerge, At: s.now, Other: word},
		{Type: rules.EventClose, At: s.now, By: word, Outcome: word},
		{Type: rules.EventType(word), At: s.now},
	}
	s.health = append(s.health, rules.Health{Part: "mailbox/" + word, BadSince: s.now, Error: word})
	return s
}

// over is the board over a hostile shelf, without a socket: the fuzzer asks
// thousands of times.
func over(t *testing.T, word, link string) http.Handler {
	srv := hostile(t, word, link).server()
	srv.MailTallies = func(context.Context) ([]board.MailTally, error) {
		return []board.MailTally{{Mailbox: word, Outcome: rules.Outcome(word), Mails: 1}}, nil
	}
	srv.Look = func(context.Context) ([]board.Strange, error) {
		return []board.Strange{{Mailbox: word, Folder: word, MessageID: word, Outcome: rules.OutcomeUnreadable, Why: word}}, nil
	}
	return srv.Handler()
}

func answer(t *testing.T, h http.Handler, path string) string {
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	r.Host = "localhost"
	h.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("GET %s: status %d:\n%s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

var (
	tags  = regexp.MustCompile(`<[^>]*>`)
	value = regexp.MustCompile(`="[^"]*"`)
	href  = regexp.MustCompile(`(?:href|src|action)="([^"]*)"`)
)

// skeleton is the markup of a page without its words: its tags in their order,
// with the names of their attributes.
func skeleton(page string) []string {
	var out []string
	for _, tag := range tags.FindAllString(page, -1) {
		out = append(out, value.ReplaceAllString(tag, "="))
	}
	return out
}

// holdsNoMarkup fails unless the hostile words gave the very markup of the
// innocent ones, with links to ourselves, to Stripe and by TLS alone.
func holdsNoMarkup(t *testing.T, word, link string) {
	t.Helper()
	innocent, evil := over(t, "x", link), over(t, "x"+word, link)
	q := "?state=all&q=x&mailbox="
	for _, path := range []string{"/" + q, "/case/c-evil01", "/case/c-evil02", "/case/c-evil03"} {
		want, got := path, path
		if strings.HasSuffix(path, "mailbox=") {
			want, got = want+"x", got+url.QueryEscape("x"+word)
		}
		page := answer(t, evil, got)
		if a, b := skeleton(answer(t, innocent, want)), skeleton(page); !slices.Equal(a, b) {
			t.Fatalf("%s: %q changed the markup:\n%s\n%s", path, word, strings.Join(a, ""), strings.Join(b, ""))
		}
		for _, m := range href.FindAllStringSubmatch(page, -1) {
			ours := strings.HasPrefix(m[1], "/") && !strings.HasPrefix(m[1], "//") || strings.HasPrefix(m[1], "#")
			if !ours && !strings.HasPrefix(m[1], "https://") {
				t.Fatalf("%s: a link to %q", path, m[1])
			}
		}
	}
	rows, err := csv.NewReader(strings.NewReader(answer(t, evil, "/cases.csv?state=all"))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("CSV: %d rows, %v", len(rows), err)
	}
}

// wicked is what has got through somewhere.
func wicked() []string {
	return []string{
		"", "<script>alert(1)</script>", `"><img src=x onerror=alert(1)>`, `' onmouseover='alert(1)`, "</title><svg onload=alert(1)>", "<!--", "-->", "]]>",
		"{{.}}", "`${1}`", "&lt;b&gt;", "&#60;b&#62;", "\x00<b>", "\xff\xfe<b>", "\u202e<b>", "javascript:alert(1)", "data:text/html,<b>", "//evil.example", "\\\\evil.example",
		"</table></main><main>", "=cmd|' /C calc'!A0", strings.Repeat("<b>", 400), "a@b.example <b>", "\n\r\t<b>", "＜script＞",
	}
}

func TestNoMarkupOfAMailGetsThrough(t *testing.T) {
	for _, word := range wicked() {
		for _, link := range []string{"", klarnasForm, "javascript:alert(1)", "https://klarna.example/" + word} {
			holdsNoMarkup(t, word, link)
		}
	}
}

func FuzzCasePage(f *testing.F) {
	for _, word := range wicked() {
		f.Add(word, klarnasForm)
		f.Add("word", word)
	}
	f.Fuzz(holdsNoMarkup)
}
