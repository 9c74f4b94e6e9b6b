package klarna

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
	"github.com/disputewatch/disputewatch/rules"
)

// said reads a mail of Klarna's: its first line is the subject.
func said(t *testing.T, lines ...string) Notice {
	t.Helper()
	m := &eml.Message{Subject: lines[0], Date: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC), Parts: []eml.Part{{Type: "text/plain"}}}
	for _, l := range lines[1:] {
		cells := strings.Split(l, "\t")
		m.Parts[0].Rows = append(m.Parts[0].Rows, eml.Row{Cells: cells})
	}
	n, err := Parse(m, Options{FromKlarna: true})
	var fe *FieldError
	if err != nil && !errors.As(err, &fe) {
		t.Fatalf("%q: %v", lines, err)
	}
	return n
}

// No phrase of any kind stands in these subjects and bodies; the words of a
// sentence make the kind together.
func TestWordsOfASentenceMakeTheKindTogether(t *testing.T) {
	for kind, list := range map[rules.Kind][][]string{
		rules.KindStopRequest: {
			{"Suspected fraud - put order K-5531 on hold", "Please answer this message today."},
			{"Betrugsverdacht – Bestellung K-5531 bitte zurückhalten", "Antworten Sie heute noch auf diese Nachricht."},
			{"Podezření na podvod – pozdržte objednávku K-5531", "Dejte nám vědět odpovědí na tuto zprávu."},
		},
		rules.KindEvidenceReceived: {
			{"Documents uploaded successfully", "We've added your files to dispute 774411."},
			{"Dine filer er uploadet", "Filerne er tilføjet til tvist 774411."},
			{"Soubory byly nahrány", "Přidali jsme je ke sporu 774411."},
		},
		rules.KindResolved: {
			{"Good news about order 7-8812", "The buyer has cancelled the dispute.", "Dispute number\t774410"},
			{"Bonne nouvelle pour la commande 7-8812", "L'acheteur a annulé le litige.", "Numéro de litige\t774410"},
		},
		rules.KindAppealOpen: {
			{"Not happy with the outcome?", "We closed dispute 774412 in favour of your customer."},
			{"Ikke fornøyd med avgjørelsen?", "Tvist 774412 ble avsluttet i kundens favør."},
		},
		rules.KindFollowUp: {
			{"Falta un documento (disputa 610022)", "¿Puedes enviarnos una confirmación del transportista?"},
			{"Chybí jeden dokument (spor 610022)", "Můžete nám zaslat potvrzení dopravce?"},
		},
		rules.KindReminder: {
			{"48 tuntia aikaa vastata riitautukseen 5521907", "Vastausaika päättyy 25.11.2026."},
			{"Quedan 48 horas para responder a la disputa 5521907", "El plazo vence el 25/11/2026."},
		},
		rules.KindInvestigation: {
			{"Verzoek om informatie over een aankoop", "Naar welk adres zijn de goederen verzonden?", "Uw referentie\tR-88"},
		},
		rules.KindCustomerMessage: {
			{"Neue Antwort von Tom zu seiner Bestellung", "Danke, aber die Größe passt immer noch nicht."},
		},
		rules.KindDisputeRequest: {
			{"Klarna: paquete extraviado", "Una clienta dice que el paquete no llegó. Esperamos tu respuesta antes del 8 de diciembre de 2026.", "Tu referencia\tNW-55021"},
		},
	} {
		for _, lines := range list {
			if n := said(t, lines...); n.Kind != kind {
				t.Errorf("%q: got %s, want %s: %+v", lines, n.Kind, kind, n.Explain)
			}
		}
	}
}

