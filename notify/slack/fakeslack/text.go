package fakeslack

import (
	"encoding/json"
	"strings"
)

// Text renders a message as people would read it, in plain text: the header as
// its first line, mentions as <@U1>, links as "words <URL>".
func Text(m Message) string {
	var all []block
	if len(m.Blocks) == 0 || json.Unmarshal(m.Blocks, &all) != nil {
		return m.Text
	}
	var lines []string
	for _, b := range all {
		if b.Text != nil {
			lines = append(lines, b.Text.Text)
		}
		for _, f := range b.Fields {
			lines = append(lines, f.Text)
		}
		lines = append(lines, elements(b)...)
	}
	return strings.Join(lines, "\n")
}

func elements(b block) []string {
	var lines []string
	for _, e := range b.Elements {
		switch e.Type {
		case "rich_text_list":
			for _, row := range e.Elements {
				lines = append(lines, "• "+inline(row.Elements))
			}
		case "rich_text_section", "rich_text_quote", "rich_text_preformatted":
			lines = append(lines, inline(e.Elements))
		case "button":
			lines = append(lines, strings.TrimSpace("["+e.words()+"] "+e.URL))
		case "static_select":
			lines = append(lines, "["+e.menu()+"]")
		default:
			lines = append(lines, e.words())
		}
	}
	return lines
}

func inline(parts []element) string {
	var out strings.Builder
	for _, e := range parts {
		switch e.Type {
		case "user":
			out.WriteString("<@" + e.UserID + ">")
		case "usergroup":
			out.WriteString("<!subteam^" + e.GroupID + ">")
		case "broadcast":
			out.WriteString("<!" + e.Range + ">")
		case "link":
			out.WriteString(e.words() + " <" + e.URL + ">")
		default:
			out.WriteString(e.words())
		}
	}
	return out.String()
}

// menu is a menu's words and its choices.
func (e element) menu() string {
	var choices []string
	for _, o := range e.Options {
		choices = append(choices, o.Text.Text)
	}
	return e.Placeholder.Text + ": " + strings.Join(choices, " | ")
}
