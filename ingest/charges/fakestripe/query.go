package fakestripe

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxClauses is Stripe's limit of a query.
const maxClauses = 10

// searchQuery is a parsed query: clauses joined all by AND or all by OR.
type searchQuery struct {
	clauses []clause
	any     bool
}

// clause is field, operator, value: metadata['k']:'v', amount>100.
type clause struct {
	not              bool
	field, key, op   string
	value            string
	valueIsAString   bool
	keyWasInBrackets bool
}

//lint:ignore ST1005 Stripe says it so
var errQuery = errors.New("We were unable to parse your search query")

// parseQuery reads Stripe's search language: "docs/search#search-query-language".
func parseQuery(text string) (searchQuery, error) {
	var q searchQuery
	joint := ""
	for text = strings.TrimSpace(text); ; {
		c, rest, err := parseClause(text)
		if err != nil {
			return q, err
		}
		if q.clauses = append(q.clauses, c); len(q.clauses) > maxClauses {
			return q, fmt.Errorf("a query may have %d clauses", maxClauses)
		}
		if text = strings.TrimSpace(rest); text == "" {
			return q, nil
		}
		word, rest, _ := strings.Cut(text, " ")
		switch {
		case word != "AND" && word != "OR":
			word, rest = "AND", text // a blank joins like AND
		}
		if joint != "" && joint != word {
			//lint:ignore ST1005 Stripe says it so
			return q, errors.New("You cannot combine AND and OR in one query")
		}
		joint, text = word, strings.TrimSpace(rest)
		q.any = joint == "OR"
	}
}

func parseClause(s string) (clause, string, error) {
	var c clause
	s, c.not = strings.CutPrefix(s, "-")
	n := strings.IndexFunc(s, func(r rune) bool { return r != '_' && r != '.' && (r < 'a' || r > 'z') })
	if n <= 0 {
		return c, "", errQuery
	}
	c.field, s = s[:n], s[n:]
	if strings.HasPrefix(s, "[") {
		key, rest, err := parseString(s[1:])
		if err != nil || !strings.HasPrefix(rest, "]") {
			return c, "", errQuery
		}
		c.key, c.keyWasInBrackets, s = key, true, rest[1:]
	}
	if c.field == "metadata" && !c.keyWasInBrackets {
		return c, "", errQuery
	}
	for _, op := range []string{">=", "<=", ">", "<", ":", "~"} {
		if rest, ok := strings.CutPrefix(s, op); ok {
			c.op, s = op, rest
			return parseValue(c, s)
		}
	}
	return c, "", errQuery
}

func parseValue(c clause, s string) (clause, string, error) {
	if strings.HasPrefix(s, "'") || strings.HasPrefix(s, `"`) {
		v, rest, err := parseString(s)
		c.value, c.valueIsAString = v, true
		return c, rest, err
	}
	v, rest, _ := strings.Cut(s, " ")
	if v == "" || strings.ContainsAny(v, `'"`) {
		return c, "", errQuery
	}
	c.value = v
	return c, rest, nil
}

// parseString reads 'a\'b' or "a\"b".
func parseString(s string) (string, string, error) {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		return "", "", errQuery
	}
	var out strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			out.WriteByte(s[i])
		case s[i] == s[0]:
			return out.String(), s[i+1:], nil
		default:
			out.WriteByte(s[i])
		}
	}
	return "", "", errQuery
}

func (q searchQuery) match(d dict) bool {
	for _, c := range q.clauses {
		if c.match(d) == q.any {
			return q.any
		}
	}
	return !q.any
}

// match applies one clause: strings exactly but for case (":") or in part
// ("~"), numbers by comparison.
func (c clause) match(d dict) bool {
	return c.holds(d) != c.not
}

func (c clause) holds(d dict) bool {
	if c.field == "metadata" {
		m, _ := d["metadata"].(map[string]string)
		v, ok := m[c.key]
		return ok && c.holdsString(v)
	}
	switch v := d[c.field].(type) {
	case string:
		return c.holdsString(v)
	case bool:
		return strconv.FormatBool(v) == c.value
	case int64:
		n, err := strconv.ParseInt(c.value, 10, 64)
		if err != nil {
			return false
		}
		return map[string]bool{":": v == n, ">": v > n, "<": v < n, ">=": v >= n, "<=": v <= n}[c.op]
	}
	return false
}

func (c clause) holdsString(v string) bool {
	switch c.op {
	case ":":
		return strings.EqualFold(v, c.value)
	case "~":
		return strings.Contains(strings.ToLower(v), strings.ToLower(c.value))
	}
	return false
}
