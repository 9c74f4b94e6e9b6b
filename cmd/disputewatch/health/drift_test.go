package health

import (
	"fmt"
	"strings"
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

// notices writes mails, the newest first: + understood in full, - not.
func notices(signs string) []rules.Mail {
	var list []rules.Mail
	for i, s := range signs {
		list = append(list, rules.Mail{MessageID: fmt.Sprintf("<%d@klarna.com>", i), Full: s == '+'})
	}
	return list
}

func TestFallInUnderstandingIsNoticed(t *testing.T) {
	const good = "++++++++++"
	for _, c := range []struct {
		name, newest, before string
		fallen               bool
	}{
		{"nothing has come yet", "", "", false},
		{"all are understood", good + good, good + good + good + good, false},
		{"the last five are not", "-----" + good, "-----" + good, true},
		{"too few came before", "-----" + good[:9], "-----" + good[:9], false},
		{"five are not, as it always was", "-----" + good, "-----" + "+-+-+-+-+-+-", false},
		{"a slow fall over twenty", "+-+-+-+++++++++-++++", "+-+-+-+++++++++-++++" + good + good, true},
		{"two of twenty", "-+-+++++++++++++++++", "-+-+++++++++++++++++" + good + good, false},
		{"mended", "+++++---------------", "--------------------" + good + good, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, fallen := driftOf(notices(c.newest), notices(c.before))
			if fallen != c.fallen {
				t.Errorf("fallen: %v, want %v (%s)", fallen, c.fallen, d)
			}
		})
	}
}

func TestMailsThatAreNotUnderstoodAnyMoreAreNamed(t *testing.T) {
	const good = "++++++++++"
	for newest, want := range map[string]string{
		"-----" + good:         "<0@klarna.com> <1@klarna.com> <2@klarna.com> <3@klarna.com> <4@klarna.com>",
		"-+-+-+-+++++++++++++": "<0@klarna.com> <2@klarna.com> <4@klarna.com> <6@klarna.com>",
	} {
		if d, _ := driftOf(notices(newest), notices(newest+good+good)); strings.Join(d.lost, " ") != want {
			t.Errorf("%s: %s", newest, d.lost)
		}
	}
	if d, _ := driftOf(notices(strings.Repeat("-", driftRecent)), notices(strings.Repeat("-", driftRecent)+good+good)); len(d.lost) > driftNamed {
		t.Errorf("%d are named", len(d.lost))
	}
}
