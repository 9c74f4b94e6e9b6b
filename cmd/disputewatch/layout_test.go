package main

import (
	"encoding/json"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/disputewatch/disputewatch"

// mayKnow is the architecture: which package may import which of ours. What is
// not named here may not be imported. Everyone may know rules.
var mayKnow = map[string][]string{
	"rules":                              {},
	"ingest/mailbox":                     {},
	"ingest/mailbox/oauth":               {},
	"ingest/eml":                         {},
	"ingest/sender":                      {"ingest/eml"},
	"ingest/klarna":                      {"ingest/eml", "ingest/klarna/dates", "ingest/klarna/ids", "ingest/klarna/key", "ingest/klarna/labels", "ingest/klarna/letters", "ingest/klarna/money", "ingest/klarna/page", "ingest/klarna/phrase", "ingest/klarna/sentences", "ingest/klarna/view", "ingest/klarna/words"},
	"ingest/klarna/dates":                {"ingest/klarna/key", "ingest/klarna/letters", "ingest/klarna/money", "ingest/klarna/page", "ingest/klarna/phrase", "ingest/klarna/words"},
	"ingest/klarna/ids":                  {"ingest/klarna/letters", "ingest/klarna/money"},
	"ingest/klarna/key":                  {},
	"ingest/klarna/labels":               {"ingest/klarna/ids", "ingest/klarna/key", "ingest/klarna/letters", "ingest/klarna/page", "ingest/klarna/phrase", "ingest/klarna/words"},
	"ingest/klarna/lessons":              {"ingest/eml", "ingest/klarna", "ingest/klarna/dates", "ingest/klarna/key", "ingest/klarna/labels", "ingest/klarna/letters", "ingest/klarna/money", "ingest/klarna/page", "ingest/klarna/phrase", "ingest/klarna/view", "ingest/klarna/words"},
	"ingest/klarna/letters":              {},
	"ingest/klarna/money":                {"ingest/klarna/letters"},
	"ingest/klarna/page":                 {"ingest/eml", "ingest/klarna/key", "ingest/klarna/letters", "ingest/klarna/phrase", "ingest/klarna/words"},
	"ingest/klarna/phrase":               {"ingest/klarna/key", "ingest/klarna/letters", "ingest/klarna/money", "ingest/klarna/words"},
	"ingest/klarna/sentences":            {"ingest/klarna/dates", "ingest/klarna/key", "ingest/klarna/labels", "ingest/klarna/page", "ingest/klarna/phrase", "ingest/klarna/words"},
	"ingest/klarna/view":                 {"ingest/eml", "ingest/klarna/dates", "ingest/klarna/key", "ingest/klarna/letters", "ingest/klarna/page", "ingest/klarna/phrase", "ingest/klarna/words"},
	"ingest/klarna/words":                {"ingest/klarna/letters", "ingest/klarna/money"},
	"ingest/charges":                     {},
	"ingest/casebook":                    {},
	"ingest":                             {"ingest/mailbox", "ingest/eml", "ingest/sender", "ingest/klarna", "ingest/klarna/phrase", "ingest/charges"},
	"notify":                             {},
	"notify/slack":                       {"notify"},
	"notify/board":                       {},
	"cmd/disputewatch/config":            {},
	"cmd/disputewatch/terminal":          {},
	"cmd/disputewatch/systemd":           {},
	"cmd/disputewatch/holder":            {"ingest/casebook"},
	"cmd/disputewatch/wiring":            {"cmd/disputewatch/config", "cmd/disputewatch/holder", "ingest", "ingest/mailbox", "ingest/mailbox/oauth", "ingest/sender", "ingest/klarna", "ingest/klarna/phrase", "ingest/charges", "ingest/casebook", "notify", "notify/slack"},
	"cmd/disputewatch/teach":             {"cmd/disputewatch/terminal", "ingest", "ingest/eml", "ingest/klarna", "ingest/klarna/lessons", "ingest/klarna/phrase"},
	"cmd/disputewatch/health":            {"cmd/disputewatch/config", "ingest/casebook", "notify"},
	"cmd/disputewatch/check":             {"cmd/disputewatch/config", "cmd/disputewatch/health", "cmd/disputewatch/terminal", "cmd/disputewatch/wiring", "ingest", "ingest/mailbox", "notify", "notify/slack"},
	"cmd/disputewatch/view":              {"cmd/disputewatch/audit", "cmd/disputewatch/terminal", "ingest", "notify", "notify/board"},
	"cmd/disputewatch/digest":            {"cmd/disputewatch/config", "ingest", "ingest/casebook", "notify"},
	"cmd/disputewatch/audit":             {"cmd/disputewatch/terminal", "ingest/charges"},
	"cmd/disputewatch":                   {"cmd/disputewatch/config", "cmd/disputewatch/terminal", "cmd/disputewatch/systemd", "cmd/disputewatch/holder", "cmd/disputewatch/wiring", "cmd/disputewatch/health", "cmd/disputewatch/digest", "cmd/disputewatch/check", "cmd/disputewatch/audit", "cmd/disputewatch/view", "cmd/disputewatch/teach", "ingest", "ingest/mailbox", "ingest/mailbox/oauth", "ingest/eml", "ingest/sender", "ingest/klarna", "ingest/klarna/phrase", "ingest/charges", "ingest/casebook", "notify", "notify/slack", "notify/board"},
	"cmd/sandbox":                        {"ingest/loopback", "ingest/mailbox/fakeimap", "ingest/charges/fakestripe", "notify/slack/fakeslack"},
	"ingest/eml/emltest":                 {},
	"ingest/mailbox/fakeimap":            {},
	"ingest/loopback":                    {},
	"ingest/mailbox/dovecot":             {"ingest/loopback", "ingest/mailbox/fakeimap"},
	"ingest/mailbox/oauth/fakeoauth":     {},
	"ingest/casebook/booktest":           {"ingest/casebook"},
	"ingest/casebook/cluster":            {"ingest/loopback"},
	"ingest/mailbox/dovecot/dovecottest": {"ingest/mailbox/dovecot"},
	"ingest/charges/fakestripe":          {},
	"notify/slack/fakeslack":             {},
}

// owner names the one package that may import a third-party path; a fake may
// use its host's library.
var owner = map[string]string{
	"github.com/emersion/go-imap":         "ingest/mailbox",
	"github.com/emersion/go-sasl":         "ingest/mailbox",
	"golang.org/x/oauth2":                 "ingest/mailbox/oauth",
	"github.com/emersion/go-message":      "ingest/eml",
	"golang.org/x/net/html":               "ingest/eml",
	"golang.org/x/net/idna":               "ingest/sender",
	"golang.org/x/net/dns":                "ingest/sender",
	"golang.org/x/text/unicode/norm":      "ingest/klarna/letters",
	"golang.org/x/text":                   "ingest/eml",
	"github.com/emersion/go-msgauth":      "ingest/sender",
	"golang.org/x/net/publicsuffix":       "ingest/sender",
	"github.com/stripe/stripe-go":         "ingest/charges",
	"modernc.org/sqlite":                  "ingest/casebook",
	"github.com/jackc/pgx":                "ingest/casebook",
	"github.com/pressly/goose":            "ingest/casebook",
	"github.com/slack-go/slack":           "notify/slack",
	"github.com/gorilla/websocket":        "notify/slack",
	"github.com/prometheus/client_golang": "notify/board",
	"github.com/chromedp":                 "notify/board", // its tests alone
	"github.com/goccy/go-yaml":            "cmd/disputewatch/config",
	"github.com/teambition/rrule-go":      "cmd/disputewatch/config",
	"github.com/robfig/cron":              "cmd/disputewatch",
	"github.com/spf13/cobra":              "cmd/disputewatch",
	"github.com/spf13/pflag":              "cmd/disputewatch", // cobra's flags
	"github.com/coreos/go-systemd":        "cmd/disputewatch/systemd",
	"golang.org/x/term":                   "cmd/disputewatch/terminal",
}

type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
	Deps       []string
}

