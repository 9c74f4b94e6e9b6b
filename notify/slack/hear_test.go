package slack

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/slack-go/slack"
)

// Slack names a click's message, its moment and a form in several places; not all
// of them are always there.
func TestClickIsHeardByWhateverPlaceNamesIt(t *testing.T) {
	const button = `"type":"block_actions","user":{"id":"U1"},"actions":[{"type":"button","block_id":"b","action_id":"dw-claim","value":"c-1"}]`
	const form = `"type":"view_submission","user":{"id":"U1"},"view":{"callback_id":"dw-answered","private_metadata":"{\"case\":\"c-1\"}","state":{"values":{}}}`
	hears := func(payload string) heard {
		t.Helper()
		var cb slack.InteractionCallback
		if err := json.Unmarshal([]byte("{"+payload+"}"), &cb); err != nil {
			t.Fatal(err)
		}
		h, ok := hear(cb)
		if !ok || h.Case != "c-1" {
			t.Fatalf("heard %+v, %v of %s", h, ok, payload)
		}
		return h
	}
	for _, place := range []string{
		`"container":{"channel_id":"C1","message_ts":"1.1"}`,
		`"channel":{"id":"C1"},"message":{"ts":"1.1"}`,
	} {
		if h := hears(button + "," + place); h.At.Channel != "C1" || h.At.TS != "1.1" {
			t.Errorf("%s: at %+v", place, h.At)
		}
	}
	var cb slack.InteractionCallback
	if err := json.Unmarshal([]byte("{"+strings.Replace(form, formID, "another", 1)+"}"), &cb); err != nil {
		t.Fatal(err)
	}
	if h, ok := hear(cb); ok {
		t.Errorf("another app's form is heard: %+v", h)
	}
	for _, of := range []string{button, form} {
		first := hears(of + `,"trigger_id":"1"`)
		if again := hears(of + `,"trigger_id":"1"`); again.ID != first.ID {
			t.Errorf("one click is two: %s, %s", first.ID, again.ID)
		}
		if second := hears(of + `,"trigger_id":"2"`); second.ID == first.ID {
			t.Errorf("two clicks are one: %s", second.ID)
		}
	}
}

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
