package audit

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestDateOfAMailThatCanBeReadInTwoWaysSaysSo(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	u := Unheeded{at: now, Source: rules.SourceMail, Ambiguous: true}
	if text := u.Until(now); !strings.Contains(text, "(ambiguous)") {
		t.Errorf("the audit says %s", text)
	}
}
