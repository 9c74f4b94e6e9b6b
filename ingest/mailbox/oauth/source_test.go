package oauth_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth"
	"github.com/disputewatch/disputewatch/ingest/mailbox/oauth/fakeoauth"
)

// book keeps tokens in memory; each of its holders has a Book of its own.
type book struct {
	turn   sync.Mutex
	mu     sync.Mutex
	tokens map[string]string
	fails  error // of RotateToken
	kept   int
}

func (b *book) Alone(ctx context.Context, _ string, f func(context.Context, oauth.Kept) error) error {
	b.turn.Lock()
	defer b.turn.Unlock()
	return f(ctx, b)
}

func (b *book) Token(_ context.Context, name string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tokens[name], nil
}

func (b *book) RotateToken(ctx context.Context, name, from, to string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case b.fails != nil:
		return b.fails
	case b.tokens[name] != from:
		return oauth.ErrOvertaken
	}
	b.tokens[name] = to
	b.kept++
	return nil
}

// world is a provider, a book, and the files of one mailbox.
type world struct {
	*testing.T
	provider *fakeoauth.Server
	book     *book
	dir      string
	account  oauth.Account
	now      time.Time
}

func newWorld(t *testing.T, o fakeoauth.Options) *world {
	t.Helper()
	o.User = "payments@shop.example"
	if o.Tokens == nil {
		o.Tokens = []string{"consented"}
	}
	provider, err := fakeoauth.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(provider.Close)
	w := &world{T: t, provider: provider, book: &book{tokens: map[string]string{}}, dir: t.TempDir(), now: time.Now()}
	ca, err := provider.CAFile(w.dir)
	if err != nil {
		t.Fatal(err)
	}
	w.account = oauth.Account{
		Mailbox: "onboarding", Username: o.User, Provider: oauth.Custom, TokenURL: provider.URL + "/token",
		ClientID: "app", CAFile: ca, Book: w.book,
	}
	return w
}

// file is a secret in a file, read anew each time.
func (w *world) file(name, text string) func() (string, error) {
	w.Helper()
	path := filepath.Join(w.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		w.Fatal(err)
	}
	return func() (string, error) {
		text, err := os.ReadFile(path)
		return string(text), err
	}
}

func (w *world) source() *oauth.Source {
	return oauth.New(w.account, func() time.Time { return w.now })
}

func (w *world) token(s *oauth.Source) string {
	w.Helper()
	token, err := s.Token(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return token
}

// refused asks for a token in vain. No error may hold anything secret.
func (w *world) refused(s *oauth.Source) error {
	w.Helper()
	token, err := s.Token(w.Context())
	if err == nil {
		w.Fatalf("got %s", token)
	}
	for _, secret := range []string{"consented", "refresh-", "access-", "hunter2", "anna", "PRIVATE"} {
		if strings.Contains(err.Error(), secret) {
			w.Errorf("shows %s: %v", secret, err)
		}
	}
	return err
}

func TestAccessTokenIsKeptWhileItIsGood(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{})
	w.account.RefreshToken = w.file("refresh", "consented")
	s := w.source()
	first := w.token(s)
	w.now = w.now.Add(58 * time.Minute)
	if again := w.token(s); again != first {
		t.Error("asked anew for a token that was good")
	}
	w.now = w.now.Add(time.Minute)
	if again := w.token(s); again == first {
		t.Error("a token with less than a minute left was given out")
	}
}

func TestEachGrantGivesATokenThatIsGood(t *testing.T) {
	for name, set := range map[string]func(w *world){
		"refresh": func(w *world) { w.account.RefreshToken = w.file("refresh", "consented") },
		"client":  func(*world) {},
		"service": func(w *world) {
			key, err := w.provider.ServiceAccount()
			if err != nil {
				w.Fatal(err)
			}
			w.account.Provider, w.account.TokenURL = oauth.Google, ""
			w.account.ServiceAccount = w.file("key.json", key)
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, fakeoauth.Options{ClientSecret: "hunter2"})
			w.account.ClientSecret = w.file("secret", "hunter2")
			set(w)
			s := w.source()
			first := w.token(s)
			if s.Refused(first) {
				t.Error("a token that has just come is to be tried again")
			}
			if second := w.token(s); second == first {
				t.Error("a refused token was given out again")
			}
			if third := w.token(s); !s.Refused(third) {
				t.Error("a token of before is not to be tried again")
			}
		})
	}
}

func TestSecretGoesIntoTheHeaderWhereOnlyThatIsTaken(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{ClientSecret: "hunter2", BasicOnly: true, Rotates: true})
	w.account.ClientSecret = w.file("secret", "hunter2")
	w.account.RefreshToken = w.file("refresh", "consented")
	s := w.source()
	for range 3 {
		s.Refused(w.token(s))
	}
	if n := w.provider.Asked(fakeoauth.Refresh); n != 4 {
		t.Errorf("asked %d times, want 3 and one in vain", n)
	}
}

