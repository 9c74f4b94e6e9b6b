package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

func TestReadNeedsNoConfigThatItMayNotOpen(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("config.yaml", []byte("timezone: Europe/Berlin\n"), 0); err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 { // root may open everything: this thread is somebody else for a while
		runtime.LockOSThread()
		t.Cleanup(func() {
			if err := syscall.Setfsuid(0); err != nil {
				t.Fatal(err)
			}
			runtime.UnlockOSThread()
		})
		if err := syscall.Setfsuid(65534); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errs := do(t, mailToShare, "read", "-")
	if code != exitDone || !strings.Contains(out, "dispute_request") || !strings.Contains(errs, "permission denied") || !strings.Contains(errs, "read without its settings") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if code, out, _ := do(t, mailToShare, "read", "--config", "config.yaml", "-"); code != exitUsage || out != "" {
		t.Errorf("a config that was asked for: exit %d: %s", code, out)
	}
}

func TestReadShowsALinkOnlyOfAMailThatIsProven(t *testing.T) {
	s := newStory(t, monday)
	for auth, link := range map[string]string{
		"pass": "https://disputes.klarna.com/respond/256947",
		"fail": "https://klarna.evil.example/login", // forged
		"none": "https://disputes.klarna.com/respond/256948",
	} {
		s.write("mail.eml", "Authentication-Results: mx.shop.example; dmarc="+auth+" header.from=klarna.com\n"+
			"From: Klarna <disputes@klarna.com>\nSubject: New dispute request\nMIME-Version: 1.0\nContent-Type: text/html\n\n"+
			"<p>Respond by 16 March 2026.</p><p>Dispute ID: 256947</p><a href=\""+link+"\">Respond to the request</a>\n")
		for _, form := range []string{"--json=true", "--json=false"} {
			code, out, errs := s.command("read", form, filepath.Join(s.dir, "mail.eml"))
			if code != exitDone || strings.Contains(out, link) != (auth == "pass") {
				t.Errorf("dmarc=%s: exit %d: %s%s", auth, code, out, errs)
			}
		}
	}
}

func TestReadTellsWhyAnOrderNumberIsTheReference(t *testing.T) {
	mail := "From: Klarna <risk@klarna.com>\nSubject: Stop request\n\nPlease do not ship order KX-77120.\n"
	for _, form := range []string{"--json=true", "--json=false"} {
		code, out, errs := do(t, mail, "read", form, "-")
		if code != exitDone || strings.Count(out, "KX-77120") < 3 || !strings.Contains(out, "Klarna shows the reference to customers as that") {
			t.Errorf("exit %d: %s%s", code, out, errs)
		}
	}
}
