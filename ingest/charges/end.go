package charges

import (
	"strings"
	"unicode"

	"github.com/disputewatch/disputewatch/rules"
)

// End is how a dispute stands, in the words of an account's books: what it has
// cost, may cost, or will not.
type End string

// The ends of a dispute. The four losses differ in what could have been done.
const (
	EndOpen          End = "open"    // somebody must act: an inquiry, or a chargeback without evidence
	EndWaiting       End = "waiting" // evidence or a full refund is with Klarna
	EndWon           End = "won"
	EndPrevented     End = "prevented"       // refunded before it became a chargeback
	EndInquiryClosed End = "inquiry_closed"  // it never became a chargeback: no fee
	EndUnanswered    End = "lost_unanswered" // nobody submitted evidence
	EndLate          End = "lost_late"       // evidence came after its date
	EndAnswered      End = "lost_answered"   // Klarna decided against the evidence
	EndNoAnswer      End = "lost_at_once"    // Stripe names no date to answer by: no answer was possible
	EndUnknown       End = "unknown"         // a status that DOMAIN.md does not know
)

// EndOf says how r stands (DOMAIN.md, "Stripe's side"). A loss counts as
// unanswered where Klarna's reason for it says so, else where no evidence was
// submitted although there was a date for it.
func EndOf(r rules.Reading) End {
	switch r.Status {
	case "warning_needs_response":
		if r.Settled() {
			return EndWaiting
		}
		return EndOpen
	case "needs_response":
		return EndOpen
	case "under_review", "warning_under_review":
		return EndWaiting
	case "won":
		return EndWon
	case "prevented":
		return EndPrevented
	case "warning_closed":
		return EndInquiryClosed
	case "lost":
		return lossOf(r)
	}
	return EndUnknown
}

func lossOf(r rules.Reading) End {
	switch {
	case uncountered(r.LossReason):
		return EndUnanswered
	case r.Submissions > 0 && r.PastDue:
		return EndLate
	case r.Submissions > 0:
		return EndAnswered
	case r.DueBy.IsZero():
		return EndNoAnswer
	}
	return EndUnanswered
}

// Lost says that the money is gone.
func (e End) Lost() bool {
	return e == EndUnanswered || e == EndLate || e == EndAnswered || e == EndNoAnswer
}

// uncountered says that Klarna's reason for a loss is that nobody answered. Its
// codes are not public; the Dashboard's words are "Merchant didn't counter
// dispute", so any spelling of "did not counter" or "did not respond" counts.
func uncountered(code string) bool {
	code = strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, code)
	for _, words := range []string{"notcounter", "didntcounter", "notrespond", "didntrespond", "noresponse", "notanswer", "didntanswer"} {
		if strings.Contains(code, words) {
			return true
		}
	}
	return false
}
