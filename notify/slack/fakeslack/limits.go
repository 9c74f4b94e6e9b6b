package fakeslack

import (
	"encoding/json"
	"unicode/utf16"
)

// block is what is looked at of a block, whatever its type.
type block struct {
	Type     string       `json:"type"`
	Text     *textObject  `json:"text"`
	Fields   []textObject `json:"fields"`
	Elements []element    `json:"elements"`
}

type textObject struct {
	Type  string `json:"type"`
	Text  string `json:"text"`
	Emoji *bool  `json:"emoji"`
}

// element is an element of a block or of rich text.
type element struct {
	Type     string          `json:"type"`
	Text     json.RawMessage `json:"text"` // a string in rich text, an object elsewhere
	URL      string          `json:"url"`
	UserID   string          `json:"user_id"`
	GroupID  string          `json:"usergroup_id"`
	Range    string          `json:"range"`
	ActionID string          `json:"action_id"`
	Value    string          `json:"value"`
	Style    json.RawMessage `json:"style"`
	Elements []element       `json:"elements"`

	Placeholder textObject `json:"placeholder"`
	Options     []option   `json:"options"`
	Confirm     *confirm   `json:"confirm"`
}

type option struct {
	Text  textObject `json:"text"`
	Value string     `json:"value"`
}

type confirm struct {
	Title, Text, Confirm, Deny textObject
}

// words is an element's text, in either form.
func (e element) words() string {
	var s string
	if json.Unmarshal(e.Text, &s) == nil {
		return s
	}
	var o textObject
	if json.Unmarshal(e.Text, &o) == nil {
		return o.Text
	}
	return ""
}

// checkBlocks holds blocks against Slack's limits: 50 blocks, header 150, text
// 3000, field 2000, button 75, value 2000, action id 255, and 13,200 in all,
// which is not documented but was seen.
func checkBlocks(b []byte) string {
	var all []block
	if err := json.Unmarshal(b, &all); err != nil {
		return "invalid_blocks_format"
	}
	if len(all) > 50 || len(all) == 0 {
		return "invalid_blocks"
	}
	if length(string(b)) > 40000 {
		return "msg_blocks_too_long"
	}
	total := 0
	for _, x := range all {
		n, ok := checkBlock(x)
		if !ok {
			return "invalid_blocks"
		}
		total += n
	}
	if total > 13200 {
		return "msg_blocks_too_long"
	}
	return ""
}

func checkBlock(x block) (total int, ok bool) {
	switch x.Type {
	case "header":
		if x.Text == nil || x.Text.Type != "plain_text" || !within(x.Text.Text, 150) {
			return 0, false
		}
	case "section", "context", "actions", "rich_text", "divider":
	default:
		return 0, false
	}
	if x.Text != nil {
		if !within(x.Text.Text, 3000) {
			return 0, false
		}
		total += length(x.Text.Text)
	}
	for _, f := range x.Fields {
		if !within(f.Text, 2000) || len(x.Fields) > 10 {
			return 0, false
		}
		total += length(f.Text)
	}
	if (x.Type == "rich_text" || x.Type == "context" || x.Type == "actions") && len(x.Elements) == 0 {
		return 0, false
	}
	if x.Type == "actions" && !checkActions(x.Elements) {
		return 0, false
	}
	n, ok := checkElements(x.Elements)
	return total + n, ok
}

// checkActions: 25 elements, each with an action id of its own; a button is asked
// about in 100, 300, 30 and 30 characters; a menu has 1 to 100 choices of 75
// characters with a value of 150.
func checkActions(all []element) bool {
	ids := map[string]bool{}
	for _, e := range all {
		if e.ActionID == "" || ids[e.ActionID] {
			return false
		}
		ids[e.ActionID] = true
		if c := e.Confirm; c != nil && !(within(c.Title.Text, 100) && within(c.Text.Text, 300) && within(c.Confirm.Text, 30) && within(c.Deny.Text, 30)) {
			return false
		}
		if e.Type == "static_select" && !checkMenu(e.Placeholder.Text, e.Options) {
			return false
		}
	}
	return len(all) <= 25
}

func checkMenu(placeholder string, options []option) bool {
	for _, o := range options {
		if !within(o.Text.Text, 75) || !within(o.Value, 150) {
			return false
		}
	}
	return len(options) > 0 && len(options) <= 100 && length(placeholder) <= 150
}

func checkElements(all []element) (total int, ok bool) {
	for _, e := range all {
		w := e.words()
		switch e.Type {
		case "text":
			if w == "" {
				return 0, false
			}
		case "button":
			if !within(w, 75) || len(e.ActionID) > 255 || len(e.Value) > 2000 {
				return 0, false
			}
		case "plain_text", "mrkdwn":
			if !within(w, 3000) {
				return 0, false
			}
		case "link":
			if e.URL == "" || len(e.URL) > 3000 {
				return 0, false
			}
		case "rich_text_section", "rich_text_list":
			if len(e.Elements) == 0 {
				return 0, false
			}
		}
		n, ok := checkElements(e.Elements)
		if !ok {
			return 0, false
		}
		total += n + length(w)
	}
	return total, true
}

func within(s string, limit int) bool { return s != "" && length(s) <= limit }

// length counts as JavaScript does, in UTF-16 units.
func length(s string) int { return len(utf16.Encode([]rune(s))) }
