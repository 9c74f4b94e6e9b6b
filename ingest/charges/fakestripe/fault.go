package fakestripe

import (
	"net/http"
	"strconv"
	"strings"
)

// Fault is something that goes wrong, for the calls that it is meant for.
type Fault struct {
	Path  string // the calls whose path begins so; "" is all of them
	From  int    // the first of those calls that it hits, counted from 1; 0 is 1
	Times int    // how many it hits; 0: all from there on

	Status     int    // with this status …
	Code       string // … Stripe's error of this code; with Body: that body
	RetryAfter string // the header
	Body       string // sent as it is; Status 0 is 200
	Type       string // Content-Type of Body; "" is application/json
	RequestID  string // the header

	Cut       bool            // the body is promised longer than it is: the connection ends within
	HangUp    bool            // the connection ends without an answer
	Stall     <-chan struct{} // no answer before this is closed, or the caller gives up; then the true one
	Endless   bool            // each page of a list is the first one, and promises more
	EmptyMore bool            // each page of a list is empty, and promises more
	Bare      bool            // nothing is expanded
	All       bool            // a list is not filtered

	seen int // calls that it was meant for; under the server's lock
}

// Break adds a fault. The first that is due for a call is played.
func (s *Server) Break(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Mend takes all faults away.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// due counts a call and says whether the fault hits it.
func (f *Fault) due(path string) bool {
	if !strings.HasPrefix(path, f.Path) {
		return false
	}
	f.seen++
	from := max(f.From, 1)
	return f.seen >= from && (f.Times == 0 || f.seen < from+f.Times)
}

// play does the fault; false means that the call is answered nevertheless.
func (f *Fault) play(rw http.ResponseWriter, req *http.Request) bool {
	switch {
	case f.HangUp:
		panic(http.ErrAbortHandler)
	case f.Stall != nil:
		select {
		case <-f.Stall:
			return false
		case <-req.Context().Done():
			panic(http.ErrAbortHandler)
		}
	case f.Cut:
		b := []byte(`{"object":"list","data":[{"id":"du_cut","object":"dispute","evidence":{"customer_name":"Erika Mustermann"`)
		rw.Header().Set("Content-Length", strconv.Itoa(10*len(b)))
		_, _ = rw.Write(b)
		panic(http.ErrAbortHandler)
	case f.Body != "":
		f.write(rw, []byte(f.Body))
		return true
	case f.Status != 0:
		if f.RetryAfter != "" {
			rw.Header().Set("Retry-After", f.RetryAfter)
		}
		send(rw, f.Status, &stripeError{f.Status, "api_error", f.Code, "Something is wrong with erika.mustermann@example.com"})
		return true
	}
	return false
}

func (f *Fault) write(rw http.ResponseWriter, body []byte) {
	kind := f.Type
	if kind == "" {
		kind = "application/json"
	}
	rw.Header().Set("Content-Type", kind)
	if f.RetryAfter != "" {
		rw.Header().Set("Retry-After", f.RetryAfter)
	}
	rw.WriteHeader(max(f.Status, http.StatusOK))
	_, _ = rw.Write(body)
}
