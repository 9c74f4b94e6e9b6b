package casebook_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestStrangeMailsAreThoseThatAPersonMustLookAt(t *testing.T) {
	eachDB(t, func(w *world) {
		forged, unread := w.noticeOf("2", 2), w.noticeOf("3", 3)
		forged.Verdict, forged.Event, forged.Keys = rules.Forged, nil, nil
		unread.Outcome, unread.Event, unread.Keys, unread.Error = rules.OutcomeUnreadable, nil, nil, "nested parts"
		w.record(w.noticeOf("1", 1), forged, unread, w.unknownMail(4))
		all, err := w.Strange(w.ctx, w.now().Add(-time.Hour))
		w.must(err)
		got := map[uint32]string{}
		for _, s := range all {
			got[s.UID] = string(s.Outcome) + "/" + string(s.Verdict)
			if (s.Case != "") != (s.UID == 4) {
				w.Errorf("UID %d: case %q", s.UID, s.Case)
			}
		}
		if len(got) != 3 || got[2] != "notice/forged" || got[3] != "unreadable/genuine" || got[4] != "unknown/genuine" {
			w.Errorf("%v", got)
		}
		// Those that opened no case wait until they are dismissed, however old.
		if rest, err := w.Strange(w.ctx, w.now().Add(time.Hour)); err != nil || len(rest) != 2 {
			w.Errorf("of no case: %v, %v", rest, err)
		}
	})
}
