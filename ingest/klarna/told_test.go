package klarna

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

func TestValueInParenthesesEndsWithThem(t *testing.T) {
	n := said(t, "Dispute resolved", "The shopper took back dispute 7712004 (merchant reference 1: QX-31). The old deadline of 3 December 2026 is void.")
	if n.MerchantReference1 != "QX-31" || n.DisputeID != "7712004" {
		t.Errorf("got %q %q", n.MerchantReference1, n.DisputeID)
	}
	n = said(t, "Neue Reklamation", "Zu Bestellung RW-2210 liegt eine Reklamation vor (Nr. 7712004, Grund: Ware defekt). Antworten Sie bis zum 3.12.2026.")
	if n.DisputeID != "7712004" || n.Deadline == nil || n.Reason != "faulty_goods" {
		t.Errorf("got %q %q %v", n.DisputeID, n.Reason, n.Deadline)
	}
}

func TestReferenceEndsBeforeASum(t *testing.T) {
	for value, want := range map[string]string{
		"PT-1904; 96,80 €": "PT-1904", "PT-1904, 96.80 EUR": "PT-1904", "PT-1904 (EUR 96.80)": "PT-1904",
		"PT-1904, 12": "PT-1904, 12", "CAD0001, CAD0002": "CAD0001, CAD0002", "A 12; B": "A 12; B",
	} {
		if n := said(t, "Dispute 256947", "Merchant reference 1: "+value, "Please answer by 30 November 2026."); n.MerchantReference1 != want {
			t.Errorf("%s: read %q", value, n.MerchantReference1)
		}
	}
}

func TestReferenceIsReadWhereverItsFullLabelStands(t *testing.T) {
	for line, want := range map[string]string{
		`It concerns merchant reference 1 "AB/7", as you call it.`:             "AB/7",
		"Den Kauf mit der Händlerreferenz 1 20488 hat sie nicht selbst getan.": "20488",
		"L'ordine SP-20 (riferimento esercente 1) è contestato.":               "SP-20",
		"Litige au sujet de votre référence marchand 1 : 2026-12-0418":         "2026-12-0418",
		"Referencia 1 del comercio: P-56":                                      "P-56",
		"Merchant reference 1 is the number of your own shop.":                 "",
		"Order: https://portal.example/7788":                                   "",
		"Order: portal.example/x7788":                                          "",
		"Merchant reference 1: www.portal.example/x12":                         "",
	} {
		if n := said(t, "Dispute 256947", line); n.MerchantReference1 != want || n.OrderNumber != "" {
			t.Errorf("%q: got %q %q", line, n.MerchantReference1, n.OrderNumber)
		}
	}
}

func TestValueStandsBeforeItsLabelInParentheses(t *testing.T) {
	n := said(t, "Reminder", "2 December 2026, 18:00 UTC (deadline)", "266099 (Dispute ID)", "AB-1 (Merchant Reference 1)")
	at := time.Date(2026, 12, 2, 18, 0, 0, 0, time.UTC)
	if n.DisputeID != "266099" || n.MerchantReference1 != "AB-1" || n.Deadline == nil || !n.Deadline.At.Equal(at) {
		t.Errorf("got %+v %v", n.Said, n.Deadline)
	}
}

func TestPieceOfALongerNameIsNoLabel(t *testing.T) {
	const capture = "krn:payment:eu1:transaction:1ecb63dc-43b2-59a4-9985-be6dfa7f23c4:capture:1"
	if n := said(t, "Investigation", "Capture ID: "+capture); n.CaptureID != capture {
		t.Errorf("got %q", n.CaptureID)
	}
	n := said(t, "New dispute", "Respond to dispute krn:network:us1:live:payment:dispute:51697 before 1 December 2026.", "Disputed amount: $12.40")
	if n.DisputeID != "51697" || n.Deadline == nil || n.Amount.String() != "12.40 USD" {
		t.Errorf("got %q %v %s", n.DisputeID, n.Deadline, n.Amount)
	}
	n = said(t, "New API version", "Subscribe to dispute.appeal.opened before 1 March 2027.")
	if n.Kind == rules.KindAppealOpen {
		t.Error("the name of an event is taken for an appeal")
	}
	if n := said(t, "Dispute of a purchase", "Answer by 1 December 2026. Our company number on file: 09876543"); n.DisputeID != "" {
		t.Errorf("got %q", n.DisputeID)
	}
}

func TestLineThatGoesOnHoldsNoLabel(t *testing.T) {
	n := said(t, "Tak for jeres svar i sag 266161", "Vi har modtaget det. I hører fra os, når der er truffet en afgørelse, som regel", "inden for to uger.")
	if n.Deadline != nil {
		t.Errorf("got %v", n.Deadline)
	}
}

func TestDeadlineThatMovedIsTheLaterDay(t *testing.T) {
	for _, lines := range [][]string{
		{"Your deadline has changed", "The deadline for dispute 419412 was moved from 1 December to 8 December 2026."},
		{"Prazo prorrogado", "O prazo para responder à disputa 419412 passou de 1 de dezembro para 8 de dezembro de 2026."},
		{"Riita 419412", "Vastausaikaa on jatkettu: uusi määräpäivä on 8.12.2026 (aiemmin 1.12.2026)."},
		{"Neue Frist", "Die Frist für Streitfall 419412 wurde vom 1. Dezember auf den 8. Dezember 2026 verlegt."},
	} {
		if n := said(t, lines...); n.Deadline == nil || n.Deadline.At.Day() != 8 || n.Deadline.Ambiguous {
			t.Errorf("%q: got %v", lines, n.Deadline)
		}
	}
}

