package eml

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// FuzzTokens holds what cuts an HTML text here against the tokenizer of
// x/net/html: the same tokens, and the same rows of them.
func FuzzTokens(f *testing.F) {
	for _, seed := range []string{
		"a <style>b { c }</style> d",
		"a <STYLE type='text/css'>b</StYlE > d <style>e</style\n> f",
		"a <style></style> d",
		"a <style>b </styles> c </style/> d",
		"a <style>b </style", "a <style>b </style x", "a <style>b", "a <style",
		"a <style>b <style> c </style> d </style> e",
		"a <style><!-- </style> d --> e",
		"a <style/>b</style> d",
		"a <i style='</style>'>b</i> <!-- <style> --> c",
		"a <style>b </ style> </sty </style> d <style>e</style> f",
		"a <style>\x00b</style>\x00d<textarea>\x00&amp;</textarea>",
		"a <script>b <!-- <script> c </script> d --> e </script> f <script><!--</script> g",
		"a <title>&lt;b></title> <xmp>&lt;b></xmp> <noembed>c</noembed> <plaintext>d</plaintext>",
		"<!doctype html><!-->a<!--->b<!-- c --!>d<!--- e - -- f -->g<!--!>h<!--",
		"<!a>b<?c>d</>e</ f>g<!>h<![if !mso]>i<![endif]-->j<![CDATA[k]]>l<!",
		"a < b <3 <<p>c</</p</p>d<", "a</", "a<a", "a</a", "a<!-",
		"<p a=b c='d>e' f=\"g>h\" i = 'j' k= l m/n='o' ='p>q' r=>s<p/t='u'/v><p =w><p x=y/>",
		"<p style=a style='display:none' Hidden>a<p HREF=b class=\"&amp;\x00\r\n\">c</P\t id='>'>d",
		"<td\x00>a<tD>b</td\x00></Td>",
		"<pre>a\rb\r\nc&#13;d</pre>e\rf &copy;&amp;&ampx;&#x41;&nope;&",
	} {
		f.Add(seed)
		f.Add(strings.Repeat(seed, 20))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if diff := cmp.Diff(cutByHTML(s), cutByUs(s)); diff != "" {
			t.Errorf("%.200q: tokens (-want +got)\n%s", s, diff)
		}
		got := &rows{left: 1000}
		readHTML([]byte(s), got)
		if diff := cmp.Diff(readByHTML(s, 1000), got.list); diff != "" {
			t.Errorf("%.200q: rows (-want +got)\n%s", s, diff)
		}
	})
}

// pieces is tokens in words. Two texts in a row are one.
type pieces []string

func (p *pieces) text(b []byte) {
	if n := len(*p); n > 0 && strings.HasPrefix((*p)[n-1], "text ") {
		(*p)[n-1] += string(b)
	} else if len(b) > 0 {
		*p = append(*p, "text "+string(b))
	}
}

func (p *pieces) tag(kind, raw string, tag atom.Atom, a attrs) {
	*p = append(*p, fmt.Sprintf("%s %q %v %+v", kind, raw, tag, a))
}

func cutByHTML(s string) (list pieces) {
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		kind := z.Next()
		raw := string(z.Raw())
		name, more := z.TagName()
		switch kind {
		case html.ErrorToken:
			return list
		case html.TextToken:
			list.text([]byte(raw))
		case html.StartTagToken, html.SelfClosingTagToken:
			list.tag("start", raw, atom.Lookup(name), attributes(z, more))
		case html.EndTagToken:
			list.tag("end", raw, atom.Lookup(name), attrs{})
		default:
			list.tag("none", raw, 0, attrs{})
		}
	}
}

func cutByUs(s string) (list pieces) {
	for w := newPage([]byte(s), &rows{}); ; {
		switch kind, raw := w.tokens.next(); kind {
		case tokenEnd:
			return list
		case tokenText:
			list.text(raw)
		case tokenStart:
			t := w.startTag(raw)
			list.tag("start", string(raw), t.tag, t.attrs)
			list.text(w.tokens.raw(t.tag))
		case tokenEndTag:
			list.tag("end", string(raw), tagOf(tagName(raw)), attrs{})
		default:
			list.tag("none", string(raw), 0, attrs{})
		}
	}
}

// readByHTML is readHTML on the tokens of x/net/html.
func readByHTML(s string, most int) []Row {
	out := &rows{left: most}
	w := newPage([]byte(s), out)
	z := html.NewTokenizer(strings.NewReader(s))
	for kind := z.Next(); kind != html.ErrorToken && w.placed <= most; kind = z.Next() {
		name, more := z.TagName()
		switch kind {
		case html.TextToken:
			if !w.top().skip {
				w.write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			w.start(newStartTag(atom.Lookup(name), attributes(z, more)))
		case html.EndTagToken:
			w.end(atom.Lookup(name))
		}
	}
	w.finish()
	return out.list
}

func TestTagsThatStandAgainMeanTheSame(t *testing.T) {
	wantText(t, htmlText(t, "<p>a<SPAN Hidden>b</SPAN><span>c</span><SPAN Hidden>d</SPAN> <a href=http:x>e</a> <A HREF=http:x>f</A> <a href=http:x>g</a>"), `
(hidden)bd
ac e f g [e](http:x) [f](http:x) [g](http:x)
`)
}
