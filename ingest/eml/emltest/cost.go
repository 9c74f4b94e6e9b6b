// Package emltest measures what reading a mail costs.
package emltest

import (
	"runtime"
	"syscall"
	"testing"
	"time"
)

// Cost is how long f's thread worked: a busy machine makes it take longer, but
// gives it no more to do.
func Cost(t *testing.T, f func()) time.Duration {
	t.Helper()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	worked := func() time.Duration {
		const thread = 1 // RUSAGE_THREAD
		var u syscall.Rusage
		if err := syscall.Getrusage(thread, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := worked()
	f()
	return worked() - before
}