// What every mail explains makes no kind, even where no heading parts it from
// the news; but what alone is there is read.
func TestWhatIsExplainedInGeneralIsNoNews(t *testing.T) {
	explained := "If the store does not answer, the dispute is decided in the customer's favour. After a decision you can appeal once within 10 days. If we suspect fraud, we may ask you to stop the shipment."
	for _, heading := range []string{"", "How disputes work"} {
		n := said(t, "Dispute 774410", "We went through everything: you delivered as agreed, and the amount stays with you.", heading, explained)
		if n.Kind != rules.KindResolved || n.Result != rules.ResultWon || n.Deadline != nil {
			t.Errorf("%q: got %s %s %v", heading, n.Kind, n.Result, n.Deadline)
		}
	}
	n := said(t, "Dispute 774410", "Hello,", "How it works", "The customer says the parcel never arrived. Please answer by 3 December 2026.")
	if n.Kind != rules.KindDisputeRequest || n.Deadline == nil {
		t.Errorf("got %s %v", n.Kind, n.Deadline)
	}
	n = said(t, "Dispute 774410", "The customer says the parcel never arrived. Please answer by 3 December 2026. Never send card numbers.")
	if n.Kind != rules.KindDisputeRequest {
		t.Errorf("got %s", n.Kind)
	}
}

// A dispute that names its own id is stopped only where hours are given.
func TestStopThatMayBeAskedForIsNone(t *testing.T) {
	n := said(t, "Dispute 774410", "We went through everything: you delivered as agreed, and the amount stays with you.", "On suspicion of fraud we ask for a stop of the delivery.")
	if n.Kind != rules.KindResolved {
		t.Errorf("got %s", n.Kind)
	}
	n = said(t, "Case 774410", "We suspect fraud: stop the delivery of order QX-1. Reply to this e-mail within 24 hours.")
	if n.Kind != rules.KindStopRequest {
		t.Errorf("got %s", n.Kind)
	}
}

func TestZoneIsNamedAfterACity(t *testing.T) {
	for line, want := range map[string]int{
		"Répondez au plus tard le 11 janvier 2027 à 18 h 00 (heure de Paris).": 17,
		"Please respond by 11 July 2027 18:00 Berlin time.":                    16,
		"Vastaa viimeistään 11.1.2027 klo 18.00 Helsingin aikaa.":              16,
		"Please respond by 11 January 2027 18:00. Paris is far.":               18,
	} {
		if n := said(t, "Dispute 256947", line); n.Deadline == nil || n.Deadline.At.UTC().Hour() != want {
			t.Errorf("%q: got %v, want hour %d", line, n.Deadline, want)
		}
	}
}

func TestDisputedSumIsReadInItsSentence(t *testing.T) {
	for line, want := range map[string]string{
		"A shopper opened dispute 418822 over EUR 59.90. Please respond.":                       "59.90 EUR",
		"Hij betwist € 1.150,- van de in totaal € 1.799,-. Graag uw reactie.":                   "1150.00 EUR",
		"Strittig sind 89,00 EUR; die Gesamtsumme war 134,95 EUR. Bitte antworten Sie.":         "89.00 EUR",
		"We opened dispute 418822. The order total is EUR 60.00, a fee of EUR 15.00 may apply.": "",
		"Dispute 418822 over EUR 10.00, or dispute 418822 over EUR 12.00?":                      "",
	} {
		if n := said(t, "Dispute 418822", line); n.Amount.String() != want && !(want == "" && n.AmountText == "") {
			t.Errorf("%q: got %s, want %q", line, n.Amount, want)
		}
	}
}

// shown is a mail that a colleague sent on by hand.
func shown(t *testing.T, subject string, lines ...string) (Notice, error) {
	t.Helper()
	m := &eml.Message{Subject: subject, Date: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Parts: []eml.Part{{Type: "text/plain"}}}
	for _, l := range lines {
		quote := 0
		if len(l) > 2 && l[:2] == "> " {
			quote, l = 1, l[2:]
		}
		m.Parts[0].Rows = append(m.Parts[0].Rows, eml.Row{Cells: []string{l}, Quote: quote})
	}
	return Parse(m, Options{})
}

func TestMailBelowAMarkOfOriginalMessageIsRead(t *testing.T) {
	n, err := shown(t, "WG: Fwd: Neuer Streitfall", "Kannst du?",
		"-----Ursprüngliche Nachricht-----", "Von: Laden <laden@shop.example>", "Gesendet: Montag, 23. November 2026 11:02", "An: Jens <jens@shop.example>", "Betreff: Fwd: Neuer Streitfall",
		"siehe unten", "---------- Forwarded message ---------", "Von: Klarna <noreply@klarna.com>", "Date: Mo., 23. Nov. 2026 um 09:14 Uhr", "Subject: Neuer Streitfall", "To: <laden@shop.example>",
		"Antwortfrist: 2. Dezember 2026", "Streitfall-ID: 420499")
	if err != nil || n.Kind != rules.KindDisputeRequest || n.DisputeID != "420499" || !n.Forwarded || n.Deadline == nil {
		t.Errorf("got %+v %v", n, err)
	}
}

