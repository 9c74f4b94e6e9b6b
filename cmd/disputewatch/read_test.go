package main

import (
	"path/filepath"
	"strings"
	"testing"
)

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