// What is denied, or only may be, is not what the mail says.
func TestWordsThatAreDeniedMakeNoKind(t *testing.T) {
	for _, c := range []struct {
		not   rules.Kind
		lines []string
	}{
		{rules.KindEvidenceReceived, []string{"Dispute 610022", "We have not received your files yet. Reply by 1 December 2026."}},
		{rules.KindResolved, []string{"Dispute 610022", "If the buyer has cancelled the dispute, tell us. Reply by 1 December 2026."}},
		{rules.KindCustomerMessage, []string{"New reply from Tom about the dispute of order 10001", "Answer by 1 December 2026.", "Dispute ID\t610022"}},
	} {
		if n := said(t, c.lines...); n.Kind == c.not {
			t.Errorf("%q: got %s", c.lines, n.Kind)
		}
	}
}

func TestLabelIsKnownByTheWordsInIt(t *testing.T) {
	n := said(t, "New dispute", "Designation of the case number with us: 90017733", "Buyer-side reference 1: 7001-B", "Please send your reply before: 1 December 2026", "Cited by the customer: item not received")
	if n.DisputeID != "90017733" || n.MerchantReference1 != "7001-B" || n.Reason != "goods_not_received" || n.Deadline == nil {
		t.Errorf("got %+v %v", n.Said, n.Deadline)
	}
	n = said(t, "New dispute", "Order number of the disputed purchase: 90017733", "Support case number: 5512345")
	if n.DisputeID != "" {
		t.Errorf("dispute id %s is the number of something else", n.DisputeID)
	}
}

func TestReferenceWithoutADigitIsReadAmongOthers(t *testing.T) {
	for name, lines := range map[string][]string{
		"below":           {"New dispute", "Dispute ID", "256947", "Merchant Reference 2", "webshop", "Dispute Reason", "Return"},
		"beside":          {"New dispute", "Dispute ID 256947", "Merchant Reference 2 webshop", "Dispute Reason Return"},
		"named a label":   {"New dispute", "Dispute ID\t256947", "Merchant Reference 2\tshop", "Dispute Reason\tReturn"},
		"no value, below": {"New dispute", "Dispute ID", "256947", "Merchant Reference 2", "Warehouse", "Berlin", "Dispute Reason", "Return"},
	} {
		want := map[string]string{"named a label": "shop", "no value, below": ""}
		w, ok := want[name]
		if !ok {
			w = "webshop"
		}
		if n := said(t, lines...); n.MerchantReference2 != w {
			t.Errorf("%s: got %q, want %q", name, n.MerchantReference2, w)
		}
	}
}

func TestReasonIsReadFromWhatTheCustomerSays(t *testing.T) {
	for want, lines := range map[string][]string{
		"goods_not_received":    {"New dispute", "The customer says that the parcel was lost. Reply by 1 December 2026.", "Dispute ID\t256947"},
		"faulty_goods":          {"Neue Reklamation", "Die Kundin meldet, dass der Artikel kaputt ist.", "Fallnummer\t256947"},
		"":                      {"Dispute 256947", "The customer has been informed. We have not received your answer.", "Dispute ID\t256947"},
		"unauthorized_purchase": {"Nueva disputa", "Razón de la disputa: Compra sin autorización", "ID de la disputa\t256947"},
		"incorrect_invoice":     {"Reklamation 256947", "Ihr Kunde macht geltend, die Rechnung sei fehlerhaft. Antworten Sie bis 1.12.2026."},
	} {
		if n := said(t, lines...); n.Reason != want {
			t.Errorf("%q: got %q, want %q", lines, n.Reason, want)
		}
	}
}

func TestAnswerThatIsMissingIsNoReason(t *testing.T) {
	if n := said(t, "Last call on claim 5169720100008", "Your reply to this claim is still missing.", "Claim ID\t5169720100008"); n.Reason != "" {
		t.Errorf("read %s", n.Reason)
	}
	if n := said(t, "Last call on claim 5169720100008", "The parcel is still missing. Please reply.", "Claim ID\t5169720100008"); n.Reason != rules.ReasonGoodsNotReceived {
		t.Errorf("read %q of a parcel", n.Reason)
	}
}