func TestAnswerOfAColleagueToKlarnaIsUnknown(t *testing.T) {
	n, err := shown(t, "Re: Herinnering: geschil 434091", "Op ma 23 nov. 2026 om 09:14 schreef Klarna <noreply@klarna.com>:", "> Geschil-ID: 434091", "Dit is al beantwoord.")
	if err != nil || n.Kind != rules.KindUnknownKlarna {
		t.Errorf("got %s %v", n.Kind, err)
	}
	n, err = shown(t, "Automatische Antwort: Erinnerung: Streitfall 420500", "Ich bin bis zum 25. Januar 2027 nicht im Büro. In Klarna-Streitfällen hilft Ihnen das Team.")
	if err != nil || n.Kind != rules.KindUnknownKlarna {
		t.Errorf("got %s %v", n.Kind, err)
	}
}

func TestLineOfSeveralItemsIsReadItemByItem(t *testing.T) {
	want := time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC)
	for line, ref := range map[string]string{
		"Dispute ID: 256947 · Goods not received · Merchant Reference 1: 10733 · respond by 12 January 2027":    "10733",
		"Dispute ID: 256947 / Merchant Reference 1: 10733 / Amount: 59.90 EUR / respond by 12 January 2027":     "10733",
		"Dispute ID: 256947, Merchant Reference 1: 10733, 59.90 EUR, deadline 12 January 2027":                  "10733",
		"Dispute ID: 256947 · Merchant Reference 1: 10733 · paid 12 December 2026 · respond by 12 January 2027": "10733",
		"Merchant Reference 1: WEB - 10733, deadline 12 January 2027":                                           "WEB - 10733",
		"Merchant Reference 1: 10733 (deadline 12 January 2027)":                                                "10733",
		"Dispute reason: Goods not received · please respond by 12 January 2027":                                "",
		"Merchant Reference 1: 10733 (respond by 12 January 2027)":                                              "10733",
		"Order number: 77-1042 · deadline for your answer 12 January 2027":                                      "",
		"Order number: 77-1042 · deadline 12 January 2027":                                                      "",
		"Order number: 77-1042 · window closes 12 January 2027":                                                 "",
		"Delivery date: 3 December 2026 - deadline 12 January 2027":                                             "",
	} {
		n := said(t, "New dispute 256947", line)
		if n.Deadline == nil || !n.Deadline.At.Equal(want) || n.MerchantReference1 != ref {
			t.Errorf("%s: read %v, %q", line, n.Deadline, n.MerchantReference1)
		}
	}
	for line, ref := range map[string]string{
		"Order number: 77-1042 - delivery deadline 12 January 2027":                          "",
		"Dispute reason: Goods not received, the seller promised a reply by 12 January 2027": "",
		"Order number: 77-1042, invoice due 12 January 2027":                                 "",
		"Merchant Reference 1: 10733 · the customer's deadline 12 January 2027":              "10733",
		"Merchant Reference 1: 10733 • 59.90 EUR":                                            "10733",
		"Dispute 256947 - Merchant Reference 1: WEB - 10733":                                 "WEB - 10733",
		"Merchant Reference 1 (your order): 77-1042 (web)":                                   "77-1042 (web)",
		"Dispute - Merchant Reference 1: WEB 10733 - 2":                                      "WEB 10733 - 2",
		"Merchant Reference 1 (shop, order): 10733, web":                                     "10733, web",
		"Merchant Reference 1: 4711 - evidence":                                              "4711 - evidence",
		"Merchant Reference 1: 4711 - reply pack 2":                                          "4711 - reply pack 2",
		"Order number: 77-1042 · deadline for the customer 12 January 2027":                  "",
		"Order number: 77-1042 (deadline for return 12 January 2027)":                        "",
		"Order date: 3 November 2026 · expires 12 January 2027":                              "",
		"Dispute 256947 – Merchant Reference 1: 10733 – Amount: 59.90 EUR":                   "10733",
		"Invoice number: 4711 (due on 12 January 2027). Please respond.":                     "",
	} {
		if n := said(t, "New dispute 256947", line); n.Deadline != nil || n.MerchantReference1 != ref {
			t.Errorf("%s: read %v, %q", line, n.Deadline, n.MerchantReference1)
		}
	}
}

func TestDayAtTheLabelOfAnInvoiceIsTheCustomers(t *testing.T) {
	n := said(t, "Nouveau litige 256947", "Facture n° : 10733, échéance le 12 janvier 2027. Répondez avant le 3 décembre 2026.")
	if want := time.Date(2026, 12, 3, 23, 59, 59, 0, time.UTC); n.Deadline == nil || !n.Deadline.At.Equal(want) || n.Deadline.Ambiguous {
		t.Errorf("read %v", n.Deadline)
	}
}

