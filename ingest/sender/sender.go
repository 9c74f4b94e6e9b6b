// Package sender says who really sent a mail: genuine, unverified or forged,
// and why. It believes nothing that a mail says of itself: only what the
// shop's own mail server wrote on top, or a signature that it checks itself.
package sender

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

// Settings is what the judge must know of the mailbox.
type Settings struct {
	// Domains are the sender domains; their subdomains are meant too.
	Domains []string
	// TrustedAuthserv names the servers whose Authentication-Results count, by
	// their authserv-id; "*.yahoo.com" any host below, and "microsoft" the
	// header of Microsoft 365, which has no id.
	TrustedAuthserv []string
	// Own are the shop's addresses: their domains imitate nobody, even where one is
	// called klarnatur.example.
	Own []string
	// Inside says that the mail was attached to another, whose sender may have
	// written its header: no Authentication-Results of it counts.
	Inside bool
	// DKIM asks for an own check of signatures.
	DKIM bool
	// LookupTXT asks the DNS for a key; nil asks the system's resolver. An error
	// that is no "not found" of package net means that nobody could tell.
	LookupTXT func(ctx context.Context, name string) ([]string, error)
	// Now is the time of the reading: signatures expire.
	Now time.Time
}

// Verdict is what was found out.
type Verdict struct {
	Address        string        // of From, in lower case; "" where it is not one clear address
	Verdict        rules.Verdict // genuine, unverified or forged
	Why            string        // one short sentence for a support lead
	Klarna, Stripe bool          // claims to be of a sender domain, of stripe.com; a forged mail claims it too
	Unanswered     bool          // nobody could tell a key: later it may turn out to be genuine
}

// stripeDomains are whose notices are read beside Klarna's.
var stripeDomains = []string{"stripe.com"}

// DefaultDomains are the domains that Klarna is thought to write from
// (DOMAIN.md, "Senders and spoofing"); the true list is not public.
func DefaultDomains() []string {
	return []string{
		"klarna.com", "klarna.co.uk", "klarna.de", "klarna.se", "klarna.no",
		"klarna.fi", "klarna.dk", "klarna.nl", "klarna.at",
	}
}

// IsSender says whether domain is one of domains or below one of them, on a
// label boundary. Upper and lower case are the same.
func IsSender(domain string, domains []string) bool {
	domain = strings.TrimSuffix(domain, ".")
	for _, d := range domains {
		d = strings.TrimSuffix(d, ".")
		n := len(domain) - len(d)
		if d != "" && (n == 0 || n > 0 && domain[n-1] == '.') && asciiEqual(domain[n:], d) {
			return true
		}
	}
	return false
}

// asciiEqual says whether two texts of one length are the same to [asciiLower].
func asciiEqual(a, b string) bool {
	for i := range len(a) {
		x, y := a[i]|0x20, b[i]|0x20 // the lower case of a letter
		if a[i] != b[i] && (x != y || x < 'a' || x > 'z') {
			return false
		}
	}
	return true
}

// asciiLower leaves letters beyond ASCII as they are: the lower case of a Kelvin
// sign is a k.
func asciiLower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
}

// Judge says how far the claim of a mail is proved (DOMAIN.md, "Senders and
// spoofing"). Genuine needs proof by a domain aligned with From's; forged means
// that it claims to be Klarna's and is disproved; all else is unverified. It
// asks the DNS only for keys of From's organisation, 5 at most, 10 s each.
func Judge(ctx context.Context, m *eml.Message, s Settings) Verdict {
	v := weigh(ctx, m, claimOf(m, s.Domains, s.Own), s)
	v.Address, v.Why = shown(v.Address), shown(v.Why)
	return v
}

var unquote = strings.NewReplacer(`\"`, `"`, `\\`, `\`)

// shown writes out what would not be seen, or would turn the letters behind it
// around, on a terminal or in Slack: "\u202e" in a domain shows evil.example
// as another.
func shown(s string) string {
	quoted := strconv.QuoteToGraphic(s)
	return unquote.Replace(quoted[1 : len(quoted)-1])
}

// weigh sets what the mail claims against what proves or disproves it.
func weigh(ctx context.Context, m *eml.Message, c claim, s Settings) Verdict {
	v := Verdict{Address: c.address, Verdict: rules.Unverified, Klarna: c.klarna, Stripe: c.stripe}
	if c.forged != "" {
		v.Verdict, v.Why, v.Klarna = rules.Forged, c.forged, true
		return v
	}
	if !c.ours {
		v.Why = c.foreign
		return v
	}
	var told finding
	if !s.Inside {
		told = trusted(m, c, s.TrustedAuthserv)
	}
	bar := barred(m)
	switch {
	case bar != "" && told.disproof == "":
		v.Why = bar
		return v
	case told.proof != "":
		v.Verdict, v.Why = rules.Genuine, told.proof
		return v
	}
	own := finding{none: "signature not checked"}
	if s.DKIM && bar == "" {
		own = signed(ctx, m, c, s)
		v.Unanswered = own.unanswered
	}
	switch {
	case told.disproof != "" && own.proof == "":
		v.Verdict, v.Why = rules.Forged, told.disproof
	case told.disproof != "":
		v.Why = told.disproof + ", although " + own.proof
	case own.proof != "" && told.against != "":
		v.Why = told.none + ", and one says " + told.against + ", although " + own.proof
	case own.proof != "" && told.doubled:
		v.Verdict, v.Why = rules.Genuine, own.proof+"; not counted: "+told.none
	case own.proof != "":
		v.Verdict, v.Why = rules.Genuine, own.proof
	case s.Inside:
		v.Why = own.none
	default:
		v.Why = told.none + "; " + own.none
	}
	return v
}

// finding is what one way of proving found: a proof, a disproof, or why there
// is none.
type finding struct {
	proof, disproof, none string
	unanswered            bool   // nobody could tell a key
	doubled               bool   // two headers that should be one: neither proves anything
	against               string // what the lower one disproves; it may be anybody's
}

// singletons may stand in a header once at most (RFC 5322 §3.6, RFC 2045). Of
// two, the signature covers one and a reader shows the other.
var singletons = []string{
	"from", "sender", "reply-to", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to",
	"references", "mime-version", "content-type", "content-transfer-encoding", "content-disposition",
}

// barred says why no proof can count for this mail, "" where it can.
func barred(m *eml.Message) string {
	if m.Malformed != "" {
		return "its header is malformed: " + m.Malformed
	}
	seen := map[string]bool{}
	for _, f := range m.Fields {
		if !isFieldName(f.Name) {
			return "its header is malformed: a name that is none"
		}
		name := strings.ToLower(f.Name)
		if !slices.Contains(singletons, name) {
			continue
		}
		if seen[name] {
			return "it has two " + f.Name + " headers"
		}
		seen[name] = true
	}
	return ""
}

// isFieldName holds a header's name to RFC 5322 §3.6.8. Of others two readers
// make different things: one takes a no-break space behind "Subject" for part
// of the name, another passes over it and finds the signed Subject.
func isFieldName(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}
