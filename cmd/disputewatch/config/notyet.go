package config

import (
	"regexp"

	"github.com/goccy/go-yaml/ast"
)

const unsupported = "not supported yet"

// notYet are the keys whose capability does not exist yet. They are refused,
// never ignored, unless they say no more than their default. The capability
// that arrives deletes its line, and adds the field where [Config] has none.
var notYet = map[string]bool{
	"calendar.holidays_file": true,
}

var index = regexp.MustCompile(`\[[0-9]+\]`)

// generic is a key without its numbers: mailboxes[0].name → mailboxes[].name.
func generic(key string) string { return index.ReplaceAllString(key, "[]") }

// asksNothing says that a value is "", [], {} or false.
func asksNothing(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value == ""
	case *ast.BoolNode:
		return !n.Value
	case *ast.SequenceNode:
		return len(n.Values) == 0
	case *ast.MappingNode:
		return len(n.Values) == 0
	}
	return false
}
