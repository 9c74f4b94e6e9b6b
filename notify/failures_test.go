package notify_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

// failures is each way in which Slack fails for a while. Every one is played
// twice: Slack did not take the message, and Slack took it.
func failures() []fakeslack.Fault {
	out := []fakeslack.Fault{
		{Kind: fakeslack.Hangup},
		{Kind: fakeslack.Cut},
		{Kind: fakeslack.Empty},
		{Kind: fakeslack.Nothing},
		{Kind: fakeslack.NoTS},
		{Kind: fakeslack.Status, Status: 500},
		{Kind: fakeslack.Status, Status: 502},
		{Kind: fakeslack.Status, Status: 503},
		{Kind: fakeslack.Status, Status: 504},
	}
	for _, code := range []string{"internal_error", "fatal_error", "service_unavailable"} {
		out = append(out, fakeslack.Fault{Kind: fakeslack.Refuse, Code: code})
	}
	return out
}

// refusals is what Slack says without having done anything.
func refusals() []fakeslack.Fault {
	out := []fakeslack.Fault{
		{Kind: fakeslack.Limit, Retry: "7"},
		{Kind: fakeslack.Limit},
		{Kind: fakeslack.Limit, Retry: "soon"},
		{Kind: fakeslack.Status, Status: 403},
		{Kind: fakeslack.Page},
	}
	for _, code := range []string{
		"ratelimited", "rate_limited", "request_timeout", "team_added_to_org", "message_limit_exceeded",
		"channel_not_found", "not_in_channel", "is_archived", "invalid_auth", "not_authed", "token_revoked",
		"token_expired", "account_inactive", "missing_scope", "no_permission", "access_denied", "accesslimited",
		"ekm_access_denied", "enterprise_is_restricted", "team_access_not_granted", "not_allowed_token_type",
		"two_factor_setup_required", "team_not_found", "org_login_required", "method_deprecated", "deprecated_endpoint",
		"restricted_action", "restricted_action_read_only_channel", "restricted_action_thread_only_channel",
		"restricted_action_non_threadable_channel", "restricted_action_thread_locked", "cannot_reply_to_message", "messages_tab_disabled",
		"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long", "no_text", "too_many_attachments",
		"invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "metadata_must_be_sent_from_app",
		"invalid_arg_name", "invalid_arguments", "invalid_array_arg", "invalid_charset", "invalid_form_data",
		"invalid_post_type", "missing_post_type", "a_code_of_tomorrow",
	} {
		out = append(out, fakeslack.Fault{Kind: fakeslack.Refuse, Code: code})
	}
	return out
}

func name(f fakeslack.Fault) string {
	s := joined(string(f.Kind), f.Code, f.Retry)
	if f.Status != 0 {
		s += fmt.Sprint(" ", f.Status)
	}
	if f.Happened {
		return s + ", and it happened"
	}
	return s
}

