package notify

import (
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// UnreadableCard tells of a mail that could not be opened.
func UnreadableCard(m rules.Message, p rules.Policy) Card {
	return Card{
		Title:  "A mail could not be read",
		Now:    "Open it in the mailbox and see whether Klarna asks for something.",
		Lines:  append(where(m, p), Line{"What is wrong", rules.Plain(m.About[rules.AboutWhy], 300)}),
		Footer: "It is kept, and does not stop the mails after it. It is told once.",
	}
}

// ForgedCard warns of a mail that pretends to be Klarna's. It holds no link, and
// nothing of the mail but where it lies.
func ForgedCard(m rules.Message, p rules.Policy) Card {
	lines := where(m, p)
	if d := rules.Plain(m.About[rules.AboutDomain], 100); d != "" {
		lines = append(lines, Line{"Sent from", d})
	}
	return Card{
		Title:    "Phishing: a mail pretends to be from Klarna",
		Now:      "Do not open its links and do not answer it. Tell whoever else reads that mailbox.",
		Lines:    lines,
		Warnings: []string{joined(": ", "Klarna did not send it", rules.Plain(m.About[rules.AboutWhy], 300))},
		Footer:   "It changes no case.",
	}
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
