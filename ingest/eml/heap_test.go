package eml

import (
	"encoding/base64"
	"runtime"
	"testing"
	"time"
)

// watchHeap samples how much more than base is in use, until the function that
// it returns is called.
func watchHeap(t *testing.T, base uint64) func() uint64 {
	t.Helper()
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			if now.HeapAlloc > base {
				most = max(most, now.HeapAlloc-base)
			}
			select {
			case <-stop:
				done <- most
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 { close(stop); return <-done }
}

// encodeLines is base64 in lines of 76 letters.
func encodeLines(b []byte) string {
	s := base64.StdEncoding.EncodeToString(b)
	var out []byte
	for len(s) > 76 {
		out = append(append(out, s[:76]...), '\n')
		s = s[76:]
	}
	return string(append(out, s...))
}
