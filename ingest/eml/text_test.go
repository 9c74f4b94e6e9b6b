package eml

import (
	"strings"
	"testing"
)

func plainText(t *testing.T, params, body string) string {
	t.Helper()
	return show(parse(t, "From: a@b.example\r\nContent-Type: text/plain"+params+"\r\n\r\n"+body))
}

func htmlText(t *testing.T, body string) string {
	t.Helper()
	return show(parse(t, "From: a@b.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"+body))
}

func TestPlainLinesKeepQuotesAndColumns(t *testing.T) {
	wantText(t, plainText(t, "; charset=utf-8", "Hello\r\n\r\n\r\n  Dispute ID:\t\t256947 \r\nAmount   1\u00a0234,50\u2011kr\r\n> On 1 March:\r\n>> Old\r\n> > Old too\r\n>From here\r\n\r\n"), `
Hello

Dispute ID:		256947
Amount   1 234,50-kr
>On 1 March:
>>Old
>>Old too
From here
`)
}

func TestFlowedLinesAreJoined(t *testing.T) {
	wantText(t, plainText(t, "; format=flowed", "Please respond \r\nbefore 3 \r\nDecember.\r\n> quoted \r\n> text\r\nnew \r\n-- \r\nKlarna\r\n From x\r\n"), `
Please respond before 3 December.
>quoted text
new
--
Klarna
From x
`)
	wantText(t, plainText(t, "; format=flowed; delsp=yes", "Dis \r\npute\r\n"), "Dispute\n")
}

func TestCharsetsAreRead(t *testing.T) {
	for name, c := range map[string]struct{ params, body, want string }{
		"Latin-1 means Windows-1252": {"; charset=iso-8859-1", "5 \x80 f\xfcr", "5 € für"},
		"unlabelled":                 {"", "f\xfcr", "für"},
		"unlabelled UTF-8":           {"", "für", "für"},
		"UTF-8 labelled Latin-1":     {"; charset=iso-8859-1", "für", "für"},
		"UTF-8 with a bad byte":      {"; charset=utf-8", "für \xff", "für \ufffd"},
		"Latin-1 labelled UTF-8":     {"; charset=utf-8", "f\xfcr", "für"},
		"Central European":           {"; charset=iso-8859-2", "p\xf8\xed\xb9t\xec", "příště"},
		"a label that is no label":   {`; charset="charset=utf8"`, "für", "für"},
		"unknown":                    {"; charset=klingon", "f\xfcr", "für"},
		"UTF-16 by its mark":         {"", "\xff\xfef\x00\xfc\x00r\x00", "für"},
		"byte order mark":            {"; charset=us-ascii", "\ufefffür", "für"},
		"NUL":                        {"; charset=utf-8", "f\x00ür", "für"},
	} {
		t.Run(name, func(t *testing.T) { wantText(t, plainText(t, c.params, c.body), c.want+"\n") })
	}
	m := parse(t, "Content-Type: text/html\r\n\r\n<head><meta http-equiv=Content-Type content=\"text/html; charset=iso-8859-2\"></head>p\xf8\xed\xb9t\xec")
	wantText(t, show(m), "příště\n")
}

func TestTableCellsDoNotGlue(t *testing.T) {
	wantText(t, htmlText(t, `<p>Hello</p><table><tr><td>Amount</td><td>1&nbsp;234,50 kr</td></tr>
	<tr><td>Dispute&shy; ID</td><td><p>256947</p></td></tr></table>Bye<br>now`), `
Hello

Amount | 1 234,50 kr
Dispute ID | 256947

Bye
now
`)
}

func TestNestedLayoutTablesYieldTheInnerRows(t *testing.T) {
	wantText(t, htmlText(t, `<table><tr><td width=20>&nbsp;</td><td>
	<table><tr><td>Dispute ID</td><td>256947</td></tr><tr><td>Merchant Reference 1<td>10001</table>
	<table><tr><td><a href="https://x.example/r">Respond</a></td></tr></table>
	</td><td></td></tr></table>`), `
Dispute ID | 256947
Merchant Reference 1 | 10001

Respond [Respond](https://x.example/r)
`)
}

