package eml

import "strings"

// maxAddresses is how many addresses of a field are read; a dispute mail has
// one.
const maxAddresses = 100

// addresses reads an address list (RFC 5322 §3.4) from an unfolded, not decoded
// value. What is not clearly one address has Addr "": two readers would read
// two senders.
func addresses(s string) []Address {
	var list []Address
	group := ""
	for len(s) > 0 && len(list) < maxAddresses {
		var one string
		var end byte
		one, s, end = cutAddress(s)
		if one = strings.TrimSpace(one); end == ':' {
			group = clean(decodeWords(unquote(one))) + ": "
		} else if one != "" {
			a := address(one)
			a.Name = strings.TrimSpace(group + a.Name)
			list = append(list, a)
		}
		if end == ';' {
			group = ""
		}
	}
	return list
}

// cutAddress cuts at the next comma, at the colon that opens a group, or at the
// semicolon that ends one, outside quotes, comments and angle brackets, and says
// at which; 0 is the end of s.
func cutAddress(s string) (one, rest string, end byte) {
	angle := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			i = skipQuoted(s, i)
		case c == '(':
			i = skipComment(s, i)
		case c == '\\':
			i++
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case !angle && (c == ',' || c == ';' || c == ':'):
			return s[:i], s[i+1:], c
		}
	}
	return s, "", 0
}

// address reads one mailbox.
func address(s string) Address {
	a := Address{Raw: strings.ToValidUTF8(s, "\ufffd")}
	name, spec, ok := cutAngle(s)
	if !ok {
		if spec == "" && strings.IndexByte(s, '<') < 0 {
			a.Name, a.Addr = commentOf(s), addrSpec(strings.TrimSpace(withoutComments(s)))
			return a
		}
		a.Name = clean(decodeWords(s))
		return a
	}
	a.Name = clean(decodeWords(unquote(strings.TrimSpace(name))))
	a.Addr = addrSpec(strings.TrimSpace(spec))
	return a
}

// cutAngle parts `name <spec>`. It is not ok without exactly one <…>, or with
// anything but comments after it.
func cutAngle(s string) (name, spec string, ok bool) {
	open := -1
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			i = skipQuoted(s, i)
		case '(':
			if open < 0 {
				i = skipComment(s, i)
			}
		case '<':
			if open >= 0 {
				return "", "", false
			}
			open = i
		case '>':
			if open < 0 || strings.TrimSpace(withoutComments(s[i+1:])) != "" {
				return "", "", false
			}
			return s[:open], s[open+1 : i], true
		}
	}
	return "", "", false
}

// addrSpec returns local@domain with the domain in lower case, or "" for what
// is not exactly that. Letters beyond ASCII stay: the lower case of a Kelvin sign
// is a k.
func addrSpec(s string) string {
	i := strings.LastIndexByte(s, '@')
	if i <= 0 || i == len(s)-1 || len(s) > 320 {
		return ""
	}
	local, domain := s[:i], asciiLower(s[i+1:])
	if !isLocal(local) || !isDomain(domain) {
		return ""
	}
	return strings.ToValidUTF8(local, "\ufffd") + "@" + domain
}

func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
}

func isLocal(s string) bool {
	if len(s) > 1 && s[0] == '"' {
		return skipQuoted(s, 0) == len(s)-1 && s[len(s)-1] == '"'
	}
	return !strings.ContainsAny(s, " \t\r\n\"(),:;<>@[\\]")
}

// isDomain accepts labels of letters, digits, hyphens and underscores, and
// anything that is not ASCII: whether that is a lookalike is not decided here.
func isDomain(s string) bool {
	for label := range strings.SplitSeq(strings.TrimSuffix(s, "."), ".") {
		if label == "" || len(label) > 255 {
			return false
		}
		for i := 0; i < len(label); i++ {
			c := label[i]
			if c < 0x80 && c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
				return false
			}
		}
	}
	return strings.ToValidUTF8(s, "") == s
}

// skipQuoted returns the index of the quote that ends the quoted string at i,
// or the last index of s.
func skipQuoted(s string, i int) int {
	for i++; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(s) - 1
}

// skipComment returns the index of the parenthesis that ends the comment at i,
// or the last index of s.
func skipComment(s string, i int) int {
	depth := 0
	for ; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(s) - 1
}

// unquote takes the quotes and backslashes out of a display name.
func unquote(s string) string {
	if strings.IndexByte(s, '"') < 0 && strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// commentOf is the name in the old form `local@domain (Name)`.
func commentOf(s string) string {
	_, name, ok := strings.Cut(s, "(")
	if !ok {
		return ""
	}
	return clean(decodeWords(strings.TrimRight(strings.TrimSpace(name), ")")))
}

// Addresses reads the field as an address list, at most 100 of them.
func (f Field) Addresses() []Address { return addresses(rawValue(f)) }