func TestOrderIsReadBehindItsWord(t *testing.T) {
	for subject, want := range map[string]string{
		"New dispute on order LK-2210":             "LK-2210",
		"New dispute on order no. 77881":           "77881",
		"New dispute on order of 3 December 2026":  "",
		"New dispute on an order 249.00 EUR":       "",
		"New dispute, order 2026":                  "",
		"New dispute, order 03.12.2026":            "",
		"New dispute: return-purchase:51697196111": "",
	} {
		if n := said(t, subject, "Dispute ID\t256947"); n.OrderNumber != want {
			t.Errorf("%q: got %q, want %q", subject, n.OrderNumber, want)
		}
	}
}

// A day to act by counts where an answer is asked for, even if no word for an
// answer stands beside it; what the customer or we shall do by a day does not.
func TestDayToActByIsTheDeadlineOfAMailThatAsks(t *testing.T) {
	for line, want := range map[string]bool{
		"Let us have it by 8 December 2026.":                                                      true,
		"You have the right to do so within 10 days.":                                             true,
		"The customer can come back until 8 December 2026.":                                       false,
		"We will have finished by 8 December 2026.":                                               false,
		"Without an answer the sum will be deducted from your payout on 8 December 2026.":         false,
		"We will deduct the sum unless your evidence is here by 8 December 2026.":                 true,
		"Der Betrag wird einbehalten, sofern bis 8. Dezember 2026 nichts vorliegt.":               true,
		"El importe se descontará si no tenemos noticias suyas antes del 8 de diciembre de 2026.": true,
		"Have it by 8 December 2026, or even by 1 December 2026.":                                 false,
	} {
		if n := said(t, "New dispute", line, "Dispute ID\t256947"); (n.Deadline != nil) != want {
			t.Errorf("%q: got %v", line, n.Deadline)
		}
	}
	n := said(t, "Dispute closed", "We got no reply by 16 November 2026. Dispute 902201 was settled in the customer's favour. £18.00 will be deducted from your payout.")
	if n.Deadline != nil || n.Result != rules.ResultLost || n.Amount.String() != "18.00 GBP" {
		t.Errorf("got %v %s %s", n.Deadline, n.Result, n.Amount)
	}
}

// What will be closed soon is not closed, and what a request says of how it may
// end is no end.
func TestEndToComeIsNoEnd(t *testing.T) {
	for _, lines := range [][]string{
		{"Dispute 4410982 will soon be closed", "We have not heard from you. Answer by 4 December 2026."},
		{"Tvist 4410982 stängs snart", "Har vi inte fått era uppgifter senast den 4 december 2026 avgörs tvisten till kundens fördel."},
		{"Spór 4410982 zostanie wkrótce zamknięty", "Czekamy do 4 grudnia 2026."},
	} {
		if n := said(t, lines...); n.Kind != rules.KindReminder || n.Result != "" || n.Deadline == nil {
			t.Errorf("%q: got %s %s %v", lines, n.Kind, n.Result, n.Deadline)
		}
	}
	n := said(t, "Outcome of dispute 4410982", "We find the customer's claim is justified. The customer does not have to pay.")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultLost {
		t.Errorf("got %s %s", n.Kind, n.Result)
	}
}

func TestWhatMayBeIsNotTakenForWhatIs(t *testing.T) {
	for _, lines := range [][]string{
		{"Soon closed: dispute 4410982", "Answer by 4 December 2026."},
		{"Tvist 4410982", "Har vi inte fått era uppgifter senast den 4 december 2026 avgörs tvisten till kundens fördel."},
		{"Klarna: parcel lost", "They say so.", "Complaint ID\t77120455"},
	} {
		if n := said(t, lines...); n.Kind == rules.KindResolved {
			t.Errorf("%q is taken for resolved: %+v", lines, n.Explain)
		}
	}
	if n := said(t, "Why do your goods not sell?", "Five tips for your store."); n.Kind != rules.KindKlarnaOther {
		t.Errorf("an advertisement is taken for %s", n.Kind)
	}
	if n := said(t, "Ny tvist", "Kunden kan ångra köpet till den 8 december 2026.", "Tvist-ID\t256947"); n.Deadline != nil {
		t.Errorf("a day of the customer's is taken for the deadline: %v", n.Deadline)
	}
	if n := said(t, "New dispute on an order 2490 EUR", "Dispute ID\t256947"); n.OrderNumber != "" {
		t.Errorf("a sum is taken for an order: %s", n.OrderNumber)
	}
}

