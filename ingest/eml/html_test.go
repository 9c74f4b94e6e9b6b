package eml

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// seen is the text outside of style elements as the tokenizer alone reads it.
func seen(s string) string {
	var b strings.Builder
	style := false
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(b.String()), " ")
		case html.StartTagToken, html.SelfClosingTagToken:
			style = z.Token().Data == "style"
		case html.EndTagToken:
			style = false
		case html.TextToken:
			if !style {
				b.Write(z.Text())
			}
		}
	}
}

func TestStyleElementsEndWhereTheTokenizerEndsThem(t *testing.T) {
	for _, s := range []string{
		"a <style>b { c }</style> d",
		"a <STYLE type='text/css'>b</StYlE > d <style>e</style\n> f",
		"a <style></style> d",
		"a <style>b </styles> c </style/> d",
		"a <style>b </style",
		"a <style>b </style x",
		"a <style>b",
		"a <style>b <style> c </style> d </style> e",
		"a <style><!-- </style> d --> e",
		"a <style/>b</style> d",
		"a <i style='</style>'>b</i> <!-- <style> --> c",
		"a <style>b </ style> </sty </style> d <style>e</style> f",
		"a <style>\x00b</style>\x00d",
	} {
		s = strings.ReplaceAll(s, "b", strings.Repeat("b", 2*longStyle))
		out := &rows{left: MaxRows}
		readHTML(s, out)
		var got []string
		for _, r := range out.list {
			got = append(got, r.Text())
		}
		if got, want := strings.Join(got, " "), strings.TrimSpace(clean(seen(s))); got != want {
			t.Errorf("%.100q…: %q, want %q", s, got, want)
		}
	}
}

func TestTagsThatStandAgainMeanTheSame(t *testing.T) {
	wantText(t, htmlText(t, "<p>a<SPAN Hidden>b</SPAN><span>c</span><SPAN Hidden>d</SPAN> <a href=http:x>e</a> <A HREF=http:x>f</A> <a href=http:x>g</a>"), `
(hidden)bd
ac e f g [e](http:x) [f](http:x) [g](http:x)
`)
}
