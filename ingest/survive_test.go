package ingest_test

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/eml/emltest"
	"github.com/disputewatch/disputewatch/rules"
)

// What one mail may take: the processor's time, and memory in use at once.
const (
	timeBound   = slow * 2 * time.Second
	memoryBound = 64.0 // MB
)

var ends = []rules.Outcome{rules.OutcomeNotice, rules.OutcomeOther, rules.OutcomeUnknown, rules.OutcomeUnreadable}

// allocated is all memory that f asked for, whether or not it was freed: no more
// can have been in use.
func allocated(f func()) (mb float64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return float64(after.TotalAlloc-before.TotalAlloc) / (1 << 20)
}

// inUse is what f held at its highest, without what nobody has cleared away yet.
func inUse(f func()) (mb float64) {
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	return peak(f)
}

// survives reads a mail whole, as the daemon does, and says what that cost.
func survives(t *testing.T, name string, raw []byte, s ingest.Settings, memory func(func()) float64) (took time.Duration, mb float64) {
	t.Helper()
	var r ingest.Reading
	mb = memory(func() {
		took = emltest.Cost(t, func() { r = ingest.Read(context.Background(), raw, s, time.Now()) })
	})
	if !slices.Contains(ends, r.Outcome) || r.Outcome == rules.OutcomeUnreadable && r.Err == nil {
		t.Errorf("%s: outcome %q, error %v", name, r.Outcome, r.Err)
	}
	if r.Sender.Verdict == rules.Genuine || r.Notice.RespondLink != "" {
		t.Errorf("%s: %s: %s, link %q", name, r.Sender.Verdict, r.Sender.Why, r.Notice.RespondLink)
	}
	if took > timeBound || mb > memoryBound {
		t.Errorf("%s: %v, %.0f MB", name, took, mb)
	}
	return took, mb
}

// Nobody's key is in the DNS here, and nobody's header is trusted.
func TestEveryPublicMailHasADefinedEnd(t *testing.T) {
	dir := os.Getenv("DISPUTEWATCH_CORPORA")
	if dir == "" {
		t.Skip("DISPUTEWATCH_CORPORA is not set")
	}
	s := newSignedBy(t, "nobody.example").settings
	s.Sender.TrustedAuthserv = nil
	n, slowest, largest := 0, time.Duration(0), 0.0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		took, mb := survives(t, path, raw, s, allocated)
		n, slowest, largest = n+1, max(slowest, took), max(largest, mb)
		return nil
	})
	if err != nil || n < 1000 {
		t.Fatalf("%d mails: %v", n, err)
	}
	t.Logf("%d mails; the slowest %v, the largest %.0f MB", n, slowest, largest)
}

// A sender can make a mail as hostile as he likes, and as large as 10 MiB.
func TestHostileMailIsReadWholeInTime(t *testing.T) {
	many := func(s string, size int) string { return strings.Repeat(s, size/len(s)) }
	const (
		size  = 10<<20 - 8192
		html  = "Content-Type: text/html\r\n\r\n"
		plain = "\r\n"
	)
	nested := ""
	for i := range 10000 {
		b := "b" + strings.Repeat("x", i%7)
		nested += "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n"
	}
	inner := "Content-Type: message/rfc822\r\nSubject: dispute\r\n\r\n"
	signature := "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=klarna.com; s=s1; bh=AA==; b=AA==; h=from:to:subject:date:message-id"
	from := "From: Klarna <noreply@klarna.com>\r\nTo: p@shop.example\r\nSubject: New dispute request\r\nDate: Mon, 2 Mar 2026 08:00:00 +0000\r\nMessage-ID: <a@klarna.com>\r\n"
	s := newSignedBy(t, "klarna.com").settings
	for name, raw := range map[string]string{
		"10,000 nested multiparts": from + nested,
		"nested mails":             from + strings.Repeat(inner, 19) + many("Dispute ID: 256947\r\n", 5<<20),
		"a header of 50 MB":        from + "X: " + strings.Repeat("a", 50<<20) + "\r\n\r\nx",
		"a part's header of 9 MB":  from + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: " + strings.Repeat("a", 9<<20) + "\r\n\r\nx\r\n--b--\r\n",
		"a field folded for ever":  from + "X: a" + many("\r\n a", size) + "\r\n\r\nx",
		"a signature of 30,000":    signature + strings.Repeat(":x", 30000) + "\r\n" + from + "\r\nx",
		"twenty signatures":        strings.Repeat(signature+strings.Repeat(":x", 80)+"\r\n", 20) + from + many("X: a\r\n", 5000) + "\r\n" + many("a  b \r\n", 4<<20),
		"deep HTML":                from + html + strings.Repeat("<div>", 600) + "Dispute ID: 256947" + strings.Repeat("</div>", 600),
		"HTML without end":         from + html + many("<table><tr><td>", 4<<20-99),
		"rows without end":         from + html + "<table>" + many("<tr><td>Dispute ID<td>256947", 4<<20-99),
		"a billion columns":        from + html + "<table>" + many("<tr><td colspan=999999999 rowspan=999999999>Dispute ID<td>1", 4<<20-99),
		"base64 in one line":       from + "Content-Transfer-Encoding: base64\r\n\r\n" + many("RGlzcHV0ZSBJRDogMjU2OTQ3IA", size),
		"one line":                 from + plain + many("Dispute ID: 256947 ", size),
		"one word":                 from + plain + many("a", size),
		"dates":                    from + plain + many("3/4/2026 ", size),
		"labels":                   from + plain + many("Dispute ID\r\n", size),
		"encoded words":            strings.Replace(from, "New", many("=?iso-2022-jp?B?GyRCGyhC?= ", 60000), 1) + "\r\nx",
		"a charset that shifts":    from + "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + many("\x1b$B!!\x1b(B", size),
		"a charset that grows":     from + "Content-Type: text/plain; charset=gb18030\r\n\r\n" + many("\x84\x31\x95\x33", size),
		"forwards of forwards":     from + plain + many("---------- Forwarded message ---------\r\nFrom: Klarna <a@klarna.com>\r\nDate: Mon, 2 Mar 2026 at 09:00\r\nSubject: Fwd: dispute\r\nTo: x@y\r\n\r\n", size),
		"quotes":                   from + plain + many(">> > Dispute ID: 256947\r\n", size),
	} {
		t.Run(name, func(t *testing.T) {
			took, mb := survives(t, name, []byte(raw), s, inUse)
			t.Logf("%v, %.0f MB", took, mb)
		})
	}
}
