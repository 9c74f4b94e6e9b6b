package slack

import (
	"encoding/json"
	"testing"

	"github.com/slack-go/slack"
)

// A panic while a message is read would end the process: the library reads it in
// a goroutine of its own.
func FuzzHearNeverPanics(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"type":"block_actions"}`, `{"type":"block_actions","actions":[{"type":"button","action_id":"dw-claim","value":"c-1"}],"user":{"id":"U1"}}`,
		`{"type":"block_actions","actions":[{"type":"static_select","action_id":"dw-snooze","selected_option":{"value":"c-1 4h"}}],"user":{"id":"U1"},"container":{"message_ts":"1.1","channel_id":"C1"},"state":{"values":{}}}`,
		`{"type":"view_submission","user":{"id":"U1"},"view":{"id":"V1","callback_id":"dw-answered","private_metadata":"{\"case\":\"c-1\"}","state":{"values":{"how":{"how":{"selected_option":{"value":"form"}}},"note":{"note":{"value":null}}}}}}`,
		`{"type":"view_submission","view":{"callback_id":"dw-answered","state":null}}`,
		`{"type":"block_actions","actions":[null],"message":{"blocks":[{"type":"actions","elements":[{"type":"x"}]}]}}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var cb slack.InteractionCallback
		if json.Unmarshal([]byte(s), &cb) != nil {
			return
		}
		h, ok := hear(cb)
		if ok && (h.Case == "" || h.By == "" || h.ID == "") {
			t.Errorf("heard %+v", h)
		}
	})
}
