package sender

import "strings"

// parseResults reads an Authentication-Results header. It fails closed: a
// quote or comment that does not end, or anything out of place, is an error,
// so that no text within a quoted address can pass for a result.
func parseResults(s string) (results, error) {
	var r results
	tokens, err := tokenize(s)
	if err != nil {
		return r, err
	}
	groups := split(tokens)
	head := groups[0]
	if len(head) > 0 && !hasEquals(head) {
		r.id = strings.ToLower(head[0].text)
		if head[0].quoted || len(head) > 2 || len(head) == 2 && strings.Trim(head[1].text, "0123456789") != "" {
			return r, errResults
		}
		groups = groups[1:]
	}
	for _, g := range groups {
		if len(g) == 0 || len(g) == 1 && g[0].text == "none" {
			continue
		}
		if r.id == "" && len(g) == 1 && g[0].equals < 0 && !g[0].quoted && isName(g[0].text) {
			continue // Microsoft named the recipient's domain between the results
		}
		e, ok := readEntry(g)
		if !ok {
			return r, errResults
		}
		r.entries = append(r.entries, e)
	}
	return r, nil
}

// token is a word: a run of characters, quoted strings among them, without
// white space. equals is where its first unquoted = stands, or -1.
type token struct {
	text   string
	equals int
	quoted bool // a part of it was quoted
	ends   bool // a semicolon
}

// tokenize splits at white space, comments and semicolons. Around = white space
// is passed over.
func tokenize(s string) ([]token, error) {
	var out []token
	var b strings.Builder
	t := token{equals: -1}
	begun := false
	flush := func() {
		if begun {
			t.text = b.String()
			out = append(out, t)
		}
		b.Reset()
		t, begun = token{equals: -1}, false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == ';':
			flush()
			out = append(out, token{ends: true})
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			flush()
		case c == '(':
			end, ok := endOfComment(s, i)
			if !ok {
				return nil, errResults
			}
			flush()
			i = end
		case c == '"':
			text, end, ok := quotedString(s, i)
			if !ok {
				return nil, errResults
			}
			b.WriteString(text)
			t.quoted, begun = true, true
			i = end
		case c < ' ' || c >= 0x7f || c == ')' || c == '\\':
			return nil, errResults
		default:
			if c == '=' && t.equals < 0 && !t.quoted {
				t.equals = b.Len()
			}
			b.WriteByte(c)
			begun = true
		}
	}
	flush()
	return joinEquals(out), nil
}

// joinEquals puts `a = b` together as `a=b`.
func joinEquals(in []token) []token {
	var out []token
	for _, t := range in {
		if n := len(out); n > 0 && !t.ends && !out[n-1].ends {
			last := &out[n-1]
			begins := t.equals == 0
			open := last.equals >= 0 && last.equals == len(last.text)-1 && !last.quoted
			if begins && last.equals < 0 && !last.quoted || open {
				if last.equals < 0 {
					last.equals = len(last.text)
				}
				last.text += t.text
				last.quoted = last.quoted || t.quoted
				continue
			}
		}
		out = append(out, t)
	}
	return out
}

// split parts the tokens at semicolons; there is always one group.
func split(tokens []token) [][]token {
	groups := [][]token{nil}
	for _, t := range tokens {
		if t.ends {
			groups = append(groups, nil)
			continue
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], t)
	}
	return groups
}

func hasEquals(g []token) bool {
	for _, t := range g {
		if t.equals >= 0 {
			return true
		}
	}
	return false
}

// readEntry reads `method[/version]=result *(key=value)`.
func readEntry(g []token) (entry, bool) {
	e := entry{props: map[string]string{}}
	for i, t := range g {
		if t.equals <= 0 {
			return e, false
		}
		key, value := strings.ToLower(t.text[:t.equals]), strings.ToLower(t.text[t.equals+1:])
		if strings.ContainsAny(key, `"@<>,[]:=`) || i == 0 && (t.quoted || value == "") {
			return e, false
		}
		if i == 0 {
			e.method, _, _ = strings.Cut(key, "/")
			e.result = value
			if e.method == "" {
				return e, false
			}
			continue
		}
		if _, twice := e.props[key]; twice {
			value = "" // of two, neither counts
		}
		e.props[key] = value
	}
	return e, true
}

// endOfComment returns the index of the parenthesis that ends the comment at i.
func endOfComment(s string, i int) (int, bool) {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i, true
			}
		}
	}
	return 0, false
}

// quotedString returns the text of the quoted string at i and where it ends.
func quotedString(s string, i int) (text string, end int, ok bool) {
	var b strings.Builder
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			if i++; i == len(s) {
				return "", 0, false
			}
			b.WriteByte(s[i])
		case '"':
			return b.String(), i, true
		default:
			b.WriteByte(s[i])
		}
	}
	return "", 0, false
}
