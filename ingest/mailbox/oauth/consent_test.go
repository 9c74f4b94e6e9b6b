package oauth_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth"
	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth/fakeoauth"
)

// person opens pages in a browser; one on another machine pastes where it got
// stuck, after what else it pastes.
type person struct {
	*testing.T
	elsewhere bool
	pastes    []string
	change    func(address string) string // of what is brought back
	then      func()                      // at the end, where it is not nil

	lines chan string
	page  string
	code  string
	saw   string // in the browser at the end
}

func (p *person) EnterCode(page, code string, until time.Time) {
	p.page, p.code = page, code
	if left := time.Until(until); left < time.Minute || left > 15*time.Minute {
		p.Errorf("%s left", left)
	}
}

func (p *person) OpenPage(page, back string) {
	browser := &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, // a person's, not ours
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	defer browser.CloseIdleConnections()
	resp, err := browser.Get(page)
	if err != nil {
		p.Error(err)
		return
	}
	resp.Body.Close()
	address := resp.Header.Get("Location")
	if !strings.HasPrefix(address, back) {
		p.Errorf("led to %s, want %s", address, back)
	}
	if p.change != nil {
		address = p.change(address)
	}
	p.lines = make(chan string, len(p.pastes)+1)
	for _, line := range p.pastes {
		p.lines <- line
	}
	if p.elsewhere {
		p.lines <- address + "\n"
		return
	}
	if resp, err = browser.Get(address); err != nil {
		p.Error(err)
		return
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		p.Error(err)
	}
	p.saw = resp.Status + " " + string(text)
	if p.then != nil {
		p.then()
	}
}

func (p *person) Pasted() <-chan string { return p.lines }

// asks makes the world's account one that asks a person, and its token one that
// the provider gives.
func (w *world) asks(p *person, device bool) (string, error) {
	w.Helper()
	if w.account.RefreshToken = w.file("refresh", ""); device {
		w.account.DeviceURL = w.provider.URL + "/devicecode"
	} else {
		w.account.AuthURL = w.provider.URL + "/auth"
	}
	refresh, err := w.account.Consent(w.Context(), p)
	if err != nil {
		return "", err
	}
	w.file("refresh", refresh)
	w.token(w.source())
	return refresh, nil
}

func TestDeviceCodeBringsARefreshToken(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{Approves: true, ClientSecret: "hunter2"})
	w.account.ClientSecret = w.file("secret", "hunter2")
	p := &person{T: t}
	if _, err := w.asks(p, true); err != nil || p.code != "ABCD-EFGH" || p.page != w.provider.URL+"/device" {
		t.Errorf("%s %s, %v", p.page, p.code, err)
	}
}

func TestConsentAtAProviderThatWantsTheSecretInTheHeader(t *testing.T) {
	for _, device := range []bool{true, false} {
		w := newWorld(t, fakeoauth.Options{Approves: true, ClientSecret: "hunter2", BasicOnly: true})
		w.account.ClientSecret = w.file("secret", "hunter2")
		if _, err := w.asks(&person{T: t}, device); err != nil {
			t.Errorf("device %v: %v", device, err)
		}
	}
}

func TestDeviceCodeOutlastsADisturbance(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{Approves: true})
	w.provider.Fail(fakeoauth.Answer{Status: 503}, fakeoauth.Answer{Status: 429})
	if _, err := w.asks(&person{T: t}, true); err != nil {
		t.Error(err)
	}
}

func TestBrowserBringsARefreshToken(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{})
	p := &person{T: t}
	if _, err := w.asks(p, false); err != nil || !strings.HasPrefix(p.saw, "200 OK disputewatch has got the answer") {
		t.Errorf("%s, %v", p.saw, err)
	}
}

func TestBrowserOnAnotherMachineIsPasted(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{})
	if _, err := w.asks(&person{T: t, elsewhere: true, pastes: []string{"", "what?", "http://127.0.0.1:1/?cut"}}, false); err != nil {
		t.Error(err)
	}
}

func TestConsentThatFailsSaysWhy(t *testing.T) {
	for what, c := range map[string]struct {
		o      fakeoauth.Options
		p      person
		device bool
		want   string
	}{
		"denied by code":      {o: fakeoauth.Options{Denies: true}, device: true, want: "access_denied\nhint: "},
		"denied in browser":   {o: fakeoauth.Options{Denies: true}, want: "the provider said access_denied"},
		"a page in the clear": {o: fakeoauth.Options{Page: "http://id.example/device"}, device: true, want: "named no page and code"},
		"another's sign-in":   {p: person{elsewhere: true, change: func(a string) string { return strings.Replace(a, "state=", "state=x", 1) }}, want: "of another sign-in"},
		"no code":             {p: person{elsewhere: true, change: func(a string) string { return strings.Replace(a, "code=", "c=", 1) }}, want: "gave no code"},
		"a code of no worth":  {p: person{elsewhere: true, change: func(a string) string { return strings.Replace(a, "code=", "code=x", 1) }}, want: "invalid_grant"},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t, c.o)
			c.p.T = t
			if _, err := w.asks(&c.p, c.device); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// hourglass is a context whose time is up when the test says so.
type hourglass struct {
	context.Context
	up chan struct{}
}

func (h hourglass) Done() <-chan struct{} { return h.up }

func (h hourglass) Err() error {
	select {
	case <-h.up:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// A page that somebody else lets this machine's browser open must not end the
// wait, nor bring in a code of his.
func TestStrangersCallOfTheLoopbackAddressIsIgnored(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{})
	ctx := hourglass{t.Context(), make(chan struct{})}
	p := &person{T: t, then: func() { close(ctx.up) }, change: func(a string) string { return strings.Replace(a, "state=", "state=x", 1) }}
	w.account.AuthURL = w.provider.URL + "/auth"
	if _, err := w.account.Consent(ctx, p); err == nil || !strings.Contains(err.Error(), "nobody confirmed in time") || !strings.HasPrefix(p.saw, "404") {
		t.Errorf("%s, %v", p.saw, err)
	}
}

func TestConsentEndsWithItsContext(t *testing.T) {
	for _, device := range []bool{true, false} {
		w := newWorld(t, fakeoauth.Options{})
		if w.account.AuthURL = w.provider.URL + "/auth"; device {
			w.account.DeviceURL = w.provider.URL + "/devicecode"
		}
		ctx, stop := context.WithCancel(t.Context())
		p := &person{T: t, change: func(string) string { stop(); return w.provider.URL }}
		if device {
			time.AfterFunc(50*time.Millisecond, stop)
		}
		if _, err := w.account.Consent(ctx, p); !errors.Is(err, context.Canceled) {
			t.Errorf("device %v: %v", device, err)
		}
		stop()
	}
}

func TestProviderWithoutAWayToAskIsNamed(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{})
	if _, err := w.account.Consent(t.Context(), &person{T: t}); !errors.Is(err, oauth.ErrNoConsent) {
		t.Error(err)
	}
}
