package slack_test

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
)

// kind names an error as callers tell them apart.
func kind(err error) string {
	var later *notify.Later
	var unclear *notify.Ambiguous
	var refused *notify.Refused
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &later):
		return "later"
	case errors.As(err, &unclear):
		return "unclear"
	case errors.As(err, &refused):
		return "refused"
	}
	return "not done"
}

func TestEachFailureIsNamedAndPostedOnce(t *testing.T) {
	for _, tt := range []struct {
		fault fakeslack.Fault
		want  string
	}{
		{fakeslack.Fault{Kind: fakeslack.Hangup}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Cut}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Empty}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Nothing}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.NoTS}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Stall}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Status, Status: 500}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Status, Status: 503}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "fatal_error"}, "unclear"},
		{fakeslack.Fault{Kind: fakeslack.Limit, Retry: "3"}, "later"},
		{fakeslack.Fault{Kind: fakeslack.Limit}, "later"},
		{fakeslack.Fault{Kind: fakeslack.Limit, Retry: "Wed, 21 Oct 2026 07:28:00 GMT"}, "later"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "ratelimited"}, "later"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "request_timeout"}, "not done"},
		{fakeslack.Fault{Kind: fakeslack.Status, Status: 403}, "refused"},
		{fakeslack.Fault{Kind: fakeslack.Page}, "refused"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "invalid_auth"}, "refused"},
		{fakeslack.Fault{Kind: fakeslack.Refuse, Code: "is_archived"}, "refused"},
	} {
		t.Run(string(tt.fault.Kind)+tt.fault.Code+tt.fault.Retry, func(t *testing.T) {
			fake, _ := start(t)
			c := config(fake)
			if tt.fault.Kind == fakeslack.Stall {
				c.Timeout = 200 * time.Millisecond
			}
			counted := map[string]int{}
			c.Count = func(result string) { counted[result]++ }
			tt.fault.Method, tt.fault.Times = "chat.postMessage", -1
			fake.Fail(tt.fault)
			p := post("o-1", "Anna Andersson, anna@example.com")
			p.Channel = "C00000001"
			_, err := slack.New(c).Post(t.Context(), p)
			if got := kind(err); got != tt.want {
				t.Errorf("%s: %v, want %s", got, err, tt.want)
			}
			if n := len(fake.Calls("chat.postMessage")); n != 1 {
				t.Errorf("posted %d times", n)
			}
			for _, secret := range []string{fakeslack.Token, "Anna", "anna@"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q stands in the error %v", secret, err)
				}
			}
			if as := map[string]string{"later": "limited", "not done": "error"}; len(counted) != 1 || counted[cmp.Or(as[tt.want], tt.want)] != 1 {
				t.Errorf("counted %v", counted)
			}
			fake.Heal()
		})
	}
}

func TestLimitNamesHowLong(t *testing.T) {
	for retry, want := range map[string]time.Duration{"3": 3 * time.Second, "0": time.Second, "-5": time.Second, "": 30 * time.Second, "soon": 30 * time.Second, "999999": time.Hour} {
		fake, client := start(t)
		fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Limit, Retry: retry})
		_, err := client.Post(t.Context(), post("o-1", "x"))
		var later *notify.Later
		if !errors.As(err, &later) || later.After != want {
			t.Errorf("Retry-After %q: %v, want %s", retry, err, want)
		}
	}
}

func TestWhatNeverLeftIsNotUnclear(t *testing.T) {
	fake, client := start(t)
	p := post("o-1", "x")
	p.Channel = "C00000001"
	c := config(fake)
	c.Token = func() (string, error) { return "", errors.New("token file: permission denied") }
	if _, err := slack.New(c).Post(t.Context(), p); kind(err) != "not done" || len(fake.Calls("")) > 0 {
		t.Errorf("no token: %v", err)
	}
	fake.Close()
	if _, err := client.Post(t.Context(), p); kind(err) != "not done" {
		t.Errorf("nobody listened: %v", err)
	}
}

