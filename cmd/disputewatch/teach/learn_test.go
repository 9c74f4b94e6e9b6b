package teach

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

func TestWhatIsSaidIsAFieldAndItsValueOnce(t *testing.T) {
	got, err := Parse([]string{" dispute_id = 256947", "language=de", "result_text=gewonnen = ja", "kind=resolved"})
	want := Said{"dispute_id": "256947", "language": "de", "result_text": "gewonnen = ja", "kind": "resolved"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := Parse(nil); got != nil || err != nil {
		t.Errorf("of nothing: %v, %v", got, err)
	}
	for list, want := range map[string]string{
		"dispute_id":                        "want FIELD=VALUE",
		"dispute_id=":                       "want FIELD=VALUE",
		"dispute_id=256947,dispute_id=2569": "given twice",
		"language=german":                   "no code of two letters",
		"kind=quarrel":                      "quarrel",
		"colour=red":                        "colour",
	} {
		if got, err := Parse(strings.Split(list, ",")); got != nil || err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v; want %s", list, got, err, want)
		}
	}
}

// The mail that is taught from may stand in the book as it was misread.
func TestMailThatIsTaughtFromIsNotHeldAgainstItself(t *testing.T) {
	call := &Call{}
	for _, m := range []eml.Message{{MessageID: "1@klarna.com", Hash: "a"}, {Hash: "b"}} {
		call.pupils = append(call.pupils, &pupil{before: ingest.Reading{Message: &m}})
	}
	for _, tt := range []struct {
		mail rules.Mail
		want bool
	}{
		{rules.Mail{MessageID: "1@klarna.com", Hash: "of a copy"}, true},
		{rules.Mail{MessageID: "2@klarna.com", Hash: "a"}, true},
		{rules.Mail{Hash: "b"}, true},
		{rules.Mail{Hash: "c"}, false},
		{rules.Mail{MessageID: "3@klarna.com", Hash: "c"}, false},
	} {
		if got := call.taught(tt.mail); got != tt.want {
			t.Errorf("%+v: %v", tt.mail, got)
		}
	}
}

func TestMailWhoseTextIsNotKeptIsReadByNobody(t *testing.T) {
	if m := messageOf(rules.Mail{}); m != nil {
		t.Errorf("%+v", m)
	}
	if m := messageOf(rules.Mail{Text: "Dispute ID\t256947\n"}); m == nil || len(m.Parts) != 1 || len(m.Parts[0].Rows[0].Cells) != 2 {
		t.Errorf("the text: %+v", m)
	}
	raw := []byte("Subject: New dispute request\n\nDispute ID: 256947\n")
	if m := messageOf(rules.Mail{Raw: raw, Text: "Dispute ID\t256947\n"}); m == nil || m.Subject != "New dispute request" {
		t.Errorf("the whole mail: %+v", m)
	}
}
