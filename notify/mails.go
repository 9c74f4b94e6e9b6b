package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// UnreadableCard tells of a mail that could not be opened.
func UnreadableCard(m rules.Message, p rules.Policy) Card {
	return dismissible(Card{
		Title:  "A mail could not be read",
		Now:    "Open it in the mailbox and see whether Klarna asks for something.",
		Lines:  append(where(m, p), Line{"What is wrong", rules.Plain(m.About[rules.AboutWhy], 300)}),
		Footer: "It is kept, and does not stop the mails after it.",
	}, m, p)
}

// ForgedCard warns of a mail that pretends to be Klarna's. It holds no link, and
// nothing of the mail but where it lies and which orders it names that exist.
func ForgedCard(m rules.Message, p rules.Policy) Card {
	lines := where(m, p)
	if d := rules.Plain(m.About[rules.AboutDomain], 100); d != "" {
		lines = append(lines, Line{"Sent from", d})
	}
	card := Card{
		Title:    "Phishing: a mail pretends to be from Klarna",
		Now:      "Do not open its links and do not answer it. Tell whoever else reads that mailbox.",
		Lines:    lines,
		Warnings: []string{joined(": ", "Klarna did not send it", rules.Plain(m.About[rules.AboutWhy], 300))},
		Footer:   "It changes no case.",
	}
	orders := strings.Fields(rules.Plain(m.About[rules.AboutOrders], 300))
	switch {
	case len(orders) > 0:
		card.Title = "Phishing: a mail pretends to be from Klarna and names an order of yours"
		card.Warnings = append(card.Warnings, namesOrders(orders)+" Whoever wrote it may know your orders.")
	case m.About[rules.AboutSought] != "":
		card.Warnings = append(card.Warnings, "Stripe could not be asked yet whether the order that it names exists.")
	}
	return dismissible(card, m, p)
}

// namesOrders says which of the shop's charges a forged mail names.
func namesOrders(charges []string) string {
	if len(charges) == 1 {
		return "It names an order that exists: charge " + charges[0] + "."
	}
	return "It names orders that exist: charges " + strings.Join(charges, ", ") + "."
}

// dismissible says how a mail is dismissed, or who has dismissed it.
func dismissible(card Card, m rules.Message, p rules.Policy) Card {
	id := rules.Plain(m.About[rules.AboutID], 60)
	switch by := rules.Plain(m.About[rules.AboutBy], 60); {
	case m.Kind == rules.MessageDismissed:
		card.Now = ""
		card.Lines = append(card.Lines, Line{"Dismissed", joined(", ", "by "+by, stamp(m.About[rules.AboutEnded], p))})
	case id != "":
		card.Footer += " It stays in the digest until somebody has looked at it and says: disputewatch dismiss " + id
	}
	return card
}

// withDismiss adds the button.
func withDismiss(card Card, m rules.Message) Card {
	if id := m.About[rules.AboutID]; id != "" {
		card.Actions = append(card.Actions, Action{
			Verb: Dismiss, Case: id, Text: "Dismiss",
			Confirm: "It leaves the digest, for everybody. Nothing happens to the mail itself.",
		})
	}
	return card
}

// dismissed brings what was told of a mail up to date, when somebody has
// dismissed it. It is harmless to do twice.
func (p *pass) dismissed(ctx context.Context, m rules.Message, claim rules.Claim) (End, error) {
	d := p.desk
	at := rules.Place{Channel: m.About[rules.AboutChannel], TS: m.About[rules.AboutTS]}
	if d.Observe {
		return End{Kind: Dropped, Why: observed}, nil
	}
	if err := d.hush(); err != nil {
		return End{}, err
	}
	if err := d.attempt(ctx, claim, m.ID); err != nil {
		return End{}, err
	}
	card := ForgedCard(m, d.Policy)
	if m.About[rules.AboutOf] == string(rules.MessageUnreadable) {
		card = UnreadableCard(m, d.Policy)
	}
	ctx, done := context.WithTimeout(ctx, postTime)
	defer done()
	err := d.Slack.Update(ctx, at, Post{ID: m.ID, Channel: at.Channel, Text: fallback(card), Card: card})
	var refused *Refused
	if errors.As(err, &refused) && gone(refused.Code) {
		return End{Kind: Dropped, Why: "the message cannot be changed: " + refused.Code}, nil
	}
	return End{Kind: Told, At: at}, err
}

// forgedADay is how many forged mails have a message of their own within a day: of a
// wave the rest stands in the digest and on the board, or nobody would read what
// else stands in the channel.
const forgedADay = 10

// forged tells of a forged mail; always where it names an order that exists.
func (p *pass) forged(ctx context.Context, m rules.Message, claim rules.Claim) (End, error) {
	d := p.desk
	post, err := d.wordsOf(m)
	if err != nil {
		return End{}, err
	}
	if d.ToldSince != nil && m.About[rules.AboutOrders] == "" && m.TriedAt.IsZero() {
		switch n, err := d.ToldSince(ctx, m.Kind, d.Now().Add(-24*time.Hour), forgedADay); {
		case err != nil:
			return End{}, err
		case n >= forgedADay:
			return End{Kind: Dropped, Why: "one of many: the digest and the board tell of it"}, nil
		case n == forgedADay-1:
			post.Card.Warnings = append(post.Card.Warnings, fmt.Sprintf("It is the %dth within 24 hours. Of more of them the digest and the board tell alone.", forgedADay))
		}
	}
	return p.sayInOne(ctx, m, claim, d.inMain(post)...)
}

// where says where a person finds the mail.
func where(m rules.Message, p rules.Policy) []Line {
	var out []Line
	add := func(label, value string) {
		if value != "" {
			out = append(out, Line{label, value})
		}
	}
	add("Mailbox", m.About[rules.AboutMailbox])
	add("Folder", joined(", UID ", rules.Plain(m.About[rules.AboutFolder], 100), m.About[rules.AboutUID]))
	add("Date", stamp(m.About[rules.AboutDate], p))
	return out
}

// stamp writes a time of About for people, and what is not a time as it is.
func stamp(s string, p rules.Policy) string {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return rules.Plain(s, 40)
	}
	return t.In(zone(p)).Format(momentForm)
}
