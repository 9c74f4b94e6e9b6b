package eml

import (
	"io"
	"strings"

	"golang.org/x/net/html"
)

// attrs are the attributes that matter here.
type attrs struct {
	class, id, name, style, href, alt string
	hidden                            bool
	cites                             bool // type=cite, or where the text is from
}

func attributes(z *html.Tokenizer, more bool) (a attrs) {
	for more {
		var k, v []byte
		k, v, more = z.TagAttr()
		var to *string
		switch string(k) {
		case "class":
			to = &a.class
		case "id":
			to = &a.id
		case "name":
			to = &a.name
		case "style":
			to = &a.style
		case "href":
			to = &a.href
		case "alt":
			to = &a.alt
		case "hidden":
			a.hidden = true
		case "cite":
			a.cites = true
		case "type":
			a.cites = a.cites || strings.EqualFold(string(v), "cite")
		}
		if to != nil && *to == "" {
			*to = string(v)
		}
	}
	return a
}

// tagReader gives a tokenizer of x/net/html one tag after the other.
type tagReader struct {
	z            *html.Tokenizer
	left, buffer []byte // of the tag at hand
}

// attributes reads those of a tag, from its name's end on. To the tokenizer they
// are always those of a p: after a style or a title it would want text.
func (r *tagReader) attributes(b []byte) (a attrs) {
	if b[0] == '>' {
		return a
	}
	if r.z == nil {
		r.z = html.NewTokenizer(r)
	}
	r.buffer = append(append(r.buffer[:0], "<p"...), b...)
	r.left = r.buffer
	r.z.Next()
	_, more := r.z.TagName()
	return attributes(r.z, more)
}

func (r *tagReader) Read(p []byte) (n int, err error) {
	if len(r.left) == 0 {
		return 0, io.EOF
	}
	n = copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}
