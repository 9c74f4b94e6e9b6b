package config

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// mapping reads keys into a struct: each at most once, none unknown, and those
// that are needed all there.
func (w *walk) mapping(key string, n ast.Node, v reflect.Value) {
	m, is := n.(*ast.MappingNode)
	if !is {
		w.fault(key, "want keys, not "+shapeOf(n), "")
		return
	}
	seen := map[string]int{}
	for _, kv := range m.Values {
		w.keyValue(key, kv, v, seen)
	}
	for f := range fields(v.Type()) {
		name := f.Tag.Get("yaml")
		if f.Tag.Get("need") != "" && seen[name] == 0 && !w.meant[join(key, name)] {
			w.fault(join(key, name), "is missing", "")
		}
	}
}

func (w *walk) keyValue(parent string, kv *ast.MappingValueNode, v reflect.Value, seen map[string]int) {
	tk := kv.Key.GetToken()
	name, at := tk.Value, place(tk)
	key := join(parent, shownKey(name))
	if bad := foreign(kv.Key); bad != "" || kv.Key.Type() == ast.MappingKeyType {
		w.tell(at, key, "only plain keys are supported here", "")
		return
	}
	if first := seen[name]; first > 0 {
		w.tell(at, key, fmt.Sprintf("is there twice, first in line %d", first), "keep one of the two")
		return
	}
	seen[name] = at.line
	for f := range fields(v.Type()) {
		if f.Tag.Get("yaml") == name {
			w.at[key] = valuePlace(kv)
			w.fill(key, kv.Value, v.FieldByIndex(f.Index))
			return
		}
	}
	what, hint, meant := stranger(name, v.Type())
	w.tell(at, key, what, hint)
	w.meant[join(parent, meant)] = true
}

// tell records a fault at a place, whatever else is wrong with the key.
func (w *walk) tell(at position, key, what, hint string) {
	w.faults = append(w.faults, Fault{at.line, at.col, key, what, hint})
	w.faulty[key] = true
}

// valuePlace is where a value stands, or its key where the value is empty or
// goes over lines of its own.
func valuePlace(kv *ast.MappingValueNode) position {
	switch n := kv.Value.(type) {
	case *ast.MappingNode, *ast.MappingValueNode, *ast.SequenceNode, *ast.NullNode, nil:
		return place(kv.Key.GetToken())
	default:
		return place(n.GetToken())
	}
}

// fields are those of a struct that the file can name.
func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for f := range t.Fields() {
			if f.Tag.Get("yaml") != "" && !yield(f) {
				return
			}
		}
	}
}

// stranger says what a key that the struct does not know may have meant, and
// which key of the struct that is, if any.
func stranger(name string, t reflect.Type) (what, hint, meant string) {
	var known []string
	for f := range fields(t) {
		known = append(known, f.Tag.Get("yaml"))
	}
	if file := secretKey(name, known); file != "" {
		return "secrets are files only", "use " + file + ", which names a file", file
	}
	if near := nearest(name, known); near != "" {
		return "unknown key", "did you mean " + near + "?", near
	}
	if home := homes(name, reflect.TypeFor[Config](), ""); home != "" {
		return "unknown key here", "it belongs to " + home + "; look at the indentation", ""
	}
	if home := homes(name+"_file", reflect.TypeFor[Config](), ""); home != "" {
		return "secrets are files only", "use " + name + "_file of " + home + ", which names a file", ""
	}
	slices.Sort(known)
	return "unknown key", "the keys here are " + strings.Join(known, ", "), ""
}

// secretKey is the key to use in place of one that would hold a secret itself:
// password for password_file, token for bot_token_file.
func secretKey(name string, known []string) string {
	name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	for _, k := range known {
		stem, isFile := strings.CutSuffix(k, "_file")
		if !isFile || k == "ca_file" || k == "holidays_file" {
			continue
		}
		if name == stem || strings.HasSuffix(stem, "_"+name) || strings.HasSuffix(name, stem) || name == "pass" || name == "secret" {
			return k
		}
	}
	return ""
}

// homes are the keys of the whole file that hold a key of this name.
func homes(name string, t reflect.Type, at string) string {
	var out []string
	for f := range fields(t) {
		key, ft := join(at, f.Tag.Get("yaml")), f.Type
		if f.Tag.Get("yaml") == name {
			out = append(out, cmp.Or(at, "the file itself"))
		}
		if ft.Kind() == reflect.Slice {
			ft = ft.Elem()
		}
		if ft.Kind() != reflect.Struct {
			continue
		}
		if home := homes(name, ft, key); home != "" {
			out = append(out, home)
		}
	}
	return strings.Join(out, " or ")
}

// nearest is the known key that begins so, or is within two slips of the pen,
// or "".
func nearest(name string, known []string) string {
	for _, k := range known {
		if len(name) >= 3 && strings.HasPrefix(k, name) {
			return k
		}
	}
	best, least := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(name), k); d < least && d < len(k)-1 {
			best, least = k, d
		}
	}
	return best
}

// distance counts the letters to insert, delete, replace or swap (optimal
// string alignment). Its cost is bounded: a longer name is a stranger anyway.
func distance(a, b string) int {
	if len(a) > 40 {
		return len(a)
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
