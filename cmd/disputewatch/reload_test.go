package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/ingest/loopback"
)

// Whoever asks for a reload turns away once the daemon has the signal: it must go
// on, whatever is wrong with what is new.
func TestReloadThatCannotBeMeantLeavesTheDaemonAtWork(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	for name, change := range map[string]struct{ file, from, to string }{
		"a fault in the file":      {"config.yaml", "timezone: UTC", "timezone: Atlantis"},
		"a fault in the words":     {"words.txt", "# none", "no key"},
		"words that are not there": {"config.yaml", "words.txt", "missing.txt"},
		"a port that is taken":     {"config.yaml", "listen: ", "listen: " + taken.Addr().String() + " # "},
		"a store without a folder": {"config.yaml", "sqlite:", "sqlite:/nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
			ports, err := loopback.Ports(1)
			w.must(err)
			board := fmt.Sprintf("127.0.0.1:%d", ports[0])
			good := map[string]string{
				"config.yaml": strings.Replace(w.configText, `""`, board, 1) + "vocabulary: words.txt\n", "words.txt": "# none\n",
			}
			counts := func(reload int) func() bool {
				return func() bool {
					resp, err := http.Get("http://" + board + "/metrics")
					if err != nil {
						return false // it is between two configs
					}
					defer resp.Body.Close()
					text, err := io.ReadAll(resp.Body)
					return err == nil && strings.Contains(string(text), fmt.Sprintf("\ndisputewatch_config_last_reload_successful %d\n", reload))
				}
			}
			write := func(name, text string) { w.must(os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600)) }
			for name, text := range good {
				write(name, text)
			}
			p := w.start()
			reload := func(text string) {
				write(change.file, text)
				w.must(p.cmd.Process.Signal(syscall.SIGHUP))
			}
			w.until("it watches", func() bool { return p.lines("watching") == 1 })
			reload(strings.Replace(good[change.file], change.from, change.to, 1))
			w.until("it keeps to its config", func() bool { return p.lines("the old one stays") == 1 })
			w.until("its metrics say so", counts(0))
			w.dispute(1)
			w.until("it reads on", func() bool { return p.lines("passed", "notices=1") == 1 })
			stopped := p.lines("msg=stopped")
			reload(good[change.file])
			w.until("it takes the mended one", func() bool { return p.lines("msg=stopped") > stopped })
			w.dispute(2)
			w.until("its metrics say so", counts(1))
			w.until("it reads under it", func() bool { return p.lines("passed", "notices=1") == 2 })
			p.stop()
		})
	}
}

// After a power cut a daemon waits up to a minute for the claim of the one before.
func TestReloadOfADaemonThatIsNotReadyYetIsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "sqlite:"+filepath.Join(t.TempDir(), "cases.db"))
	other, err := casebook.Open(t.Context(), w.store, casebook.Options{Now: time.Now, Holder: "elsewhere/1"})
	w.must(err)
	defer other.Close()
	claim, err := other.Claim(t.Context(), "daemon")
	w.must(err)
	p := w.start()
	w.until("it waits", func() bool { return p.lines("waiting for another daemon") == 1 })
	w.must(p.cmd.Process.Signal(syscall.SIGHUP))
	w.until("it has read its config anew", func() bool { return p.lines("config reloaded") == 1 })
	w.must(other.Release(t.Context(), claim))
	w.until("it watches", func() bool { return p.lines("watching") > 0 })
	p.stop()
}
