package board

import (
	"net/url"
	"strings"

	"github.com/disputewatch/disputewatch/rules"
)

// Link leads out of the board. Host is shown beside its words, so that nobody
// is sent where he does not expect.
type Link struct{ Text, URL, Host string }

// links are the doors of a case: Stripe first, because the answer belongs
// there; Klarna's form only for a genuine mail of a case without a sure Stripe
// dispute, and never for what a reply answers (DOMAIN.md, "Two doors").
func links(c rules.Case) []Link {
	var out []Link
	if u := dashboard(c); u != "" {
		out = append(out, Link{"Open in Stripe", u, "dashboard.stripe.com"})
	}
	inStripe := c.Stripe != nil && c.Match.Sure()
	if c.Verdict != rules.Genuine || inStripe || c.Lane() == rules.LaneStopRequest || !c.ClosedAt.IsZero() {
		return out
	}
	if u, ok := safe(c.RespondLink); ok {
		out = append(out, Link{"Open Klarna's form", u.String(), u.Hostname()})
	}
	return out
}

// safe reads a link from a mail: https to a host named in plain letters, without
// a user's name in front that could pass for the host.
func safe(link string) (*url.URL, bool) {
	u, err := url.Parse(link)
	if err != nil || u.Scheme != "https" || u.User != nil || !hostName(u.Hostname()) {
		return nil, false
	}
	return u, true
}

// hostName takes plain letters alone: others can be made to look like Klarna's.
func hostName(host string) bool {
	strange := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '.' && r != '-'
	}
	return strings.Contains(host, ".") && !strings.ContainsFunc(host, strange)
}

// dashboard is the charge's page in Stripe; the account leads the path so that
// it opens for Connect and for people with several accounts.
func dashboard(c rules.Case) string {
	path, charge := "/", c.Match.Charge
	if s := c.Stripe; s != nil {
		charge = s.Charge
		if s.Account != "" {
			path += url.PathEscape(s.Account) + "/"
		}
		if !s.Live {
			path += "test/"
		}
	}
	if charge == "" {
		return ""
	}
	return "https://dashboard.stripe.com" + path + "payments/" + url.PathEscape(charge)
}
