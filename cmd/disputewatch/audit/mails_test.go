package audit

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/rules"
)

func TestDateOfAMailThatIsInDoubtSaysSo(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	ago := func(d int) time.Time { return now.AddDate(0, 0, -d) }
	mailed := func(id string, change func(*rules.Case)) Case {
		c := rules.Case{ID: id, LastMail: ago(20)}
		change(&c)
		return Case{Case: c}
	}
	m := unfollowed([]Case{
		mailed("c-later", func(c *rules.Case) { c.MailDeadline = &rules.MailDeadline{At: ago(1)} }),
		mailed("c-twoway", func(c *rules.Case) { c.MailDeadline = &rules.MailDeadline{At: ago(3), Ambiguous: true} }),
		mailed("c-assume", func(c *rules.Case) { c.Assumed = ago(2) }),
		mailed("c-undated", func(c *rules.Case) { c.Outcome, c.ClosedAt = "lost", ago(1) }),
	}, now)
	var got []string
	for _, u := range m.Unfollowed {
		got = append(got, u.ID+": "+u.Until(now))
	}
	want := []string{"c-undated: –", "c-twoway: 27 Feb 2026 09:00 (ambiguous)", "c-assume: 28 Feb 2026 09:00 (assumed)", "c-later: 1 Mar 2026 09:00"}
	if diff := cmp.Diff(want, got); diff != "" || !m.Unfollowed[1].Ambiguous {
		t.Errorf("the audit says (-want +got):\n%s", diff)
	}
}
