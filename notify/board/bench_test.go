package board_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// crowd is a shelf with that many cases, half of them closed.
func crowd(b *testing.B, n int) *shelf {
	s := newShelf(b)
	for i := range n {
		c, err := rules.Apply(rules.Case{ID: fmt.Sprintf("c-%06d", i)}, func() rules.Event {
			e := s.mail(fmt.Sprintf("77-%04d", i), time.Duration(i)*time.Hour)
			e.At = s.now
			return e
		}())
		if err != nil {
			b.Fatal(err)
		}
		if i%2 == 1 {
			c.ClosedAt, c.Outcome = s.now, "won"
		}
		s.cases = append(s.cases, c)
	}
	return s
}

// BenchmarkListOfTenThousandCases is one look at the first page; the book's own
// reading is not in it.
func BenchmarkListOfTenThousandCases(b *testing.B) {
	h := crowd(b, 10000).server().Handler()
	for b.Loop() {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Host = "localhost"
		h.ServeHTTP(w, r)
		if w.Code != http.StatusOK {
			b.Fatal(w.Code)
		}
	}
}
