package config

import (
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/disputewatch/disputewatch/rules"
)

// A walk goes through the file's syntax tree beside the structs, fills them,
// and collects every fault with its place. The library's own decoder stops at
// the first fault and lets an empty key pass.
type walk struct {
	src    []string            // the file's lines, to tell an empty value from a comment
	at     map[string]position // where each key's value stands
	faults []Fault
	faulty map[string]bool // keys that have a fault: one each is enough
	meant  map[string]bool // keys that a misspelt one stood for: they are not missing
}

type position struct{ line, col int }

// fault records what is wrong with a key, unless the key has a fault already.
// A key that is not in the file stands where its parent stands.
func (w *walk) fault(key, what, hint string) {
	if w.faulty[key] {
		return
	}
	w.faulty[key] = true
	at := position{1, 1}
	for k := key; k != ""; k = parent(k) {
		if p, ok := w.at[k]; ok {
			at = p
			break
		}
	}
	w.faults = append(w.faults, Fault{at.line, at.col, key, what, hint})
}

// has says whether the file holds the key.
func (w *walk) has(key string) bool {
	_, ok := w.at[key]
	return ok
}

// given says whether the file holds the key, or one that was meant for it.
func (w *walk) given(key string) bool { return w.has(key) || w.meant[key] }

// parent is the key that holds this one: a[0].b → a[0] → a → "".
func parent(key string) string {
	return key[:max(0, strings.LastIndexAny(key, ".["))]
}

func join(parent, key string) string {
	if parent == "" {
		return key
	}
	return parent + "." + key
}

func place(tk *token.Token) position {
	if tk == nil || tk.Position == nil {
		return position{1, 1}
	}
	return position{max(1, tk.Position.Line), max(1, tk.Position.Column)}
}

// defaulter is an element of a list that has defaults of its own.
type defaulter interface{ setDefaults() }

// fill reads a node into v, which is addressable and holds the default.
func (w *walk) fill(key string, n ast.Node, v reflect.Value) {
	if bad := foreign(n); bad != "" {
		w.fault(key, bad+" are not supported here", "write the value itself")
		return
	}
	if _, null := n.(*ast.NullNode); null {
		w.empty(key)
		return
	}
	if w.value(key, n, v) {
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		w.mapping(key, n, v)
	case reflect.Slice:
		w.list(key, n, v)
	default:
		panic("config: no reader for " + v.Type().String())
	}
}

// foreign names what YAML has and this file does not want.
func foreign(n ast.Node) string {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return "anchors and aliases"
	case *ast.TagNode:
		return "tags"
	case *ast.LiteralNode:
		return "block texts (| and >)"
	}
	return ""
}

var commentAfterKey = regexp.MustCompile(`^(?:[^#'"]*:|\s*-)\s+#\S`)

// empty tells of a key without a value. An unquoted #channel is the usual
// cause: YAML reads it as a comment.
func (w *walk) empty(key string) {
	hint := "leave the key out for its default"
	if strings.HasSuffix(key, "]") {
		hint = "leave the entry out"
	}
	if i := w.at[key].line - 1; i >= 0 && i < len(w.src) && commentAfterKey.MatchString(w.src[i]) {
		hint = `# begins a comment: put quotes around a value such as "#leads"`
	}
	w.fault(key, "has no value", hint)
}

// value reads a node that is one value; false says that v is of no such type.
func (w *walk) value(key string, n ast.Node, v reflect.Value) bool {
	var err error
	switch p := v.Addr().Interface().(type) {
	case *string:
		w.text(key, n, p)
	case *bool:
		if b, ok := n.(*ast.BoolNode); ok {
			*p = b.Value
		} else {
			w.fault(key, "want true or false", "")
		}
	case *int:
		text, ok := w.scalar(key, n)
		if !ok {
			break
		}
		if *p, err = strconv.Atoi(text); err != nil || strconv.Itoa(*p) != text || isQuoted(n) {
			w.fault(key, "want a whole number, without quotes", "")
		}
	case *rules.Fees:
		w.fees(key, n, p)
	case *rules.Span:
		w.form(key, n, func(text string) error { *p, err = rules.ParseSpan(text); return err })
	case *rules.When:
		w.form(key, n, func(text string) error { *p, err = rules.ParseWhen(text); return err })
	case interface{ read(string) error }:
		w.form(key, n, p.read)
	default:
		return false
	}
	return true
}