func joined(parts ...string) string {
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// settles passes until nothing waits, an hour at most.
func (w *world) settles() {
	w.t.Helper()
	for range 60 {
		w.pass()
		waiting, _, err := w.book.Outbox(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		if waiting == 0 {
			return
		}
		w.wait(time.Minute)
	}
	w.t.Fatal("the outbox does not drain")
}

// once wants each outbox id to stand in the channel once.
func (w *world) once() {
	w.t.Helper()
	seen := map[any]int{}
	for _, m := range w.fake.Messages(channel) {
		if m.Metadata != nil {
			seen[m.Metadata.Payload["outbox"]]++
		}
	}
	for id, n := range seen {
		if n != 1 {
			w.t.Errorf("message %v stands %d times in the channel", id, n)
		}
	}
}

func TestPostThatFailsAfterSlackTookItIsNotDoubled(t *testing.T) {
	pairs(t, failures(), func(w *world, fault fakeslack.Fault) { w.fake.Fail(fault) })
}

// Slack goes on failing in the same way, the look-up too: for a while nothing
// can be known.
func TestPostIsNotDoubledWhileTheHistoryCannotBeReadEither(t *testing.T) {
	pairs(t, failures(), func(w *world, fault fakeslack.Fault) {
		w.fake.Fail(fault)
		fault.Method, fault.Times, fault.Happened = "conversations.history", 3, false
		w.fake.Fail(fault)
		fault.Method, fault.Times = "conversations.replies", 3
		w.fake.Fail(fault)
	})
}

// pairs plays each fault at a case's card and at a reply in its thread, as one
// that did not happen and as one that did.
func pairs(t *testing.T, faults []fakeslack.Fault, fail func(*world, fakeslack.Fault)) {
	for _, f := range faults {
		for _, happened := range []bool{false, true} {
			f.Method, f.Happened = "chat.postMessage", happened
			t.Run(name(f), func(t *testing.T) {
				w := newWorld(t, "2026-03-02 09:00")
				id := w.dispute("256947")
				fail(w, f)
				w.settles()
				card := w.saidOnce("Faulty goods")
				if c, err := w.book.Case(t.Context(), id); err != nil || c.Card.TS != card.TS {
					t.Fatalf("the card is %s, the case says %v %v", card.TS, c.Card, err)
				}

				w.set(w.now().AddDate(0, 0, 1))
				fail(w, f)
				w.settles()
				if nudge := w.saidOnce("unanswered for 1 working day"); nudge.Thread != card.TS {
					t.Errorf("the nudge stands in thread %q, the card is %s", nudge.Thread, card.TS)
				}
				w.once()
			})
		}
	}
}

// No refusal's documentation admits that it happened; should one lie, nobody sees
// the message twice all the same.
func TestRefusedPostIsSaidOnceItIsTaken(t *testing.T) {
	for _, f := range refusals() {
		for _, happened := range []bool{false, true} {
			f.Method, f.Happened = "chat.postMessage", happened
			t.Run(name(f), func(t *testing.T) {
				w := newWorld(t, "2026-03-02 09:00")
				w.dispute("256947")
				w.fake.Fail(f)
				w.settles()
				w.saidOnce("Faulty goods")
				w.once()
			})
		}
	}
}

func TestMessageWhoseFormIsRefusedIsSaidPlainlyAtOnce(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "1", MerchantReference1: "77-1042", Verdict: rules.Genuine}, "2026-03-03 09:00")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: "invalid_blocks"})
	w.good()
	card := w.saidOnce("Stop request", "<@U0ONCALL>", "replying to that very mail", "Slack took the whole message not (invalid_blocks)")
	if strings.Contains(fakeslack.Text(card), "77-1042") {
		t.Errorf("the whole card was posted:\n%s", fakeslack.Text(card))
	}
}

func TestMessageWhosePeopleAreRefusedIsSaidWithoutThem(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "1", Verdict: rules.Genuine}, "2026-03-03 09:00")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: "invalid_blocks", Times: 2})
	w.good()
	if text := fakeslack.Text(w.saidOnce("Stop request", "replying to that very mail", "It calls U0ONCALL")); strings.Contains(text, "<@") {
		t.Errorf("it calls somebody:\n%s", text)
	}
}

// The request leaves, the answer is awaited in vain, the message is not there
// when it is looked for, and comes in afterwards.
func TestPostThatArrivesLateIsAdopted(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.desk.Slack = w.impatient(150 * time.Millisecond)
	id := w.dispute("256947")
	stall := w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Stall})
	if err := w.pass(); err == nil {
		t.Fatal("a post without an answer was no error")
	}
	w.saidNothing()
	stall.Release()
	w.desk.Slack = w.client() // on a busy machine each call of the other might end early
	w.settles()
	card := w.saidOnce("Faulty goods")
	if c, err := w.book.Case(t.Context(), id); err != nil || c.Card.TS != card.TS {
		t.Errorf("the late card is %s, the case says %v %v", card.TS, c.Card, err)
	}
}

// impatient is a client whose calls end early.
func (w *world) impatient(d time.Duration) *slack.Client {
	return slack.New(slack.Config{
		Token:   func() (string, error) { return fakeslack.Token, nil },
		APIBase: w.fake.URL(),
		Timeout: d,
	})
}