func TestLastDayOfAPeriodIsItsDeadline(t *testing.T) {
	want := time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC)
	for _, lines := range [][]string{
		{"New dispute 256947", "Response window: 1 December 2026 - 12 January 2027"},
		{"New dispute 256947", "Response period: 1 December 2026 until 12 January 2027"},
		{"New dispute 256947", "Response period: 1 December 2026 - 12 January 2027"},
		{"New dispute 256947", "Please respond between 23 November and 12 January."},
		{"New dispute 256947", "Please respond between 20 November and 12 January."},
		{"Neuer Streitfall 256947", "Frist: vom 23.11.2026 bis zum 12.01.2027"},
		{"Neuer Streitfall 256947", "Frist: 23.11.2026 - 12.01.2027"},
		{"Neuer Streitfall 256947", "Frist: 23.11. - 12.01."},
		{"Neuer Streitfall 256947", "Bitte antworten Sie vom 23.11. bis 12.01."},
		{"Neuer Streitfall 256947", "Die Antwortfrist läuft vom 23.11. bis 12.01."},
		{"New dispute 256947", "The deadline is 1 December 2026 - 12 January 2027."},
		{"Uusi riita 256947", "Voit vastata 23.11.2026–12.1.2027."},
		{"New dispute 256947", "12 January 2027 is the last day to respond."},
		{"Nueva disputa 256947", "El 12 de enero de 2027 es la fecha límite para responder."},
	} {
		if n := said(t, lines...); n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%q: read %v", lines[1], n.Deadline)
		}
	}
	for line, want := range map[string]time.Time{
		"Please respond by 3 December and 12 January 2027.":                     time.Date(2026, 12, 3, 23, 59, 59, 0, time.UTC),
		"Please respond by 3 December - 12 January is the payout day.":          time.Date(2026, 12, 3, 23, 59, 59, 0, time.UTC),
		"Deadline: 3 December 2026, until 12 January 2027 we decide":            time.Date(2026, 12, 3, 23, 59, 59, 0, time.UTC),
		"Deadline: 2026-12-03 - 2026-11-20":                                     time.Date(2026, 12, 3, 23, 59, 59, 0, time.UTC),
		"Please respond by 3 December 2026. 12 January 2027 is the payout day.": time.Date(2026, 12, 3, 23, 59, 59, 0, time.UTC),
	} {
		if n := said(t, "New dispute 256947", line); n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

func TestDayBesideAnotherIsNoDeadlineForThat(t *testing.T) {
	for _, line := range []string{
		"Please respond to our mail of 20 November 2026 about the meeting on 12 January 2027.",
		"The parcel left on 3 December 2026, deadline and form are in the portal.",
		"12 January 2027 is the deadline for the customer's return.",
		"12 January 2027 is the deadline for the customer to respond.",
		"12 January 2027 is the due date of the invoice.",
		"Booking: 1 December 2026 - 12 January 2027. Please respond.",
		"Please provide evidence for the stay 1 December 2026 - 12 January 2027.",
		"Please confirm the delivery between 20 November and 12 December.",
		"Please send us proof that the goods were delivered between 1 November and 28 November.",
		"Please reply, we are on holiday 24.12.2026 - 02.01.2027.",
	} {
		if n := said(t, "New dispute 256947", line); n.Deadline != nil {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

func TestHourBehindADayWithoutItsYearIsNoYear(t *testing.T) {
	for line, want := range map[string]time.Time{
		"Bitte antworten Sie bis 12.01. 18.00 Uhr.":               time.Date(2027, 1, 12, 18, 0, 0, 0, time.UTC),
		"Bitte antworten Sie bis 12.01. 18:00 Uhr.":               time.Date(2027, 1, 12, 18, 0, 0, 0, time.UTC),
		"Bitte antworten Sie bis 12.01. 18 Uhr.":                  time.Date(2027, 1, 12, 18, 0, 0, 0, time.UTC),
		"Bitte antworten Sie bis 12.01.27. 18.00 Uhr.":            time.Date(2027, 1, 12, 18, 0, 0, 0, time.UTC),
		"Bitte antworten Sie bis 12.01.2027. 18:00 Uhr.":          time.Date(2027, 1, 12, 18, 0, 0, 0, time.UTC),
		"Bitte antworten Sie bis zum Ablauf des 12. Januar 2027.": time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC),
		"Bitte antworten Sie bis 12. 1. 27.":                      time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC),
		"Bitte antworten Sie bis 12.01.2027, 10.05.":              time.Date(2027, 1, 12, 10, 5, 0, 0, time.UTC),
		"Bitte antworten Sie bis 12.01.27 10.05 Uhr.":             time.Date(2027, 1, 12, 10, 5, 0, 0, time.UTC),
	} {
		if n := said(t, "Neuer Streitfall 256947", line); n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

func TestDayOnWhichSilenceEndsADisputeIsADeadline(t *testing.T) {
	want := time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC)
	for _, lines := range [][]string{
		{"New dispute 256947", "The dispute will be closed on 12 January 2027 if you do not respond."},
		{"New dispute 256947", "If you do not respond, we will close the dispute on 12 January 2027."},
		{"New dispute 256947", "Without a response from you, the dispute will be decided on 12 January 2027."},
		{"Neuer Streitfall 256947", "Der Streitfall wird am 12. Januar 2027 zugunsten des Kunden entschieden, wenn Sie nicht antworten."},
		{"Nowy spór 256947", "Spór zostanie zamknięty 12 stycznia 2027 r., jeśli nie otrzymamy odpowiedzi."},
	} {
		if n := said(t, lines...); n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %v", lines[1], n.Deadline)
		}
	}
	for line, want := range map[string]time.Time{
		"Please respond by 5 January 2027. If you do not respond, the dispute will be closed on 12 January 2027.":       time.Date(2027, 1, 5, 23, 59, 59, 0, time.UTC),
		"If you do not respond, the amount will be deducted on 20 January 2027.":                                        {},
		"We will decide this dispute on 12 January 2027.":                                                               {},
		"If you do not respond, we will write to you again on 12 January 2027.":                                         {},
		"The parcel is not closed, it is seen on 12 January 2027.":                                                      {},
		"If you respond, we will close the dispute on 12 January 2027.":                                                 {},
		"You have 7 days. If you do not respond, the dispute will be closed on 12 January 2027.":                        time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC),
		"If you do not respond by Friday, the dispute will be closed on 12 January 2027.":                               time.Date(2026, 11, 27, 23, 59, 59, 0, time.UTC),
		"If you do not respond today, the dispute will be closed on 12 January 2027.":                                   {},
		"We asked for your answer by 20 November 2026. If you do not respond, we close the dispute on 12 January 2027.": time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC),
		"Deadline: 12.X\n\nIf you do not respond, the dispute will be closed on 12 January 2027.":                       {},
		"If the customer does not respond, we will close the dispute on 12 January 2027.":                               {},
		"Without a response from the customer, the dispute will be closed on 12 January 2027.":                          {},
		"No response is needed, the dispute will be closed on 12 January 2027.":                                         {},
		"The dispute opened on 23 November 2026 will be closed if you do not respond.":                                  {},
		"In favour of the customer, the dispute is closed on 12 January 2027 if you do not respond.":                    time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC),
	} {
		n := said(t, "New dispute 256947", line)
		if want.IsZero() != (n.Deadline == nil) || n.Deadline != nil && (!n.Deadline.At.Equal(want) || n.Deadline.Ambiguous) {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

func TestDayOfAConditionForTheMerchantIsADeadline(t *testing.T) {
	want := time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC)
	for _, lines := range [][]string{
		{"Dispute 256947", "The dispute will be closed in the customer's favour unless you respond by 12 January 2027."},
		{"Dispute 256947", "We will refund the customer unless you respond by 12 January 2027."},
		{"Dispute 256947", "The customer will get the money back unless we have your answer by 12 January 2027."},
		{"Dispute 256947", "The customer's claim will be accepted if we do not hear from you by 12 January 2027."},
		{"Disputa 256947", "El cliente recibirá un reembolso si no responde antes del 12 de enero de 2027."},
		{"Spór 256947", "Klient otrzyma zwrot pieniędzy, jeśli nie odpowiesz do 12 stycznia 2027 r."},
		{"Spor 256947", "Zákazník dostane peníze zpět, pokud neodpovíte do 12. ledna 2027."},
		{"Disputa 256947", "La disputa se resolverá a favor del cliente a menos que responda antes del 12 de enero de 2027."},
	} {
		if n := said(t, lines...); n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %v", lines[1], n.Deadline)
		}
	}
	for _, line := range []string{
		"The customer will not answer by 12 January 2027.", "The customer will send you an answer by 12 January 2027.",
		"If you respond, we will decide by 12 January 2027.", "The customer will answer by 12 January 2027.",
	} {
		if n := said(t, "Dispute 256947", line); n.Deadline != nil {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

// Of several disputes in one mail the first alone would be answered.
func TestListOfDisputesGivesNoneOfThem(t *testing.T) {
	for _, lines := range [][]string{
		{"Two new disputes", "Disputes 256947 and 256948 were opened. Please respond by 12 January 2027."},
		{"New disputes", "Disputes 256947, 256948 & 256949 were opened."},
		{"New disputes", "Dispute ID: 256947, 256948", "Please respond by 12 January 2027."},
		{"Neue Streitfälle", "Die Streitfälle 256947 und 256948 wurden eröffnet."},
		{"Open disputes", "Dispute ID\tAmount\tDeadline", "256947\t5.00 EUR\t12 January 2027", "256948\t7.00 EUR\t13 January 2027"},
	} {
		if n := said(t, lines...); n.DisputeID != "" || len(n.Warnings) == 0 {
			t.Errorf("%q: read %s, %q", lines, n.DisputeID, n.Warnings)
		}
	}
	for _, lines := range [][]string{
		{"New dispute", "Dispute 256947, 12 January 2027"},
		{"New dispute", "Dispute 256947 and order 256948 are linked."},
		{"New dispute", "Dispute 256947, 256948-A"},
		{"New dispute", "Dispute ID\tAmount\tDeadline", "256947\t5.00 EUR\t12 January 2027", "Total\t5.00 EUR\t"},
	} {
		if n := said(t, lines...); n.DisputeID != "256947" {
			t.Errorf("%q: read %s, %q", lines, n.DisputeID, n.Warnings)
		}
	}
}

func TestSentenceThatTurnsToTheMerchantAsksHim(t *testing.T) {
	for _, line := range []string{
		"We have opened a dispute and need your answer by 12 January 2027.",
		"The customer has contacted us, so please send your evidence by 12 January 2027.",
		"You will receive a form and we ask you to respond by 12 January 2027.",
		"We usually decide within a week and need your answer by 12 January 2027.",
		"Unser Team prüft den Fall und wir bitten Sie, bis zum 12. Januar 2027 zu antworten.",
		"Der Kunde hat sich bei uns gemeldet und wir brauchen Ihre Antwort bis zum 12. Januar 2027.",
		"Vårt team granskar ärendet och vi ber dig svara senast den 12 januari 2027.",
		"De klant heeft contact opgenomen en wij vragen u uiterlijk 12 januari 2027 te reageren.",
		"Le client a pris contact avec nous et nous vous demandons de répondre avant le 12 janvier 2027.",
		"Il cliente ha chiesto un rimborso e ti chiediamo di rispondere entro il 12 gennaio 2027.",
		"El cliente ha pedido un reembolso y necesitamos su respuesta antes del 12 de enero de 2027.",
		"Kunden har kontaktet os, og vi beder dig svare senest den 12. januar 2027.",
		"Kunden har kontaktet oss og trenger svaret ditt senest 12. januar 2027.",
		"Tiimimme tutkii asiaa ja pyydämme sinua vastaamaan viimeistään 12.1.2027.",
		"Rozpatrujemy sprawę i prosimy o odpowiedź do 12 stycznia 2027.",
		"O cliente tem uma reclamação e precisamos da sua resposta até 12 de janeiro de 2027.",
		"Náš tým případ zkoumá a potřebujeme vaši odpověď do 12. ledna 2027.",
	} {
		if n := said(t, "Klarna", line, "krn:klarna:eu1:dispute:return:256947"); n.Deadline == nil || n.Deadline.At.Format(time.DateOnly) != "2027-01-12" {
			t.Errorf("%q: got %v", line, n.Deadline)
		}
	}
	if n := said(t, "Dispute 256947", "The customer has contacted us and we ask you to respond within 14 days."); n.Deadline == nil {
		t.Error("a period is not read")
	}
	for _, line := range []string{
		"We will review your answer and decide by 12 January 2027.",
		"Please note that the customer will send us proof by 12 January 2027.",
		"The customer has time to decide until 12 January 2027, please answer his questions.",
		"Our team will look at your evidence, please allow us until 12 January 2027.",
		"The customer has until 12 January 2027 to send us proof, please wait.",
		"Wir werden Ihre Nachweise prüfen und bitten Sie um Geduld bis zum 12. Januar 2027.",
	} {
		if n := said(t, "Dispute 256947", line); n.Deadline != nil {
			t.Errorf("%q: got %v", line, n.Deadline.At)
		}
	}
}

func TestDayAfterWhichNoAnswerCountsIsTheLast(t *testing.T) {
	for line, is := range map[string]bool{
		"Evidence that arrives after 12 January 2027 will not be considered.":                true,
		"After 12 January 2027 we can no longer accept your response.":                       true,
		"Nachweise, die nach dem 12. Januar 2027 eingehen, werden nicht berücksichtigt.":     true,
		"Bevis som kommer efter den 12 januari 2027 beaktas inte.":                           true,
		"Na 12 januari 2027 kunnen wij uw reactie niet meer aannemen.":                       true,
		"Les preuves reçues après le 12 janvier 2027 ne seront pas prises en compte.":        true,
		"Le prove ricevute dopo il 12 gennaio 2027 non saranno considerate.":                 true,
		"Las pruebas recibidas después del 12 de enero de 2027 no se tendrán en cuenta.":     true,
		"Wir erstatten dem Kunden, wenn wir bis zum 12. Januar 2027 nichts von Ihnen hören.": true,
		"Dowody, które wpłyną po 12 stycznia 2027, nie będą brane pod uwagę.":                true,
		"Důkazy doručené po 12. lednu 2027 nebudou brány v úvahu.":                           true,
		"Evidence may be considered after 12 January 2027.":                                  false,
		"After 12 January 2027 you do not need to do anything, we have your evidence.":       false,
		"After 12 January 2027 the customer can no longer send us evidence.":                 false,
		"After 12 January 2027 this dispute is not shown any more.":                          false,
		"You sent no evidence on 12 January 2027, after the parcel was returned.":            false,
		"Your evidence after the return of 12 January 2027 is not complete, we will decide.": false,
	} {
		n := said(t, "Klarna", line, "krn:klarna:eu1:dispute:return:256947")
		if got := n.Deadline != nil && n.Deadline.At.Format(time.DateOnly) == "2027-01-12"; got != is || is && n.Kind == rules.KindEvidenceReceived {
			t.Errorf("%q: got %s, %v", line, n.Kind, n.Deadline)
		}
	}
}

func TestWhoWonIsTheSubjectOfTheSentence(t *testing.T) {
	for line, want := range map[string]rules.Result{
		"Your customer lost the dispute.":                                                  rules.ResultWon,
		"The customer won the dispute.":                                                    rules.ResultLost,
		"Der Kunde hat den Streitfall gewonnen.":                                           rules.ResultLost,
		"Ihr Kunde hat den Streitfall verloren.":                                           rules.ResultWon,
		"De klant heeft het geschil gewonnen.":                                             rules.ResultLost,
		"Le client a perdu le litige.":                                                     rules.ResultWon,
		"Il cliente ha vinto la contestazione.":                                            rules.ResultLost,
		"La contestazione non è stata decisa a tuo favore.":                                rules.ResultLost,
		"El cliente ha ganado la disputa.":                                                 rules.ResultLost,
		"Kunden tabte sagen.":                                                              rules.ResultWon,
		"Zákazník spor vyhrál.":                                                            rules.ResultLost,
		"Klient przegrał spór.":                                                            rules.ResultWon,
		"You won the dispute against the customer.":                                        rules.ResultWon,
		"Sie haben den Streitfall mit Ihrem Kunden verloren.":                              rules.ResultLost,
		"The customer's dispute was lost.":                                                 rules.ResultLost,
		"In the dispute with the customer you won.":                                        rules.ResultWon,
		"The dispute was decided in your favour, the customer has to pay.":                 rules.ResultWon,
		"The customer's claim was decided in your favour.":                                 rules.ResultWon,
		"Dear customer, you have won the dispute.":                                         rules.ResultWon,
		"Geachte klant, u heeft het geschil gewonnen.":                                     rules.ResultWon,
		"Estimado cliente: ha ganado la disputa.":                                          rules.ResultWon,
		"Caro cliente, ganhou a disputa.":                                                  rules.ResultWon,
		"The customer, whom we asked for photos, won the dispute.":                         rules.ResultLost,
		"Gegen den Kunden haben Sie den Streitfall gewonnen.":                              rules.ResultWon,
		"Mot kunden förlorade ni tvisten.":                                                 rules.ResultLost,
		"U heeft het geschil niet gewonnen.":                                               rules.ResultLost,
		"Ni vann inte tvisten.":                                                            rules.ResultLost,
		"De klant won het geschil niet, u behoudt het bedrag.":                             rules.ResultWon,
		"Kunden vann inte tvisten, du behåller betalningen.":                               rules.ResultWon,
		"El cliente ganó la disputa porque el paquete se había perdido.":                   rules.ResultLost,
		"Le client a remporté le litige, car le colis a été perdu.":                        rules.ResultLost,
		"Sie haben den Streitfall gewonnen, obwohl das Paket verloren ging.":               rules.ResultWon,
		"The customer won, and you lost the dispute.":                                      rules.ResultLost,
		"Der Kunde hat gewonnen und Sie haben den Streitfall verloren.":                    rules.ResultLost,
		"Kunden vann och ni förlorade tvisten.":                                            rules.ResultLost,
		"We could not decide the dispute in your favour.":                                  rules.ResultLost,
		"Nous n'avons pas pu trancher le litige en votre faveur.":                          rules.ResultLost,
		"La disputa no se ha resuelto a su favor.":                                         rules.ResultLost,
		"Because the customer did not respond the dispute was decided in your favour.":     rules.ResultWon,
		"We were not able to resolve the dispute in your favour.":                          rules.ResultLost,
		"Not the customer but you won the dispute.":                                        rules.ResultWon,
		"Sie müssen nichts tun: Die Entscheidung im Streitfall fiel zu Ihren Gunsten aus.": rules.ResultWon,
		"Klient nie odpowiedział i spór rozstrzygnięto na Państwa korzyść.":                rules.ResultWon,
		"The customer did not reply, so you won the dispute.":                              rules.ResultWon,
		"El cliente no respondió, así que usted ha ganado la disputa.":                     rules.ResultWon,
		"Il cliente non ha risposto, quindi avete vinto la contestazione.":                 rules.ResultWon,
		"De klant reageerde niet en u heeft het geschil gewonnen.":                         rules.ResultWon,
		"U heeft niet op tijd gereageerd en de klant heeft het geschil gewonnen.":          rules.ResultLost,
		"Usted no respondió a tiempo y el cliente ganó la disputa.":                        rules.ResultLost,
		"Ihr Kunde hat gegen Sie den Streitfall gewonnen.":                                 rules.ResultLost,
		"The buyer, as you know, won the dispute.":                                         rules.ResultLost,
		"Spor jsme nemohli rozhodnout ve váš prospěch.":                                    rules.ResultLost,
		"The customer provided photos, and has won the dispute.":                           rules.ResultLost,
		"El cliente envió fotos, por lo que ha ganado la disputa.":                         rules.ResultLost,
		"Il cliente ha inviato foto, e ha vinto la contestazione.":                         rules.ResultLost,
		"Kunden svarade inte, så ni vann tvisten.":                                         rules.ResultWon,
		"The dispute about this order was lost.":                                           rules.ResultLost,
		"You won the dispute, not the customer.":                                           rules.ResultWon,
	} {
		if n := said(t, "Dispute 256947", line); n.Kind != rules.KindResolved || n.Result != want {
			t.Errorf("%q: got %s %s, want %s", line, n.Kind, n.Result, want)
		}
	}
}

func TestDayNamedAsTheLastIsTheDeadline(t *testing.T) {
	want := time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC)
	for _, line := range []string{
		"Could you send us the invoice? We have noted 12 January 2027 as the last date.",
		"Wir haben uns dafür den 12. Januar 2027 als letzten Termin notiert.", "Als letzten Termin haben wir den 12. Januar 2027 vorgemerkt.",
		"Vi har noterat den 12 januari 2027 som sista dag.", "Hemos anotado el 12 de enero de 2027 como fecha límite.", "Abbiamo fissato il 12 gennaio 2027 come termine ultimo.",
	} {
		n := said(t, "Dispute 256947", line)
		if n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
	for _, line := range []string{"The customer had named 12 January 2027 as the last date.", "As the deadline is near we send you this, and on 12 January 2027 we will write again."} {
		if n := said(t, "Dispute 256947", line); n.Deadline != nil {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

func TestReasonStandsBetweenMarks(t *testing.T) {
	for line, want := range map[string]string{
		"A customer opened dispute 256947. The reason is \"Return\". Please respond by 12 December 2026.":                   "return",
		"Ein Kunde hat die Reklamation 256947 eröffnet. Grund ist „Retoure“. Bitte antworten Sie bis 12.12.2026.":           "return",
		"Dispute 256947 (Return). Please respond by 12 December 2026.":                                                      "return",
		"In dispute 256947 the reason is not \"return\". Please respond by 12 December 2026.":                               "",
		"A customer opened dispute 256947. If the reason is \"return\", send the slip. Please respond by 12 December 2026.": "",
		"Please respond to dispute 256947 by 12 December 2026, or for other reasons (return) see our pages.":                "",
		"Please respond to dispute 256947 by 12 December 2026. Press \"Return\" to go back.":                                "",
		"Please respond to dispute 256947 by 12 December 2026. The reason is in your portal. Press return there to go.":     "",
	} {
		if n := said(t, "New dispute", line); n.Reason != want {
			t.Errorf("%s: read %q", line, n.Reason)
		}
	}
}

func TestDayAfterWhichKlarnaDecidesIsTheLast(t *testing.T) {
	want := time.Date(2027, 1, 12, 23, 59, 59, 0, time.UTC)
	for _, line := range []string{
		"After 12 January 2027 we will decide on what the customer told us.", "Passé le 12 janvier 2027, nous trancherons sur la seule base du dossier.",
		"Nach dem 12. Januar 2027 entscheiden wir nach Aktenlage.", "Na 12 januari 2027 nemen wij een beslissing op basis van het dossier.",
	} {
		n := said(t, "Last reminder, dispute 256947", line)
		if n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %s %v", line, n.Kind, n.Deadline)
		}
	}
	for _, line := range []string{"The customer can contact us after 12 January 2027 for a decision.", "We have received your evidence. After 12 January 2027 we will decide.", "There is nothing to do for you. After 12 January 2027 we will decide."} {
		if n := said(t, "Dispute 256947", line); n.Deadline != nil {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

func TestLastReminderBeforeADecisionIsNoDecision(t *testing.T) {
	if n := said(t, "Dernier rappel avant décision (litige 671105)", "Nous vous avons écrit le 5 janvier. Ce message est resté sans réponse.", "Litige : 671105"); n.Kind != rules.KindReminder {
		t.Errorf("read %s", n.Kind)
	}
}

func TestReceiptThatRepeatsTheDeadlineAsksForNothing(t *testing.T) {
	n := said(t, "Got it: evidence for dispute 774301", "Files received: 3", "Original response deadline: 22 January 2027", "There is nothing left for you to do.")
	if n.Kind != rules.KindEvidenceReceived || n.Deadline != nil {
		t.Errorf("read %s, %v", n.Kind, n.Deadline)
	}
	n = said(t, "Got it: evidence for dispute 774301", "Files received: 3", "Original response deadline: 22 January 2027", "There is nothing left for you to do but one thing: please send us the invoice.")
	if n.Kind != rules.KindFollowUp || n.Deadline == nil {
		t.Errorf("where it asks: read %s, %v", n.Kind, n.Deadline)
	}
	for _, lines := range [][]string{
		{"Got it: evidence for dispute 774301", "Files received: 3", "Response deadline: 22 January 2027"},
		{"Dispute 774301", "Your evidence has not arrived.", "Response deadline: 22 January 2027", "There is nothing left for the customer to do."},
		{"Dispute 774301", "Response deadline: 22 January 2027", "There is nothing left for the customer to do, and your evidence is being examined."},
		{"Got it: evidence for dispute 774301", "There is nothing left for you to do but this: please send us the invoice by 22 January 2027."},
	} {
		if n := said(t, lines...); n.Kind == rules.KindEvidenceReceived || n.Deadline == nil {
			t.Errorf("%q: read %s, %v", lines, n.Kind, n.Deadline)
		}
	}
}

func TestThanksThatSayWhatIsMissingAsk(t *testing.T) {
	for _, lines := range [][]string{
		{"Thanks for your answer on 902114", "Thank you for replying before the deadline. The tracking page doesn’t show who took the parcel; please upload the signed proof of delivery.", "Dispute ID: 902114"},
		{"Vi har lest svaret ditt", "Takk for at du svarte før fristen. Legg ved en kvittering som viser hvem som hentet pakken.", "Saksnummer tvist: 902114"},
	} {
		if n := said(t, lines...); n.Kind != rules.KindFollowUp {
			t.Errorf("%s: read %s", lines[1], n.Kind)
		}
	}
}
