package ingest

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/sender"
)

// tokens redacts each run of letters and digits that is not known: what stands
// in KRNs and in the paths of links.
func (p *page) tokens(s string) string {
	s = inURL.ReplaceAllStringFunc(s, p.address)
	return token.ReplaceAllStringFunc(s, func(t string) string {
		switch {
		case p.fresh[fold(t)]:
			return t // it stands for another already
		case p.named[fold(t)]:
			return p.shape(t)
		}
		if region.MatchString(t) || !strings.ContainsAny(t, "0123456789") && p.words.Knows(t) || p.harmless(t) && len(t) > 1 {
			return t
		}
		return p.shape(t)
	})
}

var (
	inURL  = regexp.MustCompile(`[^\s<>,;:()"'\[\]@/=&?]+@[^\s<>,;:()"'\[\]@/=&?]+`)
	token  = regexp.MustCompile(`[\p{L}\p{M}\d]+`)
	region = regexp.MustCompile(`^(eu|us|ap|oc|na)\d?$`)
)

// ours says that a domain is Klarna's, Stripe's, or one that wants to look so.
func (p *page) ours(domain string) bool {
	return sender.IsSender(domain, p.Settings.Sender.Domains) || sender.IsSender(domain, p.Settings.RespondHosts) ||
		sender.IsSender(domain, []string{"stripe.com"}) || strings.Contains(strings.ToLower(domain), "klarna")
}

func (p *page) domain(d string) string {
	if p.ours(d) {
		return d
	}
	if i := strings.LastIndexByte(d, '.'); i > 0 {
		d = d[:i]
	}
	return strings.ToLower(p.shape(d)) + ".example"
}

// address redacts local@domain, of a person or of a Message-ID.
func (p *page) address(s string) string {
	i := strings.LastIndexByte(s, '@')
	local, domain := s[:i], s[i+1:]
	trail := domain[len(strings.TrimRight(domain, ".>")):]
	domain = strings.TrimSuffix(domain, trail)
	p.gone[fold(s[:len(s)-len(trail)])] = true
	if p.ours(domain) {
		return p.tokens(local) + "@" + domain + trail
	}
	return p.shape(local) + "@" + p.domain(domain) + trail
}

// url redacts a link: of Klarna's own its host stays, of others nothing.
func (p *page) url(s string) string {
	if rest, ok := strings.CutPrefix(s, "mailto:"); ok {
		to, _, _ := strings.Cut(rest, "?")
		if strings.Contains(to, "@") {
			return "mailto:" + p.address(to)
		}
		return "mailto:" + p.tokens(to)
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		scheme, rest = "https", s
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, path := rest[:end], rest[end:]
	if plain, err := url.PathUnescape(path); err == nil {
		path = strings.ReplaceAll(plain, " ", "-")
	}
	out := p.domain(strings.ToLower(host)) + p.tokens(path)
	if !ok {
		return out
	}
	return strings.ToLower(scheme) + "://" + out
}

// field keeps the fields that the reader looks at, and drops all others.
func (p *page) field(f eml.Field) (string, bool) {
	switch strings.ToLower(f.Name) {
	case "subject":
		return eml.EncodeWords(p.text(f.Value)), true
	case "date":
		m := eml.Header([]byte("Date: " + f.Value + "\n\n"))
		return m.Date.Format(time.RFC1123Z), !m.Date.IsZero()
	case "mime-version":
		return "1.0", true
	case "message-id", "in-reply-to", "references":
		return p.text(f.Value), true
	case "list-id":
		return "<" + p.domain(strings.Trim(f.Value[strings.LastIndexByte(f.Value, '<')+1:], "<> ")) + ">", true
	case "from", "sender", "reply-to", "to", "cc", "x-original-from", "x-original-sender", "x-google-original-from":
		var all []string
		for _, a := range f.Addresses() {
			all = append(all, p.mailbox(a))
		}
		return strings.Join(all, ",\n "), len(all) > 0
	}
	return "", false
}

func (p *page) mailbox(a eml.Address) string {
	if a.Addr == "" {
		return eml.EncodeWords(p.text(a.Raw))
	}
	if a.Name == "" {
		return p.address(a.Addr)
	}
	name := p.text(a.Name)
	if encoded := eml.EncodeWords(name); encoded != name {
		return encoded + " <" + p.address(a.Addr) + ">"
	}
	return strconv.Quote(name) + " <" + p.address(a.Addr) + ">"
}

// unknown lists the words that were replaced because nobody knows them.
func (p *page) unknown() []string { return slices.Sorted(maps.Values(p.lost)) }
