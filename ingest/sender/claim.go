package sender

import (
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest/eml"
)

// claim is who a mail says it is from.
type claim struct {
	address, domain string
	ours            bool   // From is one clear address of a sender domain or of stripe.com
	klarna, stripe  bool   // something in it names a sender domain, stripe.com
	forged          string // why the claim alone disproves it
	foreign         string // why nothing can prove it, where it is not ours
}

// originals are the fields that name who wrote, beside From: the last ones are
// set by lists that rewrite From.
var originals = []string{"Sender", "Reply-To", "X-Original-From", "X-Original-Sender", "X-Google-Original-From"}

func claimOf(m *eml.Message, domains, own []string) claim {
	var c claim
	froms := m.Get("From")
	for _, a := range m.From {
		c.name(a, domains)
	}
	for _, f := range m.Fields {
		if slices.ContainsFunc(originals, func(o string) bool { return strings.EqualFold(o, f.Name) }) {
			for _, a := range f.Addresses() {
				c.name(a, domains)
			}
		}
	}
	if len(m.From) == 1 {
		c.address = asciiLower(m.From[0].Addr)
		_, c.domain, _ = cutLast(c.address, "@")
	}
	// Who is From one side does not speak for the other: Klarna's mails may name
	// Stripe as the one to answer to, and are Klarna's all the same.
	c.stripe = c.stripe && !IsSender(c.domain, domains)
	inBrand := c.klarna || saysBrand(strings.Join(froms, " "))
	switch {
	case len(froms) > 1 && inBrand:
		c.forged = "two From headers, and one says Klarna"
	case len(froms) != 1:
		c.foreign = "it has no single From header"
	case len(m.From) != 1:
		c.foreign, c.klarna = "From is not one address", inBrand
		c.forged = impostor(m, domains)
	case c.address == "":
		c.foreign, c.klarna = "From is no clear address", inBrand
		c.forged = unclear(m, domains)
	case IsSender(c.domain, domains), IsSender(c.domain, stripeDomains):
		c.ours = true
	default:
		c.judgeForeign(m, domains, own)
	}
	return c
}

// name notes what an address names.
func (c *claim) name(a eml.Address, domains []string) {
	_, domain, _ := cutLast(a.Addr, "@")
	c.klarna = c.klarna || IsSender(domain, domains)
	c.stripe = c.stripe || IsSender(domain, stripeDomains)
}

// judgeForeign is for a From of a domain that is on no list.
func (c *claim) judgeForeign(m *eml.Message, domains, own []string) {
	from := m.From[0]
	saysKlarna := named(from, domains) || turned(m.Get("From")[0])
	claimed := saysKlarna || strings.Contains(fold(m.Subject), brand) || resembles(c.domain) && speaks(m)
	ours := slices.ContainsFunc(own, func(a string) bool {
		_, domain, _ := cutLast(a, "@")
		return IsSender(c.domain, []string{domain})
	})
	if why := lookalike(c.domain, domains, claimed); why != "" && !ours {
		c.forged = why
		return
	}
	if _, shown, _ := cutLast(from.Raw, "@"); capitalI(shown) {
		c.forged = c.domain + " imitates " + brand + ".com with a capital I"
		return
	}
	list := rewriter(m)
	label, _ := registered(c.domain)
	switch {
	case label == brand:
		c.foreign = c.domain + " is not on the list of sender domains"
		c.klarna = true
	case list != "" && (saysKlarna || c.klarna):
		c.foreign = "a mailing list wrote its own From (" + list + ")"
		c.klarna = true
	case saysKlarna:
		c.forged = callsItself + c.domain
	default:
		c.foreign = c.domain + " is no sender domain"
	}
}

const callsItself = "it calls itself Klarna, but its address is of "

// named says that an address is shown under Klarna's name: that of the person,
// or an address of Klarna's in front of the @.
func named(a eml.Address, domains []string) bool {
	local, _, _ := cutLast(a.Addr, "@")
	return saysBrand(a.Name) || namesSender(a.Name, domains) || strings.Contains(local, "@") && namesSender(local, domains)
}

// impostor says why one of several addresses of From disproves the mail.
func impostor(m *eml.Message, domains []string) string {
	for _, a := range m.From {
		_, domain, ok := cutLast(a.Addr, "@")
		if ok && named(a, domains) && !IsSender(domain, domains) && rewriter(m) == "" {
			return callsItself + domain
		}
	}
	return ""
}

// speaks says that the text of a mail names Klarna.
func speaks(m *eml.Message) bool {
	for _, p := range m.Parts {
		for _, r := range p.Rows {
			if strings.Contains(strings.ToLower(strings.Join(r.Cells, " ")), brand) {
				return true
			}
		}
	}
	return false
}

// rewriter names the header by which a mailing list or a Google Group is told;
// they put their own address into From because Klarna's policy forbids others.
func rewriter(m *eml.Message) string {
	for _, name := range []string{"X-Original-From", "X-Google-Original-From", "X-Original-Sender", "List-Id"} {
		if len(m.Get(name)) > 0 {
			return name
		}
	}
	return ""
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
