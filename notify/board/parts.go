package board

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// part is how one part of the program stands.
type part struct {
	Name, State string
	Bad         bool
	Good        When
	Ago         string
	Mails       string // of a mailbox: how its mails ended
}

// parts words what the book knows of each part, with the mails of the mailboxes.
func (s *Server) parts(ctx context.Context, health []rules.Health, now time.Time) []part {
	tallies := s.tallies(ctx)
	var out []part
	for _, h := range health {
		p := part{Name: partWords(h.Part), State: "works", Good: s.when(h.GoodAt)}
		if why := s.broken(h); why != "" {
			p.State, p.Bad = why, true
		} else if h.Part == partPass {
			if why := s.stalePass(s.lastPass(health), now); why != "" {
				p.State, p.Bad = why, true
			}
		}
		if !h.GoodAt.IsZero() {
			p.Ago = ago(h.GoodAt.In(s.zone()), now)
		}
		if name, ok := strings.CutPrefix(h.Part, "mailbox/"); ok {
			p.Mails = tallies[name]
		}
		out = append(out, p)
	}
	return out
}

func partWords(name string) string {
	switch kind, rest, _ := strings.Cut(name, "/"); kind {
	case "mailbox":
		return "Mailbox " + rules.Plain(rest, 60)
	case "stripe":
		return "Stripe " + rules.Plain(rest, 60)
	case "slack":
		return "Slack"
	case partPass:
		return "The whole pass"
	}
	return rules.Plain(name, 60)
}

// tallies words the ends of the mails by mailbox: "12 notices, 1 unknown".
func (s *Server) tallies(ctx context.Context) map[string]string {
	out := map[string]string{}
	if s.MailTallies == nil {
		return out
	}
	all, err := s.MailTallies(ctx)
	if err != nil {
		s.log().Error("mails could not be counted", "err", err)
		return out
	}
	for _, t := range all {
		out[t.Mailbox] = joined(", ", out[t.Mailbox], fmt.Sprintf("%d %s", t.Mails, rules.Plain(string(t.Outcome), 20)))
	}
	return out
}
