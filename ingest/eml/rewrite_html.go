package eml

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// plainAttr is the attributes that say only how something looks, and plainValue
// what such a one may say.
var (
	plainAttr = map[string]bool{
		"colspan": true, "rowspan": true, "width": true, "height": true, "align": true, "valign": true,
		"border": true, "cellpadding": true, "cellspacing": true, "bgcolor": true, "dir": true, "hidden": true,
	}
	plainValue = regexp.MustCompile(`^[#a-z]{0,10}[0-9]{0,4}(px|%|pt|em)?$`)
	plainStyle = regexp.MustCompile(`^[a-z -]+:[a-z0-9#.,% !-]{0,40}$`)
)

// html writes an HTML text anew: its elements and what they look like, its text
// and its links; no scripts, styles, comments or pictures.
func (w *rewriting) html(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	skip := atom.Atom(0) // the element whose content is dropped
	for {
		switch z.Next() {
		case html.ErrorToken: // the end: a string cannot fail
			return b.String()
		case html.TextToken:
			if skip == 0 {
				b.WriteString(html.EscapeString(w.Text(string(z.Text()))))
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			if skip != 0 || !isTag(t.Data) {
				continue
			}
			if isSkipped(t.DataAtom) && t.Type == html.StartTagToken {
				skip = t.DataAtom
				continue
			}
			b.WriteString(w.tag(t))
		case html.EndTagToken:
			t := z.Token()
			switch {
			case skip != 0 && t.DataAtom == skip:
				skip = 0
			case skip == 0 && isTag(t.Data):
				b.WriteString("</" + t.Data + ">")
			}
		}
	}
}

// isTag knows HTML's own elements and those of Office: the name of another may
// say anything.
func isTag(name string) bool { return atom.Lookup([]byte(name)) != 0 || name == "o:p" }

// tag writes a start tag with the attributes that may stay.
func (w *rewriting) tag(t html.Token) string {
	if t.DataAtom == atom.Meta || t.DataAtom == atom.Link || t.DataAtom == atom.Base {
		return ""
	}
	var b strings.Builder
	b.WriteString("<" + t.Data)
	for _, a := range t.Attr {
		value := ""
		switch {
		case a.Key == "href":
			if value = linkURL(a.Val); value != "" {
				value = w.URL(value)
			}
		case a.Key == "alt":
			value = w.Text(a.Val)
		case a.Key == "style":
			value = style(a.Val)
		case a.Key == "class" && strings.Contains(a.Val, "yahoo_quoted"):
			value = "yahoo_quoted"
		case a.Key == "name" && a.Val == "quote", plainAttr[a.Key] && plainValue.MatchString(strings.ToLower(a.Val)):
			value = strings.ToLower(a.Val)
		default:
			continue
		}
		if value != "" || a.Key == "hidden" {
			b.WriteString(" " + a.Key + `="` + html.EscapeString(value) + `"`)
		}
	}
	return b.String() + ">"
}

// style keeps the declarations that the reader looks at and that hold no words.
func style(s string) string {
	var out []string
	for d := range strings.SplitSeq(s, ";") {
		d = strings.ToLower(strings.TrimSpace(d))
		key, _, _ := strings.Cut(d, ":")
		switch strings.TrimSpace(key) {
		case "display", "visibility", "opacity", "font-size", "font", "max-height", "max-width", "height", "width",
			"overflow", "color", "text-indent", "left", "top", "margin-left", "white-space", "border-left":
			if plainStyle.MatchString(d) {
				out = append(out, d)
			}
		}
	}
	return strings.Join(out, ";")
}