func TestEmptyCellsKeepColumnsApart(t *testing.T) {
	wantText(t, htmlText(t, `<table><tr><th>Dispute ID</th><th>Reference 2</th><th>Deadline</th></tr>
	<tr><td>256947</td><td></td><td>16 March</td></tr><tr><td>Reference 2</td><td>&nbsp;</td></tr></table>`), `
Dispute ID | Reference 2 | Deadline
256947 |  | 16 March
Reference 2 | 
`)
}

func TestLinesWithinCellsAreReadSideBySide(t *testing.T) {
	wantText(t, htmlText(t, `<table><tr><td>Dispute ID<br>Amount</td><td>256947<br>124,90 EUR</td></tr>
	<tr><td>Address</td><td>1 Street<br>Town</td></tr></table>`), `
Dispute ID | 256947
Amount | 124,90 EUR
Address | 1 Street Town
`)
}

func TestLayoutColumnsAreReadOneAfterTheOther(t *testing.T) {
	long := strings.Repeat("line<br>", 9)
	got := htmlText(t, "<table><tr><td>"+long+"</td><td>"+long+"</td></tr></table>")
	if strings.Contains(got, "|") || strings.Count(got, "line\n") != 18 {
		t.Errorf("%s", got)
	}
	wantText(t, htmlText(t, `<table><tr><td>Menu</td><td><table><tr><td>Dispute ID</td><td>1</td></tr></table></td></tr></table>`), `
Menu

Dispute ID | 1
`)
}

func TestWhatStandsBetweenCellsComesBeforeTheirRow(t *testing.T) {
	wantText(t, htmlText(t, `<table><tr><td>above<tr><td>Dispute ID</td>one<br>two<p><table><td>three</table><td>256947<tr><td>below</td>four</table>`), `
above
one
two

three

Dispute ID | 256947
four
below
`)
}

func TestDefinitionsAreRowsOfTwo(t *testing.T) {
	wantText(t, htmlText(t, `<dl><dt>Dispute ID<dd>256947<dt>Deadline</dt><dd>16 March</dd></dl><ul><li>one<li>two</ul>`), `
Dispute ID | 256947
Deadline | 16 March

one
two
`)
}

func TestBlocksBreakLinesAndInlineElementsDoNot(t *testing.T) {
	wantText(t, htmlText(t, `<div>Dispute <b>ID</b>: <span>2569</span>47</div><div>Reason:
	   goods</div>a<hr>b<span style="display:block">c</span>d<pre>e
f</pre><h1>g</h1></p>h`), `
Dispute ID: 256947
Reason: goods
a

b
c
d

e
f

g

h
`)
}

func TestHiddenTextIsMarked(t *testing.T) {
	for _, hide := range []string{
		`style="display:none"`, `style="DISPLAY : NONE !important"`, `hidden`, `style="max-height:0;overflow:hidden"`,
		`style="font-size:0"`, `style="font-size:1px"`, `style="opacity:0"`, `style="visibility:hidden"`,
		`style="height:0px;overflow:hidden"`, `style="text-indent:-9999px"`, `style="color:transparent"`,
	} {
		wantText(t, htmlText(t, `<div `+hide+`>Your <b>deadline</b><p>moved</p></div>Dispute <span `+hide+`>no</span>ID`), `
(hidden)Your deadline
(hidden)moved
(hidden)no
Dispute ID
`)
	}
}

func TestVisibleTextIsNotTakenForHidden(t *testing.T) {
	for _, show := range []string{
		`<div style="font-size:0px"><div style="font-size:13px">Dispute</div></div>`, // MJML
		`<table><tr><td style="font-size:0px"><table><tr><td>Dispute</td></tr></table></td></tr></table>`,
		`<div style="visibility:hidden"><p style="visibility:visible">Dispute</p></div>`,
		`<div style="mso-hide:all">Dispute</div>`, // hidden from Outlook alone
		`<div style="line-height:0;height:0;max-height:none;opacity:0.5;font-size:10px">Dispute</div>`,
		`<style>p{display:none}</style><script>x</script><title>t</title><p>Dispute</p><!-- no --><![if !mso]><![endif]>`,
	} {
		wantText(t, htmlText(t, show), "Dispute\n")
	}
}

func TestHiddenTextKeepsOutOfTableCells(t *testing.T) {
	wantText(t, htmlText(t, `<table><tr><td>Dispute ID</td><td><span style="display:none">999999</span>256947</td></tr></table>`), `
(hidden)999999
Dispute ID | 256947
`)
}

