package eml

import (
	"strconv"
	"strings"
)

// mediaType is a Content-Type or Content-Disposition, read as far as it goes.
type mediaType struct {
	name   string            // lower case: text/plain, attachment
	params map[string]string // names in lower case
}

// parseMediaType reads a field that may be malformed: a parameter that cannot
// be read is passed over, the first of two counts.
func parseMediaType(s string) mediaType {
	if s == "" {
		return mediaType{}
	}
	name, rest, _ := strings.Cut(s, ";")
	fields := strings.Fields(name)
	t := mediaType{params: map[string]string{}}
	if len(fields) > 0 {
		t.name = strings.ToLower(strings.Trim(fields[0], `"'`))
		rest = strings.Join(fields[1:], " ") + ";" + rest // text/plain charset=utf-8
	}
	if strings.Contains(t.name, "=") { // charset=us-ascii, and no type
		rest, t.name = name+";"+rest, ""
	}
	for rest != "" && len(t.params) < 100 {
		var key, value string
		key, value, rest = cutParam(rest)
		if _, known := t.params[key]; key != "" && !known {
			t.params[key] = value
		}
	}
	return t
}

// cutParam reads `key=value;`, the value bare or quoted.
func cutParam(s string) (key, value, rest string) {
	end := strings.IndexAny(s, "=;")
	if end < 0 {
		return "", "", ""
	}
	key = strings.ToLower(strings.TrimSpace(s[:end]))
	if s[end] == ';' {
		return "", "", s[end+1:]
	}
	s = strings.TrimLeft(s[end+1:], " \t")
	if !strings.HasPrefix(s, `"`) {
		value, rest, _ = strings.Cut(s, ";")
		return key, strings.TrimSpace(withoutComments(value)), rest
	}
	i := skipQuoted(s, 0)
	value = unquote(s[:i+1])
	_, rest, _ = strings.Cut(s[i+1:], ";")
	return key, value, rest
}

// param is a parameter, put together where it is continued (RFC 2231 §3).
func (t mediaType) param(name string) string {
	if v, ok := t.params[name]; ok {
		return v
	}
	if v, ok := t.params[name+"*"]; ok {
		return extended(v)
	}
	var b strings.Builder
	for i := range 50 {
		key := name + "*" + strconv.Itoa(i)
		v, ok := t.params[key]
		if !ok {
			if v, ok = t.params[key+"*"]; ok {
				v = extended(v)
			}
		}
		if !ok {
			break
		}
		b.WriteString(v)
	}
	return b.String()
}

// extended decodes charset'language'%41 (RFC 2231 §4) as far as ASCII goes;
// boundaries and charsets need no more.
func extended(v string) string {
	if i := strings.LastIndexByte(v, '\''); i >= 0 {
		v = v[i+1:]
	}
	b, _ := decodeQP([]byte(strings.ReplaceAll(v, "%", "=")))
	return string(b)
}

func (t mediaType) is(prefix string) bool { return strings.HasPrefix(t.name, prefix) }