func TestValueKeepsItsFirstLetter(t *testing.T) {
	n := said(t, "Nuova contestazione", "Numero della contestazione 334409", "Riferimento del commerciante 2 e33ca199", "Motivo Merce non ricevuta")
	if n.MerchantReference2 != "e33ca199" {
		t.Errorf("got %q", n.MerchantReference2)
	}
	if n := said(t, "New dispute", "Dispute ID: 256947", "Merchant Reference 2: shop"); n.MerchantReference2 != "shop" {
		t.Errorf("got %q", n.MerchantReference2)
	}
}

func TestLineOfBothPartsIsFoundInBoth(t *testing.T) {
	row := func(s string) eml.Row { return eml.Row{Cells: []string{s}} }
	m := &eml.Message{Subject: "New dispute", Parts: []eml.Part{
		{Type: "text/plain", Rows: []eml.Row{row("Hello from the merchant team"), row("Dispute ID: 256947")}},
		{Type: "text/html", Rows: []eml.Row{row("Dispute ID: 256947"), row("Hello")}},
	}}
	n, err := Parse(m, Options{FromKlarna: true})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, e := range n.Explain {
		found[e.From] = true
	}
	if !found["label Dispute ID, text/plain line 2"] || !found["label Dispute ID, text/html line 1"] {
		t.Errorf("got %+v", n.Explain)
	}
}

func TestUsersPhraseTakesThePlaceOfOursOfAnotherKind(t *testing.T) {
	v, err := phrase.Load(strings.NewReader("language = en\nkind.dispute_request = reminder to respond\n"))
	if err != nil {
		t.Fatal(err)
	}
	m := &eml.Message{Subject: "Reminder to respond", Parts: []eml.Part{{Type: "text/plain", Rows: []eml.Row{{Cells: []string{"Dispute ID: 256947"}}}}}}
	for want, v := range map[rules.Kind]*phrase.Vocabulary{rules.KindReminder: nil, rules.KindDisputeRequest: v} {
		if n, err := Parse(m, Options{FromKlarna: true, Vocabulary: v}); err != nil || n.Kind != want {
			t.Errorf("got %s (%v), want %s", n.Kind, err, want)
		}
	}
}

func TestDisputeThatArrivedIsNoEvidence(t *testing.T) {
	for subject, form := range map[string]string{
		"New dispute received – please send your evidence":            "Dispute ID: 256947\nDeadline: 12 December 2026",
		"Dispute received: your response is needed":                   "Dispute ID: 256947\nDeadline: 12 December 2026",
		"We have received a new dispute and need your documents":      "Dispute ID: 256947\nDeadline: 12 December 2026",
		"Neue Reklamation eingegangen – bitte um Stellungnahme":       "Reklamations-ID: 256947\nFrist: 12.12.2026",
		"Wir haben eine Reklamation erhalten und bitten um Nachweise": "Reklamations-ID: 256947\nFrist: 12.12.2026",
		"Litige reçu : votre réponse est attendue":                    "Numéro du litige : 256947\nDate limite : 12/12/2026",
		"Geschil ontvangen: uw bewijs is nodig":                       "Geschilnummer: 256947\nUiterste datum: 12 december 2026",
		"Tvist modtaget: send dokumentation":                          "Tvist-ID: 256947\nFrist: 12. december 2026",
		"Wpłynął spór: prosimy o dokumenty":                           "Numer sporu: 256947\nTermin: 12 grudnia 2026",
	} {
		if n := said(t, append([]string{subject}, strings.Split(form, "\n")...)...); n.Kind != rules.KindDisputeRequest || n.Deadline == nil {
			t.Errorf("%s: read %s, %v", subject, n.Kind, n.Deadline)
		}
	}
}

