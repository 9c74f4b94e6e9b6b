package slack

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/rules"
)

// heard is one thing that a person did with a card of ours.
type heard struct {
	notify.Click
	user    slack.User
	trigger string // with which a form may be opened, for 3 s
	form    bool   // it came by the form
}

// hear reads what Slack sends of a click. False means that it is nothing for us:
// a link that was opened, which bears no case; a message of another app.
func hear(cb slack.InteractionCallback) (heard, bool) {
	h := heard{user: cb.User, trigger: cb.TriggerID}
	h.By = cb.User.ID
	switch cb.Type {
	case slack.InteractionTypeBlockActions:
		return h.button(cb)
	case slack.InteractionTypeViewSubmission:
		return h.submitted(cb)
	}
	return h, false
}

func (h heard) button(cb slack.InteractionCallback) (heard, bool) {
	for _, a := range cb.ActionCallback.BlockActions {
		verb, ours := strings.CutPrefix(a.ActionID, prefix)
		if !ours {
			continue
		}
		value := a.Value
		if a.SelectedOption.Value != "" {
			value = a.SelectedOption.Value
		}
		id, choice, _ := strings.Cut(value, " ")
		h.Case, h.Verb = id, notify.Verb(verb)
		h.Until, h.Charge = notify.Rest(choice), choice
		h.At = rules.Place{
			Channel: cmp.Or(cb.Container.ChannelID, cb.Channel.ID),
			TS:      cmp.Or(cb.Container.MessageTs, cb.Message.Timestamp, cb.MessageTs),
		}
		// action_ts is the moment of the click, and stays when Slack tells of it again.
		moment := cmp.Or(a.ActionTs, cb.ActionTs, cb.TriggerID)
		h.ID = strings.Join([]string{"click", h.At.Channel, h.At.TS, h.By, a.ActionID, moment}, "/")
		return h, id != "" && h.By != ""
	}
	return h, false
}

// formID marks our form.
const formID = prefix + "answered"

// Where the answers of the form stand.
const (
	howField  = "how"
	noteField = "note"
)

// about is what the form carries from the click that opened it.
type about struct {
	Case    string `json:"case"`
	Channel string `json:"channel"`
	TS      string `json:"ts"`
}

func (h heard) submitted(cb slack.InteractionCallback) (heard, bool) {
	var of about
	v := cb.View
	if v.CallbackID != formID || json.Unmarshal([]byte(v.PrivateMetadata), &of) != nil || v.State == nil {
		return h, false
	}
	h.form = true
	h.ID = strings.Join([]string{"form", cmp.Or(v.ID, of.Case+"/"+cmp.Or(cb.TriggerID, v.Hash))}, "/")
	h.Case, h.Verb = of.Case, notify.Answer
	h.At = rules.Place{Channel: of.Channel, TS: of.TS}
	h.How = notify.How(v.State.Values[howField][howField].SelectedOption.Value)
	h.Note = strings.TrimSpace(v.State.Values[noteField][noteField].Value)
	return h, h.Case != "" && h.By != ""
}
