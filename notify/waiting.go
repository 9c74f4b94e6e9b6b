package notify

import (
	"fmt"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Mail is a mail that a person must look at and that belongs to no case.
type Mail struct {
	ID              string // by which it is dismissed
	Mailbox, Folder string
	UID             uint32
	Date            time.Time // zero where it could not be read
	Forged          bool      // else it could not be opened
	Charges         []string  // of a forged one: those that it names and that exist
}

// mostMails is how many mails the digest lists, the most dangerous first: it is
// to be read, and they may be a flood.
const mostMails = 10

// mailRows lists the mails that wait, those first that name an order.
func mailRows(mails []Mail, p rules.Policy) []string {
	var named, forged, closed []string
	for _, m := range mails {
		row := m.row(p)
		switch {
		case len(m.Charges) > 0:
			named = append(named, row)
		case m.Forged:
			forged = append(forged, row)
		default:
			closed = append(closed, row)
		}
	}
	rows := append(append(named, forged...), closed...)
	if n := len(rows) - mostMails; n > 0 {
		rows = append(rows[:mostMails], fmt.Sprintf("and %d more; disputewatch dismiss lists them all", n))
	}
	return rows
}

func (m Mail) row(p rules.Policy) string {
	what := "could not be opened"
	if m.Forged {
		what = "phishing"
	}
	if len(m.Charges) > 0 {
		what += ", names an order that exists (" + joined(", ", m.Charges...) + ")"
	}
	date := ""
	if !m.Date.IsZero() {
		date = m.Date.In(zone(p)).Format(dayForm)
	}
	return joined(" · ", what, date, joined(", UID ", joined(", ", m.Mailbox, rules.Plain(m.Folder, 60)), fmt.Sprint(m.UID)), m.ID)
}
