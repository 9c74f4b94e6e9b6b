package fakeoauth

import (
	"cmp"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// The grants' names on the wire.
const (
	Refresh = "refresh_token"
	Client  = "client_credentials"
	Code    = "authorization_code"
	Device  = "urn:ietf:params:oauth:grant-type:device_code"
	JWT     = "urn:ietf:params:oauth:grant-type:jwt-bearer"
)

// token answers a grant, or as it was told to.
func (s *Server) token(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm() // what cannot be read is missing, and refused
	status, answer, odd := s.granted(r)
	s.mu.Lock()
	h := s.hold
	s.mu.Unlock()
	if h != nil {
		h.arrive()
		select {
		case <-h.released:
		case <-r.Context().Done():
		}
	}
	switch {
	case odd == nil:
		reply(w, status, answer)
	case odd.HangUp:
		panic(http.ErrAbortHandler)
	default:
		odd.write(w)
	}
}

func (a *Answer) write(w http.ResponseWriter) {
	kind := a.ContentType
	if kind == "" {
		kind = "application/json"
	}
	w.Header().Set("Content-Type", kind)
	if a.Location != "" {
		w.Header().Set("Location", a.Location)
	}
	w.WriteHeader(a.Status)
	_, _ = fmt.Fprint(w, a.Body) // a client that has gone is none of ours
}

// granted does what is asked for. A call that is to fail does nothing, but for
// one that is to hang up: it failed and happened.
func (s *Server) granted(r *http.Request) (status int, answer map[string]any, odd *Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last = r.PostForm
	s.asked[r.PostFormValue("grant_type")]++
	if len(s.fails) > 0 {
		odd, s.fails = &s.fails[0], s.fails[1:]
		if !odd.HangUp {
			return 0, nil, odd
		}
	}
	if !s.knows(r) {
		return http.StatusUnauthorized, map[string]any{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret of anna@shop.example"}, odd
	}
	code, refresh := s.grant(r)
	if code != "" {
		return http.StatusBadRequest, map[string]any{"error": code}, odd
	}
	answer = map[string]any{"access_token": s.give(), "token_type": "Bearer", "expires_in": int(s.options.Lasts / time.Second)}
	if refresh != "" {
		answer["refresh_token"] = refresh
	}
	return http.StatusOK, answer, odd
}

// knows checks the client. A signed assertion speaks for itself.
func (s *Server) knows(r *http.Request) bool {
	if r.PostFormValue("grant_type") == JWT {
		return true
	}
	id, secret, basic := r.BasicAuth()
	if basic {
		return id == s.options.ClientID && secret == s.options.ClientSecret
	}
	return !s.options.BasicOnly && r.PostFormValue("client_id") == s.options.ClientID && r.PostFormValue("client_secret") == s.options.ClientSecret
}

// grant checks one grant and gives a refresh token where it comes with one. The
// caller holds mu.
func (s *Server) grant(r *http.Request) (code, refresh string) {
	switch r.PostFormValue("grant_type") {
	case Refresh:
		return s.renew(r.PostFormValue("refresh_token"))
	case Client:
		return "", ""
	case JWT:
		return s.signed(r.PostFormValue("assertion")), ""
	case Device:
		approved, known := s.device[r.PostFormValue("device_code")]
		if !known {
			return "expired_token", ""
		}
		if s.options.Denies {
			return "access_denied", ""
		}
		if !approved {
			return "authorization_pending", ""
		}
		return "", s.issue()
	case Code:
		p, known := s.codes[r.PostFormValue("code")]
		delete(s.codes, r.PostFormValue("code"))
		sum := sha256.Sum256([]byte(r.PostFormValue("code_verifier")))
		if !known || p.redirect != r.PostFormValue("redirect_uri") || p.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
			return "invalid_grant", ""
		}
		return "", s.issue()
	}
	return "unsupported_grant_type", ""
}

// renew takes a refresh token. One that was used up is a theft: all end.
func (s *Server) renew(token string) (code, refresh string) {
	valid, known := s.refresh[token]
	if !valid {
		if known {
			s.reusedAt++
			clear(s.refresh)
		}
		return "invalid_grant", ""
	}
	if !s.options.Rotates {
		return "", ""
	}
	s.refresh[token] = false
	return "", s.issue()
}

// issue makes a refresh token.
func (s *Server) issue() string {
	s.n++
	token := fmt.Sprintf("refresh-%d", s.n)
	s.refresh[token] = true
	return token
}

// signed checks a service account's assertion (RFC 7523).
func (s *Server) signed(assertion string) (code string) {
	parts := strings.Split(assertion, ".")
	if len(parts) != 3 {
		return "invalid_grant"
	}
	signature, err1 := base64.RawURLEncoding.DecodeString(parts[2])
	payload, err2 := base64.RawURLEncoding.DecodeString(parts[1])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	var claims struct{ Sub, Aud, Scope string }
	err3 := json.Unmarshal(payload, &claims)
	switch {
	case errors.Join(err1, err2, err3, rsa.VerifyPKCS1v15(&s.key.PublicKey, crypto.SHA256, sum[:], signature)) != nil:
		return "invalid_grant"
	case claims.Sub != s.options.User || claims.Aud != s.URL+"/token":
		return "invalid_grant"
	case claims.Scope != "https://mail.google.com/":
		return "unauthorized_client"
	}
	return ""
}

// ServiceAccount is the JSON of a key that this provider knows.
func (s *Server) ServiceAccount() (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(s.key)
	if err != nil {
		return "", fmt.Errorf("service account: %w", err)
	}
	text, err := json.Marshal(map[string]string{
		"type": "service_account", "client_email": "watch@project.iam.example", "private_key_id": "k1",
		"private_key": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), "token_uri": s.URL + "/token",
	})
	return string(text), err
}

type pkce struct{ challenge, redirect string }

// auth is the consent page of a person who allows everything.
func (s *Server) auth(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("code_challenge_method") != "S256" || q.Get("access_type") != "offline" {
		http.Error(w, "invalid_request", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	s.n++
	code := fmt.Sprintf("code-%d", s.n)
	s.codes[code] = pkce{q.Get("code_challenge"), q.Get("redirect_uri")}
	s.mu.Unlock()
	said := url.Values{"code": {code}, "state": {q.Get("state")}}
	if s.options.Denies {
		said = url.Values{"error": {"access_denied"}, "state": {q.Get("state")}}
	}
	back.RawQuery = said.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// devicecode begins a sign-in on another device.
func (s *Server) devicecode(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.n++
	code := fmt.Sprintf("device-%d", s.n)
	s.device[code] = s.options.Approves
	s.mu.Unlock()
	reply(w, http.StatusOK, map[string]any{
		"device_code": code, "user_code": "ABCD-EFGH", "verification_uri": cmp.Or(s.options.Page, s.URL+"/device"), "expires_in": 900, "interval": 1,
	})
}

// Approve is a person who types the codes that were shown and allows it.
func (s *Server) Approve() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for code := range s.device {
		s.device[code] = true
	}
}
