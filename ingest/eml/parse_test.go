package eml

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// show writes rows as a test reads them: a line a row, cells parted by " | ",
// ">" for each quotation, "(hidden)" before what cannot be seen.
func show(m *Message) string {
	var b strings.Builder
	for i, p := range m.Parts {
		if i > 0 {
			b.WriteString("--\n")
		}
		for _, r := range p.Rows {
			b.WriteString(strings.Repeat(">", r.Quote))
			if r.Hidden {
				b.WriteString("(hidden)")
			}
			b.WriteString(strings.Join(r.Cells, " | "))
			for _, l := range r.Links {
				b.WriteString(" [" + l.Text + "](" + l.URL + ")")
			}
			b.WriteString("\n")
		}
	}
	return b.String()
}

func parse(t *testing.T, raw string) *Message {
	t.Helper()
	m, err := Parse([]byte(raw))
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return m
}

func readHTMLText(t *testing.T, body string) string {
	t.Helper()
	return show(parse(t, "From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"+body))
}

func wantText(t *testing.T, got, want string) {
	t.Helper()
	want = strings.TrimPrefix(want, "\n")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestTableCellsDoNotGlue(t *testing.T) {
	wantText(t, readHTMLText(t, `<p>Hello</p><table><tr><td>Amount</td><td>1&nbsp;234,50 kr</td></tr>
	<tr><td>Dispute&shy; ID</td><td><p>256947</p></td></tr></table>Bye<br>now`), `
Hello

Amount | 1 234,50 kr
Dispute ID | 256947

Bye
now
`)
}

func TestNestedLayoutTablesYieldTheInnerRows(t *testing.T) {
	wantText(t, readHTMLText(t, `<table><tr><td width=20>&nbsp;</td><td>
	<table><tr><td>Dispute ID</td><td>256947</td></tr><tr><td>Merchant Reference 1<td>10001</table>
	<table><tr><td><a href="https://x.example/r">Respond</a></td></tr></table>
	</td><td></td></tr></table>`), `
Dispute ID | 256947
Merchant Reference 1 | 10001

Respond [Respond](https://x.example/r)
`)
}