func TestEvidenceThatArrivedForADisputeIsEvidence(t *testing.T) {
	for _, subject := range []string{
		"About dispute 256947 we received your evidence", "We have received the dispute evidence (256947)", "Received what you sent (dispute 256947)", "Received (dispute 256947): your evidence",
		"Ihre Stellungnahme zur Reklamation 256947 ist eingegangen", "Ert svar på tvist 256947 har tagits emot",
	} {
		if n := said(t, subject, "Nothing more is needed for now."); n.Kind != rules.KindEvidenceReceived {
			t.Errorf("%s: read %s", subject, n.Kind)
		}
	}
}

// The words "response to dispute" ask for one in a request.
func TestAnswerThatWasLookedAtIsNotAskedFor(t *testing.T) {
	for line, want := range map[string]rules.Kind{
		"We have reviewed your response to dispute 256947. Please send us a sharper photo by 12 December 2026.":       rules.KindFollowUp,
		"We have reviewed your response to dispute 256947. Please send us one more document.":                         rules.KindFollowUp,
		"We hebben uw reactie op geschil 256947 bekeken. Stuurt u ons uiterlijk 12 december 2026 een scherpere foto?": rules.KindFollowUp,
		"Przeanalizowaliśmy Państwa odpowiedź na spór 256947. Prosimy o ostrzejsze zdjęcie do 12 grudnia 2026.":       rules.KindFollowUp,
		"Your response to dispute 256947 is under review. You will hear from us.":                                     rules.KindEvidenceReceived,
		"We need your response to dispute 256947 so that we can continue reviewing it.":                               rules.KindDisputeRequest,
		"Your response to dispute 256947 is required before we investigate further.":                                  rules.KindDisputeRequest,
		"A customer opened a dispute. Please send your response to dispute 256947 by 12 December 2026.":               rules.KindDisputeRequest,
	} {
		if n := said(t, "Klarna 256947", line); n.Kind != want {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
}

// What need not be done on a condition, or by the customer, is no word to the merchant.
func TestNothingToDoForOthersOrOnAConditionStillAsks(t *testing.T) {
	for ask, rests := range map[string][]string{
		"We have looked at your answer to dispute 256947. The tracking number is missing. Send it by 12 December 2026.":                  {"You do not need to do anything if you have already answered.", "The customer does not need to do anything.", "No further action is needed from the customer."},
		"Gracias por su respuesta a la disputa 256947. Falta el número de seguimiento. Envíelo antes del 12 de diciembre de 2026.":       {"No tiene que hacer nada si ya ha respondido.", "El cliente no tiene que hacer nada."},
		"Grazie per la vostra risposta alla contestazione 256947. Manca il numero di tracciamento. Inviatelo entro il 12 dicembre 2026.": {"Non dovete fare nulla se avete già risposto.", "Il cliente non deve fare nulla."},
		"De goederen zijn nooit aangekomen (geschil 256947). Stuur ons vóór 12 december 2026 uw bewijs.":                                 {"U hoeft niets te doen als u al heeft geantwoord.", "De klant hoeft niets te doen."},
		"A customer has opened dispute 256947. Please answer by 12 December 2026.":                                                       {"No further action is needed from the customer."},
		"Vi har mottatt svaret ditt i tvist 256947, men sporingsnummeret mangler. Send det innen 12. desember 2026.":                     {"Du trenger ikke å gjøre noe hvis du allerede har sendt det.", "Kunden trenger ikke å gjøre noe."},
	} {
		for _, rest := range rests {
			if n := said(t, "Klarna 256947", ask+" "+rest); n.Deadline == nil || n.Deadline.At.Day() != 12 || n.Kind == rules.KindEvidenceReceived {
				t.Errorf("%s %s: read %s, %v", ask, rest, n.Kind, n.Deadline)
			}
		}
	}
	for _, rests := range []string{
		"Your answer to dispute 256947 has arrived. You do not need to do anything until we contact you.",
		"Your answer to dispute 256947 has arrived. The customer has been told, you do not need to do anything.",
		"Ihre Antwort zur Reklamation 256947 ist eingegangen. Der Kunde weiß Bescheid, Sie müssen nichts weiter tun.",
	} {
		if n := said(t, "Klarna 256947", rests); n.Kind != rules.KindEvidenceReceived || n.Deadline != nil {
			t.Errorf("%s: read %s, %v", rests, n.Kind, n.Deadline)
		}
	}
}

// What need not be sent, or is no longer owed, leaves the answer to be given.
func TestOriginalsThatNeedNotBeSentLeaveTheAnswerToBeGiven(t *testing.T) {
	for _, line := range []string{
		"Een klant heeft geschil 256947 geopend. Hij heeft het bedrag overgemaakt en is niets meer verschuldigd. Wij ontvangen uw reactie graag.",
		"Un cliente ha abierto la disputa 256947. No es necesario enviar los originales. Recibimos con gusto su respuesta.",
		"Un cliente ha abierto la disputa 256947. No hace falta enviar los originales. Cuando hayamos recibido sus pruebas, decidiremos.",
		"Zákazník otevřel spor 256947. Originály není třeba posílat. Rozhodneme, jakmile vaše vyjádření dorazí.",
		"Klient otworzył spór 256947. Oryginałów nie trzeba wysyłać. Czekamy na Państwa odpowiedź; po jej otrzymaniu podejmiemy decyzję.",
		"Um cliente abriu a disputa 256947. Não é necessário enviar os originais. Assim que a sua resposta for recebida, decidimos.",
		"Un cliente ha aperto la contestazione 256947. Non occorre inviare gli originali. Inviateci le vostre prove; una volta ricevute, decideremo.",
		"Asiakas on avannut riitautuksen 256947. Alkuperäisiä ei tarvita. Kun olemme saaneet vastauksenne, teemme päätöksen.",
	} {
		if n := said(t, "Klarna 256947", line); n.Kind != rules.KindDisputeRequest {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
}

// A time to answer within is as good a question as a day, whatever need not be done.
func TestTimeToAnswerWithinIsAskedForBesideNothingToDo(t *testing.T) {
	for _, line := range []string{
		"Een klant heeft geschil 256947 geopend en hoeft zelf niets te doen. Wij ontvangen uw reactie graag binnen 14 dagen.",
		"A customer has opened dispute 256947. That is all we need for now. We would be glad to have received your answer within 14 days.",
		"En kunde har åpnet tvist 256947. Det er ikke nødvendig å svare på denne e-posten. Vi mottar gjerne svaret deres innen 14 dager.",
		"Ein Kunde hat die Reklamation 256947 eröffnet. Mehr brauchen wir nicht. Gerne erhalten wir Ihre Antwort innerhalb von 14 Tagen.",
	} {
		n := said(t, "Klarna 256947", line)
		if n.Kind != rules.KindDisputeRequest || n.Deadline == nil || n.Deadline.At.Day() != 7 {
			t.Errorf("%s: read %s, %v", line, n.Kind, n.Deadline)
		}
	}
}

func TestEvidenceOfTheCustomersIsNoAnswer(t *testing.T) {
	for _, line := range []string{
		"A customer has opened dispute 256947. Please answer. We have received the customer's evidence.",
		"Ein Kunde hat die Reklamation 256947 eröffnet. Bitte antworten Sie. Die Unterlagen des Kunden sind bei uns eingegangen.",
		"Varorna kom aldrig fram (tvist 256947). Skicka oss ditt underlag. Vi har tagit emot kundens underlag.",
		"Kunden oppgir at varene aldri kom fram (tvist 256947). Vi trenger din forklaring. Vi har mottatt kundens dokumentasjon.",
		"Varerne kom aldrig frem (indsigelse 256947). Send os din dokumentation. Vi har modtaget kundens dokumentation.",
		"Een klant heeft geschil 256947 geopend. Stuur ons uw bewijs. Wij hebben het bewijs van de klant ontvangen.",
		"Un cliente ha abierto la disputa 256947. Envíenos sus pruebas. Hemos recibido las pruebas del cliente.",
		"Um cliente abriu a disputa 256947. Envie-nos as suas provas. Recebemos as provas do cliente.",
		"Tuotteet eivät saapuneet (riitautus 256947). Lähettäkää meille selvityksenne. Olemme vastaanottaneet asiakkaan asiakirjat.",
		"Zákazník otevřel spor 256947. Odpovězte prosím. Obdrželi jsme důkazy od zákazníka.",
	} {
		if n := said(t, "Klarna 256947", line); n.Kind == rules.KindEvidenceReceived || n.Kind == rules.KindResolved {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
	for _, line := range []string{
		"We have received your answer to the customer's complaint 256947.", "Ihre Unterlagen zum Kundeneinspruch 256947 sind eingegangen.",
		"Merci pour votre réponse à la réclamation du client (litige 256947).", "Thank you, your documents have arrived. The customer has been told about dispute 256947.",
	} {
		if n := said(t, "Dispute 256947", line); n.Kind != rules.KindEvidenceReceived {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
}

// What is looked at once it has arrived has not arrived.
func TestAnswerThatIsYetToComeIsNoReceipt(t *testing.T) {
	for _, line := range []string{
		"Varene kom aldri fram (tvist 256947). Send oss dokumentasjonen din. Dokumentasjonen din vurderes så snart den har kommet inn.",
		"Varorna kom aldrig fram (tvist 256947). Skicka oss ditt underlag. Ditt underlag granskas så snart det har kommit in.",
		"De goederen zijn nooit aangekomen (geschil 256947). Stuur ons uw bewijs. Uw bewijs wordt beoordeeld zodra het binnen is.",
		"Tuotteet eivät saapuneet (riitautus 256947). Lähettäkää meille selvityksenne. Selvityksenne käsitellään heti, kun se on saapunut.",
		"Les articles ne sont jamais arrivés (litige 256947). Merci de nous envoyer vos justificatifs. Vous recevrez notre décision dans un délai d'un mois.",
		"A customer has opened dispute 256947. Please answer. No further action is needed from the customer.",
	} {
		if n := said(t, "Klarna 256947", line); n.Kind == rules.KindEvidenceReceived || n.Kind == rules.KindResolved {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
}

func TestWhatComesWithoutAnAnswerHasNotCome(t *testing.T) {
	for _, line := range []string{
		"Varene kom aldri fram (tvist 256947). Vi trenger din forklaring. Uten svar fra deg avgjøres tvisten i kundens favør.",
		"Tuotteet eivät saapuneet (riitautus 256947). Lähettäkää meille selvityksenne. Ilman vastaustanne riitautus ratkaistaan asiakkaan eduksi.",
		"Un cliente ha abierto la disputa 256947. Responda. Sin su respuesta, la disputa se resolverá a favor del cliente.",
		"Varerne kom aldrig frem (indsigelse 256947). Vi har brug for din redegørelse. Uden svar afgøres sagen til kundens fordel.",
	} {
		if n := said(t, "Klarna 256947", line); n.Kind == rules.KindResolved || n.Result != "" {
			t.Errorf("%s: read %s, %s", line, n.Kind, n.Result)
		}
	}
	n := said(t, "Tvist 256947 er avgjort", "Uten svar fra deg ble tvisten avgjort i kundens favør.")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultLost {
		t.Errorf("read %s, %s", n.Kind, n.Result)
	}
}
