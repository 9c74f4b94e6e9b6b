package klarna

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

func TestNewestOfTheMailsThatAForwardShowsIsRead(t *testing.T) {
	n, err := shown(t, "FW: Dispute 266501", "See below.",
		"From: Klarna <disputes@klarna.com>", "Sent: Monday, November 23, 2026 8:00 AM", "To: shop", "Subject: Dispute 266501",
		"This is a reminder of dispute 266501: please respond by 2 December 2026.", "Dispute ID: 266501",
		"________________________________",
		"From: Klarna <disputes@klarna.com>", "Sent: Monday, November 9, 2026 8:00 AM", "To: shop", "Subject: New dispute request",
		"A customer opened a dispute. Please respond by 30 November 2026.", "Dispute ID: 266501")
	if err != nil || n.Kind != rules.KindReminder || !n.Forwarded || n.Deadline == nil || n.Deadline.At.Day() != 2 {
		t.Errorf("got %+v %v", n, err)
	}
	n, err = shown(t, "FW: FW: New dispute request", "Please do.",
		"From: Anna <anna@shop.example>", "Sent: Monday, November 23, 2026 8:30 AM", "To: Jens", "Subject: FW: New dispute request",
		"Jens?",
		"From: Klarna <disputes@klarna.com>", "Sent: Monday, November 23, 2026 8:00 AM", "To: shop", "Subject: New dispute request",
		"A customer opened a dispute. Please respond by 2 December 2026.", "Dispute ID: 266501")
	if err != nil || n.DisputeID != "266501" || n.Deadline == nil {
		t.Errorf("a forward of a forward: got %+v %v", n, err)
	}
}

func TestHeadWithoutAMarkIsAForwardAlsoFromAMailboxThatIsCalledKlarna(t *testing.T) {
	m := &eml.Message{Subject: "Please answer", From: []eml.Address{{Name: "Klarna team", Addr: "klarna@shop.example"}}, Parts: []eml.Part{{}}}
	for _, line := range []string{
		"Jens?", "From: Klarna <disputes@klarna.com>", "Sent: Monday, November 23, 2026 8:00 AM", "To: shop", "Subject: New dispute request",
		"A customer opened a dispute. Please respond by 2 December 2026.", "Dispute ID: 266501",
	} {
		m.Parts[0].Rows = append(m.Parts[0].Rows, eml.Row{Cells: []string{line}})
	}
	n, err := Parse(m, Options{})
	if err != nil || !n.Forwarded || n.Deadline == nil {
		t.Errorf("got %+v %v", n, err)
	}
}

func TestHeadThatStandsInOneLineIsOne(t *testing.T) {
	for subject, line := range map[string]string{
		"Fw: New dispute request": `----- Forwarded Message ----- From: Klarna <disputes@klarna.com>To: "shop" <a@shop.example>Sent: Monday, November 9, 2026 at 08:00:00 AM GMT+1Subject: New dispute request`,
		"Tr : Nouveau litige":     `----- Message transféré ----- De : Klarna <disputes@klarna.com>À : "shop" <a@shop.example>Envoyé : lundi 9 novembre 2026 à 08:00:00 UTC+1Objet : Re : Nouveau litige`,
		"WG: Neuer Streitfall":    `----- Weitergeleitete Nachricht ----- Von: Klarna <disputes@klarna.com>An: "shop" <a@shop.example>Gesendet: Montag, 9. November 2026 um 08:00:00 MEZBetreff: Neuer Streitfall`,
	} {
		n, err := shown(t, subject, "?", "-- jens@shop.example", line, "Klarna: a customer opened a dispute. Please respond within 14 days.", "Dispute ID: 266501")
		if err != nil || !n.Forwarded || n.DisputeID != "266501" || n.Deadline == nil || n.Deadline.At.Format(time.DateOnly) != "2026-11-23" {
			t.Errorf("%s: got %+v %v", subject, n, err)
		}
	}
}

func TestNumberInTheSubjectOfATicketSystemIsItsTicket(t *testing.T) {
	n, err := shown(t, "Ärende #20418 tilldelat dig: Påminnelse från Klarna", "Ett nytt ärende (#20418) har tilldelats dig.",
		"Klarna: vi väntar fortfarande på ditt svar i en tvist. Svara senast 7 december 2026.", "Tvist-ID 51190028")
	if err != nil || n.DisputeID != "51190028" || n.Deadline == nil {
		t.Errorf("got %+v %v", n, err)
	}
	if n, err = shown(t, "Klarna dispute 266501", "Is this dispute like dispute 258903?"); err != nil || n.DisputeID == "258903" {
		t.Errorf("another one in a sentence: got %+v %v", n, err)
	}
}
