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
	n, ok := checkElements(x.Elements)
	return total + n, ok
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
