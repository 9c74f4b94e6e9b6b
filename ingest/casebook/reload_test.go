package casebook_test

import (
	"strings"
	"testing"
	"time"
)

// A machine that starts with a wrong clock tells everything that there is to
// tell. When the clock is right again, the case is told on.
func TestCaseThatWasToldUnderAClockSinceSetBackIsToldOn(t *testing.T) {
	eachDB(t, func(w *world) {
		c := w.opened(w.noticeOf("256947", 1))
		w.deliver()
		const ahead = 180 * 24 * time.Hour
		w.wait(ahead)
		if _, err := w.Decide(w.ctx); err != nil {
			w.Fatal(err)
		}
		w.deliver()
		w.wait(-ahead + time.Hour)
		w.must(w.SetBack(w.ctx))
		if n, err := w.Decide(w.ctx); err != nil || n != 0 {
			w.Errorf("%d told, %v", n, err)
		}
		w.wait(23 * time.Hour)
		if n, err := w.Decide(w.ctx); err != nil || n != 1 {
			w.Fatalf("%d told, %v", n, err)
		}
		if keys := w.deliver(); len(keys) != 1 || !strings.HasPrefix(keys[0], c.ID+"/1/nudge/") {
			w.Errorf("told %v", keys)
		}
	})
}
