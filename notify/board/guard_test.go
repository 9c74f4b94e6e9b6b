package board_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestBoardOnlyReads(t *testing.T) {
	board := open(t, newShelf(t).server())
	for _, path := range []string{"/", "/case/c-1", "/cases.csv", "/metrics", "/readyz", "/nowhere"} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions} {
			code, head, _ := board.ask(method, path, "")
			if code != http.StatusMethodNotAllowed || head.Get("Allow") != "GET, HEAD" {
				t.Errorf("%s %s: status %d, Allow %q", method, path, code, head.Get("Allow"))
			}
		}
	}
	if code, _, body := board.ask(http.MethodHead, "/", ""); code != http.StatusOK || body != "" {
		t.Errorf("HEAD /: status %d, %d bytes", code, len(body))
	}
}

func TestNameOfSomebodyElseIsTurnedAway(t *testing.T) {
	s := newShelf(t)
	s.happens("c-secret", s.mail("77-1042", 5*day))
	board := open(t, s.server())
	for _, host := range []string{"evil.example", "evil.example:9321", "127.0.0.1.evil.example", "localhost.evil.example", "192.0.2.1:9321", "0.0.0.0", ".", "disputes.shop.example", "[::2]:9321"} {
		code, _, body := board.ask(http.MethodGet, "/", host)
		if code != http.StatusMisdirectedRequest || strings.Contains(body, "77-1042") {
			t.Errorf("host %s: status %d", host, code)
		}
	}
	for _, host := range []string{"localhost", "LOCALHOST:9321", "localhost.", "127.0.0.1:9321", "127.8.9.1", "[::1]:9321"} {
		if code, _, _ := board.ask(http.MethodGet, "/", host); code != http.StatusOK {
			t.Errorf("host %s: status %d", host, code)
		}
	}
}

func TestNothingForeignMayRunOrLoad(t *testing.T) {
	s := newShelf(t)
	s.happens("c-plain1", s.mail("77-1042", 5*day))
	board := open(t, s.server())
	const want = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	for _, path := range []string{"/", "/case/c-plain1", "/cases.csv", "/style.css", "/refresh.js", "/nowhere", "/metrics", "/livez"} {
		_, head, body := board.ask(http.MethodGet, path, "")
		if got := head.Get("Content-Security-Policy"); got != want {
			t.Errorf("%s: policy %q", path, got)
		}
		if head.Get("X-Content-Type-Options") != "nosniff" || head.Get("Referrer-Policy") != "no-referrer" || head.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: headers %v", path, head)
		}
		for _, inline := range []string{"<style", " style=", " onclick=", "<script>"} {
			if strings.Contains(body, inline) && strings.HasPrefix(head.Get("Content-Type"), "text/html") {
				t.Errorf("%s: the policy would refuse its own %q", path, inline)
			}
		}
	}
}

func TestBrokenBookIsSaidNotShownAsEmpty(t *testing.T) {
	s := newShelf(t)
	s.happens("c-plain1", s.mail("77-1042", 5*day))
	board := open(t, s.server())
	s.broken = errBroken
	for _, path := range []string{"/", "/case/c-plain1", "/cases.csv", "/metrics"} {
		code, body := board.get(path)
		if code != http.StatusInternalServerError || !strings.Contains(body, "hint:") || strings.Contains(body, errBroken.Error()) {
			t.Errorf("%s: status %d: %s", path, code, body)
		}
	}
}

func TestStrayQuestionsGetClearAnswers(t *testing.T) {
	s := newShelf(t)
	board := open(t, s.server())
	for path, want := range map[string]int{
		"/case/c-nobody":         http.StatusNotFound,
		"/case/":                 http.StatusNotFound,
		"/favicon.ico":           http.StatusNotFound,
		"/page/style.css":        http.StatusNotFound,
		"/?state=opne":           http.StatusBadRequest,
		"/cases.csv?state=opne":  http.StatusBadRequest,
		"/?q=%00&mailbox=%ff":    http.StatusOK,
		"/style.css":             http.StatusOK,
		"/refresh.js":            http.StatusOK,
		"/case/%3Cscript%3E":     http.StatusNotFound,
		"/case/..%2f..%2fetc":    http.StatusNotFound,
		"/?state=open&state=all": http.StatusOK,
	} {
		if code, body := board.get(path); code != want {
			t.Errorf("%s: status %d, want %d:\n%s", path, code, want, body)
		}
	}
}

func TestSlowBookDoesNotHoldTheVisitor(t *testing.T) {
	s := newShelf(t)
	board := open(t, s.server())
	var left time.Duration
	s.asked = func(until time.Time) { left = time.Until(until) }
	board.shows("/", "There are no cases")
	if left <= 0 || left > 20*time.Second {
		t.Errorf("the book had %s to answer, want at most 20 s", left)
	}
}