func TestRefusalComesWithAHintOnceAPass(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	for _, id := range []string{"256947", "256948", "256949"} {
		w.dispute(id)
	}
	w.fake.Kick("klarna-disputes")
	err := w.pass()
	var refused *notify.Refused
	if !errors.As(err, &refused) || refused.Code != "not_in_channel" || strings.Count(err.Error(), "hint:") != 1 {
		t.Fatalf("pass: %v", err)
	}
	if n := len(w.fake.Calls("chat.postMessage")); n != 1 {
		t.Errorf("the channel was asked %d times in one pass", n)
	}
	w.fake.Invite("klarna-disputes")
	w.settles()
	if fresh := w.said(); len(fresh) != 3 {
		t.Errorf("said %d messages after the invitation, want 3", len(fresh))
	}
}

func TestOneBadMessageStopsNoOther(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "1", Verdict: rules.Genuine}, "2026-03-03 09:00")
	w.dispute("256947")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: "invalid_metadata_format"})
	if err := w.pass(); err == nil {
		t.Error("the refusal was not reported")
	}
	w.saidOnce("Faulty goods")
}

func TestLimitPausesAndTheMostUrgentGoesFirst(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.dispute("256947")
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "1", Verdict: rules.Genuine}, "2026-03-03 09:00")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Limit, Retry: "7"})
	before := w.now()
	w.good()
	if d := w.now().Sub(before); d != 7*time.Second {
		t.Errorf("waited %s, was asked for 7s", d)
	}
	fresh := w.said()
	if len(fresh) != 2 || !strings.Contains(fakeslack.Text(fresh[0]), "Stop request") {
		t.Errorf("said:\n%s", texts(fresh))
	}
}

func TestLongSilenceIsKeptByLaterPasses(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.dispute("256947")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Limit, Retry: "600"})
	if err := w.pass(); err == nil {
		t.Error("a silence of ten minutes was not reported")
	}
	w.dispute("256948")
	w.pass()
	if n := len(w.fake.Calls("chat.postMessage")); n != 1 {
		t.Errorf("Slack was called %d times while it asked for silence", n)
	}
	w.wait(10 * time.Minute)
	w.settles()
	if fresh := w.said(); len(fresh) != 2 {
		t.Errorf("said %d messages after the silence, want 2", len(fresh))
	}
}

func TestSilenceEndsWhereTheClockIsSetBack(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.wait(30 * 24 * time.Hour)
	w.dispute("256947")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Limit, Retry: "3600"})
	if err := w.pass(); err == nil {
		t.Error("a silence of an hour was not reported")
	}
	w.wait(-30 * 24 * time.Hour)
	w.settles()
	if fresh := w.said(); len(fresh) != 1 {
		t.Errorf("said %d messages, want 1", len(fresh))
	}
}

func TestUnclearEndIsResolvedAtOnce(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.dispute("256947")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup, Happened: true})
	w.good()
	w.saidOnce("Faulty goods")
	if waiting, _, err := w.book.Outbox(t.Context()); err != nil || waiting != 0 {
		t.Errorf("%d wait: %v", waiting, err)
	}
}

func TestHistoryThatMayNotBeReadStopsOnlyWhatMustBeLookedFor(t *testing.T) {
	w := newWorld(t, "2026-03-02 09:00")
	w.mail(rules.Said{Kind: rules.KindStopRequest, DisputeID: "1", Verdict: rules.Genuine}, "2026-03-03 09:00")
	w.fake.SetScopes("chat:write", "channels:read")
	w.fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Hangup})
	w.pass()
	w.saidNothing()
	w.wait(time.Minute)
	w.dispute("256947")
	err := w.pass()
	var refused *notify.Refused
	if !errors.As(err, &refused) || refused.Code != "missing_scope" || !strings.Contains(refused.Hint, "channels:history") {
		t.Errorf("pass: %v", err)
	}
	w.saidOnce("Faulty goods")
	w.fake.SetScopes(fakeslack.Scopes()...)
	w.settles()
	w.saidOnce("Stop request")
}