// A connection that fails like this says "read", one that was never made "dial".
func TestConnectionThatIsResetMayHaveCarriedThePost(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			conn.(*net.TCPConn).SetLinger(0)
			conn.Close()
		}
	}))
	t.Cleanup(server.Close)
	client := slack.New(slack.Config{APIBase: server.URL + "/", Token: func() (string, error) { return fakeslack.Token, nil }})
	p := post("o-1", "x")
	p.Channel = "C00000001"
	var read *net.OpError
	if _, err := client.Post(t.Context(), p); kind(err) != "unclear" || !errors.As(err, &read) || read.Op != "read" {
		t.Errorf("%s: %v", kind(err), err)
	}
}

func TestNewTokenCountsAtOnce(t *testing.T) {
	fake, _ := start(t)
	token := "xoxb-old"
	c := config(fake)
	c.Token = func() (string, error) { return token, nil }
	client := slack.New(c)
	if _, err := client.Post(t.Context(), post("o-1", "x")); kind(err) != "refused" {
		t.Fatalf("an old token: %v", err)
	}
	token = fakeslack.Token
	say(t, client, post("o-1", "x"))
}

func TestProxyPageIsNotFollowed(t *testing.T) {
	fake, client := start(t)
	fake.Fail(fakeslack.Fault{Kind: fakeslack.Page})
	_, err := client.Post(t.Context(), post("o-1", "x"))
	var refused *notify.Refused
	if !errors.As(err, &refused) || refused.Code != fmt.Sprint("http_", http.StatusFound) || refused.Hint == "" || refused.Whom != notify.Everything {
		t.Errorf("a login page: %v", err)
	}
}

// Slack's documentation of chat.postMessage and its list of errors that all
// methods share.
func TestEachDocumentedRefusalHasAnEndAndAHint(t *testing.T) {
	for end, codes := range map[string]string{
		"later":    "ratelimited rate_limited message_limit_exceeded",
		"unclear":  "fatal_error internal_error service_unavailable",
		"not done": "request_timeout team_added_to_org org_login_required",
		"refused all": "invalid_auth not_authed token_revoked token_expired account_inactive not_allowed_token_type missing_scope no_permission " +
			"access_denied accesslimited ekm_access_denied enterprise_is_restricted team_access_not_granted " +
			"two_factor_setup_required team_not_found invalid_team method_deprecated deprecated_endpoint method_not_supported_for_channel_type unknown_method",
		"refused channel": "channel_not_found not_in_channel is_archived messages_tab_disabled cannot_reply_to_message restricted_action " +
			"restricted_action_read_only_channel restricted_action_thread_only_channel restricted_action_non_threadable_channel restricted_action_thread_locked user_is_bot user_is_restricted",
		"refused ": "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text too_many_attachments attachment_payload_limit_exceeded " +
			"invalid_metadata_format invalid_metadata_schema metadata_too_large metadata_must_be_sent_from_app invalid_arg_name invalid_arguments " +
			"invalid_array_arg invalid_charset invalid_form_data invalid_post_type missing_post_type markdown_text_conflict as_user_not_supported duplicate_channel_not_found duplicate_message_not_found a_code_of_tomorrow",
	} {
		for code := range strings.FieldsSeq(codes) {
			fake, client := start(t)
			p := post("o-1", "x")
			p.Channel = "C00000001"
			fake.Fail(fakeslack.Fault{Method: "chat.postMessage", Kind: fakeslack.Refuse, Code: code})
			_, err := client.Post(t.Context(), p)
			got := kind(err)
			var refused *notify.Refused
			if errors.As(err, &refused) {
				got += " " + string(refused.Whom)
				if refused.Hint == "" || refused.Code != code {
					t.Errorf("%s: no hint, or another word: %v", code, err)
				}
				if ours := end == "refused " && code != "a_code_of_tomorrow"; ours != strings.Contains(refused.Hint, "please report it") {
					t.Errorf("%s: %s", code, refused.Hint)
				}
			}
			if got != end {
				t.Errorf("%s is %q, want %q", code, got, end)
			}
		}
	}
}

func TestScopeThatIsMissingIsNamed(t *testing.T) {
	fake, client := start(t)
	fake.SetScopes("channels:read", "groups:read")
	_, err := client.Post(t.Context(), post("o-1", "x"))
	var refused *notify.Refused
	if !errors.As(err, &refused) || !strings.HasPrefix(refused.Hint, "add the bot scope chat:write ") {
		t.Errorf("%+v", refused)
	}
}
