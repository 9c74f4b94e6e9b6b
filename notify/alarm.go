package notify

import (
	"strings"
	"time"
	"unicode"

	"github.com/disputewatch/disputewatch/rules"
)

// AlarmCard says that a part of the program is broken, or works again. It is
// for whoever can mend it.
func AlarmCard(m rules.Message, p rules.Policy, now time.Time) Card {
	about := m.About
	part := partWords(about[rules.AboutPart])
	since, knownSince := when(about[rules.AboutSince])
	if ended, ok := when(about[rules.AboutEnded]); ok {
		card := Card{Title: part + " works again", Now: "Nothing: what was missed meanwhile is being caught up."}
		if own, ok := troubles(about[rules.AboutPart]); ok {
			card.Title, card.Now = own.over, own.then
		}
		if part == partWords("buttons") {
			card.Now = "Click once more what was clicked meanwhile: nobody heard it."
		}
		if knownSince {
			card.Lines = []Line{{"Lasted", since.In(zone(p)).Format(momentForm) + " to " + ended.In(zone(p)).Format(momentForm)}}
		}
		if why := rules.Plain(about[rules.AboutWhy], 500); why != "" {
			card.Lines = append(card.Lines, Line{"What was wrong", why})
		}
		return card
	}
	card := Card{Title: part + " does not work", Now: inChat(about[rules.AboutHint]), Footer: "Until it works again, disputes can be missed."}
	if knownSince {
		card.Lines = append(card.Lines, Line{"Since", since.In(zone(p)).Format(momentForm) + " (" + ago(since, now) + ")"})
	}
	if why := rules.Plain(about[rules.AboutWhy], 500); why != "" {
		card.Lines = append(card.Lines, Line{"What is wrong", why})
	}
	if ids := messageIDs(about[rules.AboutMails]); ids != "" {
		card.Lines = append(card.Lines, Line{"Mails", ids})
	}
	if part == partWords("buttons") {
		card.Footer = "Until it works again, the commands claim, answer, snooze, reopen, close and link do the same."
	}
	if part == partWords("retention") {
		card.Footer = "No dispute is missed by it, but old personal data is kept for longer than `retention` says."
	}
	if part == partWords("rules") {
		card.Footer = "Until it works again, reminders of disputes may not come. “disputewatch cases” shows what is open."
	}
	if own, ok := troubles(about[rules.AboutPart]); ok {
		card.Title, card.Footer = own.title, own.footer
	}
	if card.Now == "" {
		card.Now = "See what “disputewatch check” says."
	}
	return card
}

// trouble is the words for what is wrong although each step works.
type trouble struct{ title, footer, over, then string }

func troubles(part string) (trouble, bool) {
	kind, name, _ := strings.Cut(part, "/")
	switch kind {
	case "reader": // it reads on, and what it does not understand opens a case
		return trouble{
			"Klarna's mails are understood worse than before",
			"Until the words are learned, cases may lack their reason, their deadline or their number.",
			"Klarna's mails are understood again",
			"Nothing. Look once more at the cases that came meanwhile: they may lack a reason, a deadline or a number.",
		}, true
	case "silence":
		return trouble{
			"Nothing of Klarna's comes into mailbox " + name + " any more",
			"The mailbox can be read. If Klarna's mails go elsewhere, disputes are seen only where Stripe shows them.",
			"Klarna's mails come into mailbox " + name + " again",
			"Nothing, unless mails went elsewhere meanwhile: then move them into the mailbox, they will be read.",
		}, true
	case "mailed": // Stripe shows them all the same
		return trouble{
			"Klarna mails fewer of the disputes that Stripe account " + name + " shows",
			"No dispute is missed by it: Stripe's own list opens their cases. Stop requests and investigations come by mail alone.",
			"Klarna mails the disputes of Stripe account " + name + " again",
			"Nothing, unless mails went elsewhere meanwhile: then move them into the mailbox, they will be read.",
		}, true
	case "late":
		return trouble{
			"Mailbox " + name + " is not being read",
			"Until it is read, disputes can be missed.",
			"Mailbox " + name + " is being read again",
			"Nothing: what was missed meanwhile is being caught up.",
		}, true
	case "death":
		return trouble{
			"disputewatch ends again and again, and is started anew",
			"Until it stays up, disputes can be missed.",
			"disputewatch stays up again",
			"Nothing: what was missed meanwhile is being caught up.",
		}, true
	case "start":
		return trouble{
			"disputewatch does not start",
			"Until it runs, disputes can be missed.",
			"disputewatch runs again",
			"Nothing: what was missed meanwhile is being caught up.",
		}, true
	case "queue":
		return trouble{
			"Messages of disputewatch wait and do not get out",
			"Until they do, reminders of disputes come late or not at all. “disputewatch cases” shows what is open.",
			"No message of disputewatch waits for long any more",
			"Nothing: what waited has been told.",
		}, true
	}
	return trouble{}, false
}

// inChat is a hint of an error as a sentence: Slack shows backticks as they are. A
// key of the config that it begins with stays as it is written there.
func inChat(hint string) string {
	for open := true; strings.Contains(hint, "`"); open = !open {
		quote := "”"
		if open {
			quote = "“"
		}
		hint = strings.Replace(hint, "`", quote, 1)
	}
	if first, _, _ := strings.Cut(hint, " "); strings.ContainsAny(first, "._") {
		return hint
	}
	return upper(hint)
}

// partWords names a part of the program: Health.Part.
func partWords(part string) string {
	kind, name, _ := strings.Cut(part, "/")
	switch kind {
	case "mailbox":
		return "Mailbox " + name
	case "stripe":
		return "Stripe account " + name
	case "slack":
		return "Slack"
	case "buttons":
		return "Clicking on cards"
	case "pass":
		return "The regular pass of disputewatch"
	case "retention":
		return "The removal of old data"
	case "reader":
		return "The reading of Klarna's mails"
	case "rules":
		return "Deciding what is due"
	case "book":
		return "The case book"
	}
	return joined(" ", "disputewatch:", rules.Plain(part, 100))
}

// messageIDs is a list of Message-IDs as a mail program finds them: without
// their brackets, which would make addresses of them.
func messageIDs(list string) string {
	var out []string
	for _, id := range strings.Fields(list) {
		id = strings.Map(func(r rune) rune {
			if r > ' ' && r < unicode.MaxASCII {
				return r
			}
			return -1
		}, strings.Trim(id, "<>"))
		out = append(out, id[:min(len(id), 100)])
	}
	return strings.Join(out, ", ")
}

func when(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil
}