func TestRotatedTokenIsKeptBeforeTheAccessTokenIsUsed(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{Rotates: true})
	w.account.RefreshToken = w.file("refresh", "consented")
	w.book.fails = errors.New("disk full")
	s := w.source()
	for range 2 {
		if err := w.refused(s); !strings.Contains(err.Error(), "disk full") {
			t.Fatal(err)
		}
	}
	if n := w.provider.Asked(fakeoauth.Refresh); n != 1 {
		t.Errorf("asked %d times while the last token was not kept", n)
	}
	w.book.fails = nil
	w.token(s)
	if w.book.kept != 2 || w.provider.Reused() != 0 {
		t.Errorf("kept %d, reused %d", w.book.kept, w.provider.Reused())
	}
}

func TestRestartGoesOnWithTheRotatedToken(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{Rotates: true})
	w.account.RefreshToken = w.file("refresh", "consented")
	for range 3 {
		w.token(w.source())
	}
	if w.provider.Reused() != 0 {
		t.Error("a used-up token was sent")
	}
}

func TestTokenThatIsUsedIsNotForgotten(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{Tokens: []string{"consented", "rotated-once"}})
	w.account.RefreshToken = w.file("refresh", "consented")
	w.token(w.source())
	if w.book.kept != 0 {
		t.Error("a token that was never rotated went into the book")
	}
	w.book.tokens[oauth.TokenName("consented")] = "rotated-once"
	w.token(w.source())
	if w.book.kept != 1 || w.book.tokens[oauth.TokenName("consented")] != "rotated-once" {
		t.Errorf("kept %d: %v", w.book.kept, w.book.tokens)
	}
}

func TestTwoDaemonsDoNotBurnATokenTheyShare(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{Rotates: true})
	w.account.RefreshToken = w.file("refresh", "consented")
	var daemons sync.WaitGroup
	for range 4 {
		s := w.source()
		daemons.Go(func() {
			for range 5 {
				token, err := s.Token(t.Context())
				if err != nil {
					t.Error(err)
				}
				s.Refused(token)
			}
		})
	}
	daemons.Wait()
	if w.provider.Reused() != 0 || w.provider.Asked(fakeoauth.Refresh) != 20 {
		t.Errorf("reused %d of %d", w.provider.Reused(), w.provider.Asked(fakeoauth.Refresh))
	}
}

func TestStopInMidRefreshLosesNoToken(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{Rotates: true})
	w.account.RefreshToken = w.file("refresh", "consented")
	arrived, release := w.provider.Hold()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := w.source().Token(ctx)
		ended <- err
	}()
	<-arrived
	stop()
	release()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	w.token(w.source())
	if w.provider.Reused() != 0 {
		t.Error("the token that came while we stopped was lost")
	}
}

func TestNewConsentInTheFileTakesThePlaceOfTheRotatedToken(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{Rotates: true, Tokens: []string{"consented", "consented-anew"}})
	w.account.RefreshToken = w.file("refresh", "consented")
	s := w.source()
	s.Refused(w.token(s))
	w.file("refresh", "consented-anew")
	s.Refused(w.token(s))
	if w.provider.Form("refresh_token") != "consented-anew" {
		t.Errorf("sent %s", w.provider.Form("refresh_token"))
	}
	w.token(s)
	if w.provider.Reused() != 0 || len(w.provider.Valid()) != 2 {
		t.Errorf("reused %d, valid %v", w.provider.Reused(), w.provider.Valid())
	}
}