func TestQuotedMailIsMarked(t *testing.T) {
	wantText(t, htmlText(t, `New<div class="gmail_quote">On 1 March:<blockquote class="gmail_quote">old<blockquote type=cite>older</blockquote></blockquote></div>
	<div class="yahoo_quoted">yahoo</div><div name="quote" style="x:y">gmx</div>
	<div style="border:none;border-left:solid blue 1.5pt">outlook</div><div class=gmail_quote>---- Forwarded<br>From: Klarna</div>`), `
New
On 1 March:

>old
>
>>older
>
>yahoo
>gmx
>outlook
---- Forwarded
From: Klarna
`)
	wantText(t, htmlText(t, `<blockquote cite="mid:1">old</blockquote><blockquote type="CITE">older</blockquote><blockquote style="border-left:3px">set in</blockquote><p>Sent 15 January.</p><blockquote>free</blockquote><p>We ask again:</p><blockquote>whole</blockquote><p>Your answer of 15 January:</p><br><blockquote>sent</blockquote>`), `
>old

>older

set in

Sent 15 January.

free

We ask again:

whole

Your answer of 15 January:

>sent
`)
	wantText(t, htmlText(t, "<blockquote type=cite><table><tr><td></td><td>Dispute ID</td><td>1</td></tr></table></blockquote>"), "> | Dispute ID | 1\n")
}

func TestOrnamentIsNoQuotation(t *testing.T) {
	wantText(t, plainText(t, "", "Hello\r\n>> Dispute: 256947\r\n>> Reply by: 3 March\r\n"), "Hello\nDispute: 256947\nReply by: 3 March\n")
	wantText(t, plainText(t, "", "Hello\r\n> old\r\n>> older\r\n"), "Hello\n>old\n>>older\n")
}

func TestOnlyWebAndMailLinksAreKept(t *testing.T) {
	wantText(t, htmlText(t, `<a href=" htt
	ps://k.example/r?a=1&amp;b=2 ">Respond <b>to</b><br>the request</a> <a href="javascript:x">no</a> <a href="#x">no</a>
	<a href="mailto:a@b.example">mail</a> <a href=HTTP://x.example><img src=x alt="Button"></a>`), `
Respond to [Respond to the request](https://k.example/r?a=1&b=2)
the request no no mail [mail](mailto:a@b.example) [Button](HTTP://x.example)
`)
}

func TestLinkAroundATableKeepsItsText(t *testing.T) {
	wantText(t, htmlText(t, `<a href="https://k.example"><table><tr><td>Respond</td><td>now</td></tr></table></a>`), `
Respond | now [Respond now](https://k.example)
`)
}

func TestLinksAreBounded(t *testing.T) {
	m := parse(t, "Content-Type: text/html\n\n"+strings.Repeat("<a href=http:a>a</a> ", maxLinks+10))
	if n := len(m.Parts[0].Rows[0].Links); n != maxLinks {
		t.Errorf("%d links", n)
	}
}

func TestEndTagDoesNotReachOutOfItsCell(t *testing.T) {
	wantText(t, htmlText(t, "<div><table><tr><td></div>Dispute ID</td><td>1</td></tr></table></div>"), "Dispute ID | 1\n")
}

func TestDeepAndBrokenHTMLStillGivesText(t *testing.T) {
	for name, html := range map[string]string{
		"100,000 divs":      strings.Repeat("<div>", 100000) + "Dispute",
		"10,000 tables":     strings.Repeat("<table><tr><td>", 10000) + "Dispute",
		"unclosed":          "<table><tr><td><p>Dispute",
		"closed only":       "</td></tr></table></div></b>Dispute",
		"cells alone":       "<td>Dispute</td>",
		"rows alone":        "<tr><tr><td>Dispute",
		"cut off in a tag":  "Dispute<a href=\"",
		"closed out of row": "<div><table><tr><td></div>Dispute</td></tr></table>",
	} {
		t.Run(name, func(t *testing.T) { wantText(t, htmlText(t, html), "Dispute\n") })
	}
}

func TestInvisibleCharactersAreTakenOut(t *testing.T) {
	wantText(t, htmlText(t, "Dis\u200bpu\u00adte\u00a0\u2003ID\u2011\ufeff1\u202e &#847;&zwnj;"), "Dispute ID-1\n")
}
