package eml

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml/emltest"
)

// corpora is the folder of the public mails, or the test is skipped.
func corpora(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("DISPUTEWATCH_CORPORA")
	if dir == "" {
		t.Skip("DISPUTEWATCH_CORPORA is not set")
	}
	return dir
}

func everyMail(t testing.TB, do func(path string, raw []byte)) {
	t.Helper()
	dir := corpora(t)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		do(name, raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

const (
	timeBound   = slow * 2 * time.Second
	memoryBound = 64 << 20
)

func TestEveryCorpusMailHasADefinedEnd(t *testing.T) {
	slowest, largest := time.Duration(0), uint64(0)
	var slow, large string
	n := 0
	everyMail(t, func(path string, raw []byte) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		var m *Message
		var err error
		took := emltest.Cost(t, func() { m, err = Parse(raw) })
		runtime.ReadMemStats(&after)
		// All that was allocated, whether or not it was freed: no more can be in use.
		spent := after.TotalAlloc - before.TotalAlloc
		if (m == nil) == (err == nil) {
			t.Errorf("%s: mail %v, error %v", path, m != nil, err)
		}
		if took > timeBound || spent > memoryBound {
			t.Errorf("%s: %v, %d MiB", path, took, spent>>20)
		}
		if took > slowest {
			slowest, slow = took, path
		}
		if spent > largest {
			largest, large = spent, path
		}
		n++
	})
	t.Logf("%d mails; slowest %v (%s); largest %d KiB (%s)", n, slowest, slow, largest>>10, large)
	if n < 1000 {
		t.Errorf("only %d mails", n)
	}
}

// The manifest says of which mails the straightforward use of go-message loses
// all text. Those that hold none that people read are named.
func TestTextThatOthersLoseIsFound(t *testing.T) {
	file, err := os.Open(filepath.Join(corpora(t), "manifest.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := csv.NewReader(file)
	lines.Comma, lines.LazyQuotes, lines.FieldsPerRecord = '\t', true, -1
	rows, err := lines.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, row := range rows[1:] {
		if len(row) < 4 || !strings.Contains(row[3], "LOST_ALL_TEXT") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(corpora(t), row[0]))
		if err != nil {
			t.Fatal(err)
		}
		n++
		if m, err := Parse(raw); err != nil || !hasText(m) {
			t.Errorf("%s: no text (%v)", row[0], err)
		}
	}
	t.Logf("%d mails", n)
	if n < 50 {
		t.Errorf("only %d mails", n)
	}
}

func TestTortureMailsYieldTheirText(t *testing.T) {
	dir := filepath.Join(corpora(t), "torture")
	b, err := os.ReadFile(filepath.Join(dir, "expect.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(b)) {
		columns := strings.Split(line, "\t")
		if len(columns) < 3 || !strings.Contains(columns[2], "text must be found") {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(dir, columns[0]))
		if err != nil {
			t.Fatal(err)
		}
		m, err := Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", columns[0], err)
			continue
		}
		if n++; !strings.Contains(show(m), "Dispute ID: X") {
			t.Errorf("%s: %q", columns[0], show(m))
		}
	}
	if n < 20 {
		t.Errorf("only %d mails", n)
	}
}

// Shapes that cost other readers seconds or hundreds of MB.
func TestHostileMailCostsLittle(t *testing.T) {
	many := func(s string, size int) string { return strings.Repeat(s, size/len(s)) }
	html := "Content-Type: text/html\n\n"
	const size = MaxSize - 4096
	for name, raw := range map[string]string{
		"empty lines":               "A: b\n\n" + many("\n", size),
		"short lines":               "A: b\n\n" + many("a\n", size),
		"quotes":                    "A: b\n\n" + many(">", size),
		"flowed":                    "Content-Type: text/plain; format=flowed\n\n" + many("a \n", size),
		"tags":                      html + many("<b>", size),
		"unmatched end tags":        html + many("<b>", size/8) + many("</i>", size/8) + "<i>" + many("<b>", size/8) + many("</i>", size/8),
		"blocks":                    html + many("<div>", MaxText-100),
		"blocks beside a paragraph": html + "<table><td><p><td>" + many("<div>", MaxText-100),
		"end tags far from theirs":  html + "<i>" + many("<b>", 1800) + many("</i>", MaxText-2000),
		"style elements":            html + many("<style></style>", MaxText-100),
		"long style elements":       html + many("<style>"+many(" ", 1<<10)+"</style>", MaxText-100),
		"scripts":                   html + many("<script><!--</script>", MaxText-100),
		"tags that differ":          html + manyTags(MaxText-100),
		"tables":                    html + many("a<table><tr><td>", size),
		"cells":                     html + "<table><tr>" + many("<td>a", size),
		"tables beside tables":      html + many("<table><tr><td>a<td>b</table>", size),
		"links":                     html + many("<a href=http:a>a", size),
		"attributes":                html + "<p " + many("a=b ", size) + ">",
		"entities":                  html + many("&amp;", size),
		"styles":                    html + many("<p style=\"a:b;c:d\">a", size),
		"breaks":                    html + many("a<br>", size),
		"base64":                    "Content-Transfer-Encoding: base64\n\n" + many("YWFh\n", size),
		"quoted-printable":          "Content-Transfer-Encoding: quoted-printable\n\n" + many("=\n", size),
		"delimiters":                "Content-Type: multipart/mixed; boundary=b\n\n" + many("--b\n\n", size),
		"almost delimiters":         "Content-Type: multipart/mixed; boundary=b\n\n" + many("--bb\n", size),
		"delimiters in a line":      "Content-Type: multipart/mixed; boundary=-\n\n" + many("-", size),
		"boundaries to guess":       "Content-Type: multipart/mixed\n\n" + many("--b\n", size),
		"continuation lines":        "A: b\n" + many(" c\n", size),
		"header lines":              many("A: b\n", size),
		"encoded words":             "Subject: " + many("=?utf-8?Q?a?= ", 60000) + "\n\na",
		"encoded words begun":       "Subject: " + many("=?a?q?", 60000) + "\n\na",
		"comments in the date":      "Date: " + many("(", 60000) + "\n\na",
		"comments in addresses":     "From: " + many("(", 60000) + "\nReply-To: " + many("\"", 60000) + "\n\na",
		"commas":                    "From: " + many(",a", 60000) + "\n\na",
		"ids":                       "References: " + many("<a>", 60000) + "\nMessage-ID: " + many("<", 60000) + "\n\na",
		"parameters":                "Content-Type: text/plain; " + many("a=b;", 60000) + "\n\na",
		"nested base64 mails":       nestedBase64(18),
		"line ends of Macs":         "A: b\r\r" + many("a\r", size),
	} {
		t.Run(name, func(t *testing.T) {
			// What nobody has cleared away yet is not in use.
			defer debug.SetGCPercent(debug.SetGCPercent(25))
			input := []byte(raw)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			peak := watchHeap(t, before.HeapAlloc)
			var m *Message
			var err error
			took := emltest.Cost(t, func() { m, err = Parse(input) })
			runtime.ReadMemStats(&after)
			used := peak()
			if (m == nil) == (err == nil) {
				t.Errorf("mail %v, error %v", m != nil, err)
			}
			t.Logf("%v, %d MiB allocated, %d MiB at most in use", took, (after.TotalAlloc-before.TotalAlloc)>>20, used>>20)
			if took > timeBound/2 || used > more*memoryBound {
				t.Errorf("%v, %d MiB", took, used>>20)
			}
		})
	}
}

// manyTags is tags with an attribute, each another one.
func manyTags(size int) string {
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "<i a=%d>", i)
	}
	return b.String()
}

// nestedBase64 is a mail within a mail and so on, each encoded.
func nestedBase64(depth int) string {
	raw := []byte("Subject: x\n\n" + strings.Repeat("a\n", 1000))
	for range depth {
		var b bytes.Buffer
		b.WriteString("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n")
		b.WriteString(encodeLines(raw))
		raw = b.Bytes()
	}
	return string(raw)
}