func TestEachFailureOfTheEndpointIsNamedWithAHint(t *testing.T) {
	oauthError := func(code, description string) fakeoauth.Answer {
		return fakeoauth.Answer{Status: 400, Body: `{"error":"` + code + `","error_description":"` + description + ` for anna@shop.example"}`}
	}
	for what, c := range map[string]struct {
		answer fakeoauth.Answer
		want   []string
	}{
		"revoked":       {oauthError("invalid_grant", ""), []string{"invalid_grant", "check --consent onboarding"}},
		"secret":        {oauthError("invalid_client", "AADSTS7000222: expired"), []string{"invalid_client (AADSTS7000222)", "has expired"}},
		"app":           {oauthError("unauthorized_client", ""), []string{"unauthorized_client", "does not allow"}},
		"interaction":   {oauthError("interaction_required", "AADSTS50076: MFA"), []string{"interaction_required (AADSTS50076)", "sign in once more"}},
		"odd code":      {oauthError("anna@shop.example", ""), []string{"answered 400"}},
		"error in 200":  {fakeoauth.Answer{Status: 200, Body: `{"error":"invalid_grant"}`}, []string{"invalid_grant"}},
		"busy":          {fakeoauth.Answer{Status: 429}, []string{"too many requests (429)", "next poll"}},
		"down":          {fakeoauth.Answer{Status: 503, Body: "anna"}, []string{"answered 503", "next poll"}},
		"HTML":          {fakeoauth.Answer{Status: 200, ContentType: "text/html", Body: "<html>anna hunter2"}, []string{"something else than JSON", "proxy"}},
		"HTML refusal":  {fakeoauth.Answer{Status: 403, ContentType: "text/html", Body: "<html>anna hunter2"}, []string{"answered 403", "proxy"}},
		"empty":         {fakeoauth.Answer{Status: 200, Body: ""}, []string{"something else than JSON"}},
		"empty object":  {fakeoauth.Answer{Status: 200, Body: "{}"}, []string{"without a usable access token"}},
		"broken token":  {fakeoauth.Answer{Status: 200, Body: `{"access_token":"access-1\u0001auth=x","expires_in":9}`}, []string{"without a usable access token"}},
		"elsewhere":     {fakeoauth.Answer{Status: 307, Location: "https://127.0.0.1:1/steal"}, []string{"answered 307"}},
		"breaks off":    {fakeoauth.Answer{HangUp: true}, []string{"connection broke"}},
		"endless":       {fakeoauth.Answer{Status: 200, Body: strings.Repeat(" ", 1<<19) + "{}"}, []string{"something else than JSON"}},
		"missing scope": {oauthError("invalid_scope", ""), []string{"invalid_scope", "leave scopes out"}},
	} {
		t.Run(what, func(t *testing.T) {
			w := newWorld(t, fakeoauth.Options{})
			w.account.RefreshToken = w.file("refresh", "consented")
			s := w.source()
			w.provider.Fail(c.answer)
			err := w.refused(s)
			for _, want := range append(c.want, "token endpoint 127.0.0.1:", "\nhint: ") {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("no %q in: %v", want, err)
				}
			}
			w.token(s)
		})
	}
}

func TestEndpointThatCannotBeReachedIsNamedWithAHint(t *testing.T) {
	for what, c := range map[string]struct {
		set  func(*world)
		want string
	}{
		"nothing listens": {func(w *world) { w.account.TokenURL = "https://127.0.0.1:1/token" }, "nothing listens there"},
		"strange TLS":     {func(w *world) { w.account.CAFile = "" }, "its certificate is not trusted"},
		"no name":         {func(w *world) { w.account.TokenURL = "https://nowhere..invalid/token" }, "no such host name"},
	} {
		w := newWorld(t, fakeoauth.Options{})
		w.account.RefreshToken = w.file("refresh", "consented")
		c.set(w)
		if err := w.refused(w.source()); !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "\nhint: ") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestServiceAccountsFaultsAreNamed(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{})
	key, err := w.provider.ServiceAccount()
	if err != nil {
		t.Fatal(err)
	}
	w.account.Provider, w.account.TokenURL = oauth.Google, ""
	for what, c := range map[string]struct{ key, user, want string }{
		"not one of the domain": {key, "other@shop.example", "invalid_grant"},
		"no JSON":               {"hunter2", "", "holds no service account's key"},
		"no key":                {`{"type":"service_account","client_email":"a","private_key":"-----BEGIN PRIVATE KEY-----\nhunter2"}`, "", "holds no service account's key"},
		"in the clear":          {strings.Replace(key, "https://127", "http://10", 1), "", "token_uri is no https:// address"},
	} {
		w.account.ServiceAccount = w.file("key.json", c.key)
		w.account.Username = c.user
		if err := w.refused(w.source()); !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", what, err)
		}
	}
	w.account.Username, w.account.Scopes = "payments@shop.example", []string{"https://www.googleapis.com/auth/gmail.readonly"}
	w.account.ServiceAccount = w.file("key.json", key)
	if err := w.refused(w.source()); !strings.Contains(err.Error(), "domain-wide delegation") {
		t.Error(err)
	}
}

func TestStopDoesNotWaitForAGrantThatRotatesNothing(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{})
	w.provider.Hold()
	ctx, stop := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer stop()
	if _, err := w.source().Token(ctx); err == nil {
		t.Error("got a token")
	}
}

func TestOvertakenDaemonKeepsTheOthersToken(t *testing.T) {
	w := newWorld(t, fakeoauth.Options{Rotates: true})
	w.account.RefreshToken = w.file("refresh", "consented")
	w.book.fails = errors.New("paused")
	s := w.source()
	w.refused(s)
	w.book.fails = nil
	for name := range w.book.tokens {
		t.Fatalf("kept %s", name)
	}
	// Another daemon consented anew and rotated under the same name.
	valid := w.provider.Valid()
	w.book.mu.Lock()
	w.book.tokens[oauth.TokenName("consented")] = valid[0]
	w.book.mu.Unlock()
	w.token(s)
	if !slices.Contains(w.provider.Valid(), w.book.tokens[oauth.TokenName("consented")]) || w.provider.Reused() != 0 {
		t.Errorf("kept %v, valid %v", w.book.tokens, w.provider.Valid())
	}
}
