package sender

import (
	"errors"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
)

// results is one Authentication-Results header (RFC 8601).
type results struct {
	id      string // authserv-id in lower case; "" in Microsoft's form
	entries []entry
}

// entry is one method's result.
type entry struct {
	method, result string            // lower case: dmarc, pass
	props          map[string]string // header.from and the like, lower case; a doubled one is not there
}

var errResults = errors.New("malformed Authentication-Results header")

// microsoft stands in the settings for a header without an authserv-id.
const microsoft = "microsoft"

// trusted reads the top-most Authentication-Results header of a trusted server.
// One that cannot be read is not passed over for the next, which anybody may
// have written. Of two neither proves anything, since either may be the
// sender's; but nobody disproves himself, so that a disproof stays. Fastmail
// writes several with one name.
func trusted(m *eml.Message, c claim, servers []string) finding {
	top := finding{none: "no trusted Authentication-Results header"}
	topAs := ""
	for _, f := range m.Fields {
		if !strings.EqualFold(f.Name, "Authentication-Results") {
			continue
		}
		_, value, _ := strings.Cut(f.Raw, ":")
		r, err := parseResults(value)
		server := serverOf(r, err, value)
		switch as := trustedAs(server, servers); {
		case as == "":
		case topAs == "" && err != nil:
			return unreadable(server)
		case topAs == "":
			top, topAs = r.judge(c, server), as
		case as == topAs: // as much of it as can be read
			below := r.judge(c, server)
			below.none = "it has two Authentication-Results headers of " + server
			top = top.doubledBy(below)
		}
	}
	return top
}

func unreadable(server string) finding {
	return finding{none: "the Authentication-Results header of " + server + " cannot be read"}
}

// doubledBy is f when another header of our server's name stands below it.
func (f finding) doubledBy(below finding) finding {
	if !f.doubled {
		f.none = below.none
	}
	if f.against == "" {
		f.against = below.disproof
	}
	f.doubled, f.proof = true, ""
	return f
}

// serverOf is the authserv-id; of a header that cannot be read, its first word.
func serverOf(r results, err error, value string) string {
	switch {
	case err != nil:
		words := strings.FieldsFunc(strings.ToLower(value), func(r rune) bool { return strings.ContainsRune(" \t\r\n;", r) })
		if len(words) == 0 || strings.Contains(words[0], "=") {
			return microsoft
		}
		return words[0]
	case r.id == "":
		return microsoft
	}
	return r.id
}

// trustedAs returns which of the configured servers an authserv-id is, or "".
func trustedAs(id string, servers []string) string {
	for _, s := range servers {
		s = strings.ToLower(s)
		below, wild := strings.CutPrefix(s, "*")
		if id == s || wild && strings.HasPrefix(below, ".") && strings.HasSuffix(id, below) {
			return s
		}
	}
	return ""
}

// judge weighs the results for a mail whose From is c.domain.
func (r *results) judge(c claim, by string) finding {
	dmarc := r.of("dmarc")
	switch {
	case len(dmarc) > 1:
		return finding{none: "two dmarc results by " + by}
	case len(dmarc) == 1 && dmarc[0].result == "pass" && covers(dmarc[0].props["header.from"], c.domain):
		return finding{proof: "dmarc=pass for " + c.domain + " by " + by}
	case len(dmarc) == 1 && dmarc[0].result == "fail" && (covers(dmarc[0].props["header.from"], c.domain) || dmarc[0].props["header.from"] == ""):
		why := "dmarc=fail for " + c.domain + " by " + by
		// A forwarder who changes a mail breaks its proof. He may have sealed what he
		// saw (ARC): Microsoft says whom it trusts, others that the seal is whole.
		for _, method := range []string{"compauth", "arc"} {
			if sealed := r.of(method); len(sealed) == 1 && sealed[0].result == "pass" {
				return finding{none: why + ", but " + method + "=pass"}
			}
		}
		return finding{disproof: why}
	}
	for _, e := range r.of("dkim") {
		domain, has := e.props["header.d"]
		if _, at, _ := cutLast(e.props["header.i"], "@"); !has {
			domain = at
		}
		if e.result == "pass" && organisation(domain) == organisation(c.domain) {
			return finding{proof: "dkim=pass for " + domain + " by " + by}
		}
	}
	return finding{none: "no pass for " + c.domain + " by " + by}
}

// covers says that a dmarc result is about a mail from domain: some servers name
// the domain that published the policy, which may stand above it.
func covers(from, domain string) bool {
	return from == domain || from == organisation(domain)
}

func (r *results) of(method string) []entry {
	var out []entry
	for _, e := range r.entries {
		if e.method == method {
			out = append(out, e)
		}
	}
	return out
}
