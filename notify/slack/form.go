package slack

import (
	"context"
	"encoding/json"

	"github.com/slack-go/slack"

	"github.com/disputewatch/disputewatch/notify"
)

// maxNote bounds a person's own words in a form.
const maxNote = 500

// openForm asks how a case was answered. It must be called within 3 s of the
// click.
func (c *Client) openForm(ctx context.Context, h heard) error {
	of, err := json.Marshal(about{h.Case, h.At.Channel, h.At.TS})
	if err != nil {
		return err
	}
	view := view(notify.AnswerForm())
	view.PrivateMetadata = string(of)
	return c.call(ctx, "views.open", func(ctx context.Context, api *slack.Client) error {
		_, err := api.OpenViewContext(ctx, h.trigger, view)
		return err
	})
}

// view lays a form out: a menu that must be used, and a text that may be.
func view(f notify.Form) slack.ModalViewRequest {
	var options []*slack.OptionBlockObject
	for _, o := range f.Choose {
		options = append(options, slack.NewOptionBlockObject(o.Value, plain(o.Text), nil))
	}
	note := slack.NewPlainTextInputBlockElement(nil, noteField)
	note.Multiline, note.MaxLength = true, maxNote
	free := slack.NewInputBlock(noteField, plain(f.Note), nil, note)
	free.Optional = true
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: formID,
		Title: plain(f.Title), Submit: plain(f.Submit), Close: plain("Cancel"),
		Blocks: slack.Blocks{BlockSet: []slack.Block{
			slack.NewInputBlock(howField, plain(f.Ask), nil, slack.NewRadioButtonsBlockElement(howField, options...)),
			free,
		}},
	}
}