func isQuoted(n ast.Node) bool { _, is := n.(*ast.StringNode); return is }

// scalar is the text of a value that is not a list or a mapping.
func (w *walk) scalar(key string, n ast.Node) (string, bool) {
	if s, is := n.(*ast.StringNode); is {
		return s.Value, true
	}
	if _, is := n.(ast.ScalarNode); is && n.GetToken() != nil {
		return n.GetToken().Value, true
	}
	w.fault(key, "want one value, not "+shape(n), "")
	return "", false
}

// text reads a text. A number or a yes is refused, since YAML would change it:
// 0123 is 83.
func (w *walk) text(key string, n ast.Node, p *string) {
	s, is := n.(*ast.StringNode)
	if !is {
		if _, ok := w.scalar(key, n); ok {
			w.fault(key, "want a text, not "+shape(n), "put quotes around it")
		}
		return
	}
	if strings.ContainsFunc(s.Value, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		w.fault(key, "holds a control character", "")
		return
	}
	*p = s.Value
}

// form reads a value with a form of its own.
func (w *walk) form(key string, n ast.Node, read func(string) error) {
	text, ok := w.scalar(key, n)
	if !ok {
		return
	}
	err := read(text)
	switch {
	case err == nil:
	case quoted(text) == "":
		w.fault(key, "the value has the wrong form", "see config.example.yaml")
	default:
		w.fault(key, err.Error(), "")
	}
}

func shape(n ast.Node) string {
	switch n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys"
	case *ast.SequenceNode:
		return "a list"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return "a number"
	case *ast.BoolNode:
		return "true or false"
	}
	return "this"
}

// list reads a list into v, in place of the default. A type with a method one
// also takes a lone value; a type with a method add reads its entries itself.
func (w *walk) list(key string, n ast.Node, v reflect.Value) {
	seq, is := n.(*ast.SequenceNode)
	if !is {
		if lone, ok := v.Addr().Interface().(interface{ one(string) error }); ok && shape(n) != "keys" {
			v.SetZero()
			w.form(key, n, lone.one)
			return
		}
		w.fault(key, "want a list, not "+shapeOf(n), "begin each entry with a dash, or write [a, b]")
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), 0, len(seq.Values)))
	for i, entry := range seq.Values {
		w.entry(fmt.Sprintf("%s[%d]", key, i), entry, v)
	}
}

// shapeOf is shape, where a text is the surprise.
func shapeOf(n ast.Node) string {
	if s := shape(n); s != "this" {
		return s
	}
	return "one value"
}

func (w *walk) entry(key string, n ast.Node, v reflect.Value) {
	w.at[key] = start(n)
	if adder, ok := v.Addr().Interface().(interface{ add(string) error }); ok {
		var text string
		if w.fill(key, n, reflect.ValueOf(&text).Elem()); !w.faulty[key] {
			if err := adder.add(text); err != nil {
				w.fault(key, err.Error(), "")
			}
		}
		return
	}
	e := reflect.New(v.Type().Elem())
	if d, ok := e.Interface().(defaulter); ok {
		d.setDefaults()
	}
	w.fill(key, n, e.Elem())
	v.Set(reflect.Append(v, e.Elem()))
}

// start is where a node begins: a mapping's own token is its first colon.
func start(n ast.Node) position {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return place(n.Values[0].Key.GetToken())
		}
	case *ast.MappingValueNode:
		return place(n.Key.GetToken())
	}
	return place(n.GetToken())
}
