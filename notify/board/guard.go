package board

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// policy lets a page load the board's own style, script and words, and nothing
// else: whatever a mail smuggled in would find no way to run or to phone home.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// guard answers only those who came by a name of ours, only reads, and bounds
// the time of each answer.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !ours(r.Host) {
			http.Error(w, "This name is not the board's.\nhint: open it as localhost; let a proxy in front ask for it by that name, with the header Host: localhost", http.StatusMisdirectedRequest)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			h.Set("Allow", "GET, HEAD")
			http.Error(w, "The board only reads.", http.StatusMethodNotAllowed)
			return
		}
		ctx, done := context.WithTimeout(r.Context(), answerTime)
		defer done()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// ours says whether a Host header names the loopback. A page of somebody else's,
// whose name was made to point to the loopback (DNS rebinding), comes with its
// own name and is turned away.
func ours(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.ToLower(strings.Trim(host, "[]")), ".")
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
