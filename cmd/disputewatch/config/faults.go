package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Fault is one thing that is wrong in a file. It quotes keys and short values,
// never a value that may be a secret and never a neighbouring line.
type Fault struct {
	Line, Col int    // from 1
	Key       string // mailboxes[0].port; "" where the file as a whole is meant
	What      string // what is wrong
	Hint      string // what to do; may be ""
}

// Faults are all the faults of a file, in its order. There is at least one.
type Faults struct {
	File string
	List []Fault

	read *Config // as far as it could be; nil where nothing could
}

// Voice is what a config with faults says of how to speak in Slack: its Slack,
// Alarms, OnCall, Ops, Observe and Location hold, nothing else may be relied on.
// It is nil where one of the faults is in what is needed for that.
func (f *Faults) Voice() *Config {
	for _, fault := range f.List {
		section, rest, _ := strings.Cut(fault.Key, ".")
		switch section {
		case "", "timezone", "observe":
			return nil
		case "slack", "alarms":
			if rest != "app_token_file" {
				return nil
			}
		}
	}
	return f.read
}

// Error is one line a fault: file:line:col: key: what is wrong; hint: what to do.
func (f *Faults) Error() string {
	lines := make([]string, len(f.List))
	for i, fault := range f.List {
		lines[i] = f.line(fault)
	}
	return strings.Join(lines, "\n")
}

func (f *Faults) line(fault Fault) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s:%d:%d: ", f.File, fault.Line, fault.Col)
	if fault.Key != "" {
		b.WriteString(fault.Key + ": ")
	}
	b.WriteString(fault.What)
	if fault.Hint != "" {
		b.WriteString("; hint: " + fault.Hint)
	}
	return b.String()
}

func (f *Faults) sort() {
	slices.SortStableFunc(f.List, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
}

// secretForm is how keys, tokens and webhooks begin: they are never quoted.
var secretForm = regexp.MustCompile(`(?i)^((sk|rk|pk)_(live|test)_|whsec_|xox[a-z]-|xapp-|-----BEGIN|[a-z]+://)`)

// tokenForm is a part of a name that only a machine would write.
var tokenForm = regexp.MustCompile(`^[A-Za-z0-9+=]{20,}$`)

// looksSecret says that a text must not be shown, since it may be a secret in
// the wrong place.
func looksSecret(text string) bool {
	if secretForm.MatchString(text) {
		return true
	}
	return !strings.HasPrefix(text, "/") && slices.ContainsFunc(strings.Split(text, "/"), func(part string) bool {
		return tokenForm.MatchString(part) && strings.ContainsAny(part, "0123456789") &&
			part != strings.ToLower(part) && part != strings.ToUpper(part)
	})
}

var plainKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,39}$`)

// shownKey is a key as a fault may show it: a key that nobody knows may be a
// pasted secret.
func shownKey(key string) string {
	if plainKey.MatchString(key) && !looksSecret(key) {
		return key
	}
	return "(a key)"
}

// quoted is a value after a space, as a fault may show it: nothing of one that
// may be a secret, or that is long.
func quoted(text string) string {
	if looksSecret(text) || len(text) > 60 {
		return ""
	}
	return fmt.Sprintf(" %q", text)
}