// goList asks the go command for packages.
func goList(t *testing.T, args ...string) []listed {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-json=ImportPath,Standard,Imports,Deps"}, args...)...)
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var p listed
		if err := dec.Decode(&p); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) == 0 {
		t.Fatal("go list found nothing")
	}
	return all
}

func TestEachPackageKnowsOnlyWhomTheMapAllows(t *testing.T) {
	for _, p := range goList(t, "./...") {
		name := strings.TrimPrefix(p.ImportPath, module+"/")
		allowed, known := mayKnow[name]
		if !known {
			t.Errorf("package %s is not on the map", name)
			continue
		}
		for _, imp := range p.Imports {
			if other, ours := strings.CutPrefix(imp, module+"/"); ours {
				if other != "rules" && !slices.Contains(allowed, other) {
					t.Errorf("%s must not know %s", name, other)
				}
				continue
			}
			if !strings.Contains(strings.Split(imp, "/")[0], ".") {
				continue // the standard library
			}
			own, ok := ownerOf(imp)
			if !ok {
				t.Errorf("%s imports %s, which has no owner on the map", name, imp)
			} else if name != own && path.Dir(name) != own {
				t.Errorf("%s imports %s, which belongs to %s", name, imp, own)
			}
		}
	}
}

// ownerOf finds the owner by the longest path that the map names.
func ownerOf(imp string) (string, bool) {
	for p := imp; p != "."; p = path.Dir(p) {
		if own, ok := owner[p]; ok {
			return own, true
		}
	}
	return "", false
}

func TestRulesKnowOnlyTheStandardLibrary(t *testing.T) {
	for _, p := range goList(t, "-deps", "./rules") {
		if !p.Standard && p.ImportPath != module+"/rules" {
			t.Errorf("rules stands on %s", p.ImportPath)
		}
	}
}

func TestProductionLinksNoFake(t *testing.T) {
	for _, p := range goList(t, "./cmd/disputewatch") {
		for _, dep := range p.Deps {
			if base := path.Base(dep); strings.HasPrefix(dep, module) && (strings.HasPrefix(base, "fake") || strings.HasPrefix(base, "dovecot") || base == "cluster" || base == "loopback") || dep == "testing" {
				t.Errorf("the program links %s", dep)
			}
		}
	}
}

// A fuzz build of a parser links neither network clients nor drivers.
func TestParsersReachNoStore(t *testing.T) {
	for _, p := range goList(t, "./ingest/eml", "./ingest/klarna", "./ingest/sender") {
		for _, dep := range p.Deps {
			if dep == "database/sql" || strings.Contains(dep, "stripe-go") || strings.Contains(dep, "go-imap") {
				t.Errorf("%s reaches %s", p.ImportPath, dep)
			}
		}
	}
}
