package klarna

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestDayOfTheCustomersIsNoDayToAnswerBy(t *testing.T) {
	for _, lines := range [][]string{
		{"Contestazione 256947", "Nel frattempo abbiamo sospeso le sue rate fino al 20 febbraio 2027. Il cliente dice di aver restituito le scarpe."},
		{"Tvist 256947", "Kunden sier at varen ikke kom. Vi har satt fakturaen hennes på vent til 5. januar 2027."},
		{"Litige 256947 clôturé", "La décision est rendue en votre faveur. L'acheteur peut contester cette décision jusqu'au 18 janvier 2027."},
		{"Litige 256947 clôturé", "Les éléments montrent que l'acheteur a signé. L'acheteur peut contester cette décision jusqu'au 18 janvier 2027."},
		{"Dispute 256947: our decision", "We have found in the customer's favour. The amount has been taken out of your next settlement, due 17 February 2027."},
	} {
		if n := said(t, lines...); n.Deadline != nil || n.Kind == rules.KindAppealOpen {
			t.Errorf("%q: read %s %v", lines, n.Kind, n.Deadline)
		}
	}
	for _, lines := range [][]string{
		{"Litige 256947", "La décision est rendue en faveur du client. Vous pouvez contester cette décision jusqu'au 18 janvier 2027."},
		{"Tvist 256947", "Kunden sier at varen ikke kom. Utbetalingen er satt på vent, og fristen er 5. januar 2027."},
		{"Tvist 256947", "Saken er satt på vent til 5. januar 2027, svar innen da."},
		{"Nouveau délai", "Le délai de réponse du litige 256947 est reporté au 5 janvier 2027. Merci de nous envoyer vos documents."},
		{"Ny frist", "Vi har skjutit upp din svarstid för tvist 256947 till den 5 januari 2027. Svara senast då."},
	} {
		if n := said(t, lines...); n.Deadline == nil {
			t.Errorf("%q: read %s and no deadline", lines, n.Kind)
		}
	}
}

func TestReasonOfAStopRequestIsTheRisk(t *testing.T) {
	n := said(t, "Stop forsendelsen af ordre K3QWERT", "Vi har vurderet købet som en højrisikoordre. Besvar denne mail inden for 24 timer.")
	if n.Kind != rules.KindStopRequest || n.Reason != rules.ReasonHighRiskOrder {
		t.Errorf("read %s, %q", n.Kind, n.Reason)
	}
	n = said(t, "Spoed: bestelling 2027-8810 niet verzenden", "Wij merken de order aan als bestelling met een hoog risico. Beantwoord deze e-mail binnen 24 uur.")
	if n.Kind != rules.KindStopRequest || n.Reason != rules.ReasonHighRiskOrder {
		t.Errorf("read %s, %q", n.Kind, n.Reason)
	}
	if n := said(t, "Do not ship order K3QWERT", "This is no high risk order, but its owner asked us. Reply within 24 hours."); n.Reason != "" {
		t.Errorf("read %q", n.Reason)
	}
	if n := said(t, "Do not ship order K3QWERT", "The goods were not received by an earlier customer. Reply within 24 hours."); n.Reason != "" {
		t.Errorf("read %q", n.Reason)
	}
}

func TestEndTellsWhatTheCaseWasAbout(t *testing.T) {
	n := said(t, "Tvist 256947 är avslutad", "Kunden har tagit tillbaka sin anmälan. Ärendet gällde en vara som inte kommit fram.")
	if n.Kind != rules.KindResolved || n.Reason != rules.ReasonGoodsNotReceived {
		t.Errorf("read %s, %q", n.Kind, n.Reason)
	}
}

func TestDayOfADecisionIsNoDayToAnswerBy(t *testing.T) {
	for _, lines := range [][]string{
		{"Streitfall 772210", "Vielen Dank, wir haben Ihre Unterlagen erhalten. Wir entscheiden bis zum 25. Januar 2027."},
		{"Geschil 772210", "Bedankt, we hebben uw documenten ontvangen. We beslissen uiterlijk 25 januari 2027."},
		{"Spor 772210", "Děkujeme, obdrželi jsme vaše dokumenty. Rozhodneme do 25. ledna 2027."},
		{"Tack för svaret i ärende 772210", "Räkna med besked senast den 21 december 2026. Till dess behöver du inte göra något."},
		{"Otrzymaliśmy Twoje wyjaśnienia", "Wyjaśnienia dołączyliśmy do sprawy 772930.", "Decyzja zapadnie najpóźniej 13 grudnia 2026 r. Nie musisz nic robić."},
		{"Potwierdzenie wpływu wyjaśnień", "Potwierdzamy, że wpłynęły Państwa wyjaśnienia w sporze o numerze 267133.", "Zostaną one rozpatrzone w terminie do dnia 8 grudnia 2026. Nie muszą Państwo nic robić."},
		{"Otrzymaliśmy Państwa dokumenty", "Potwierdzamy, że dokumenty w sporze nr 772210 dotarły do nas 28 grudnia 2026 r. Nie trzeba teraz nic robić. O decyzji poinformujemy w ciągu 21 dni."},
		{"Takk, vi har mottatt svaret ditt", "Svaret ditt i sak 772210 kom inn i dag. Kunden får anledning til å uttale seg, senest 5. desember 2026. Du trenger ikke å foreta deg noe."},
		{"Disputa 772210: resposta recebida", "Confirmamos a receção da sua resposta. Vamos analisar a sua informação e comunicar-lhe a decisão até 1 de dezembro de 2026. Até lá não precisa de fazer mais nada."},
		{"Ihre Antwort ist angekommen", "Vielen Dank! Wir haben Ihre Stellungnahme zu Streitfall 771002 erhalten.", "Die Kundin bekommt nun bis zum 9. Dezember 2026 Gelegenheit, sich zu Ihren Belegen zu äußern. Sie müssen derzeit nichts unternehmen."},
		{"Ihre Antwort ist angekommen", "Vielen Dank! Wir haben Ihre Stellungnahme zu Streitfall 771002 erhalten.", "Die Kundin bekommt nun bis zum 9. Dezember 2026 Gelegenheit, sich zu Ihren Belegen zu äußern. Bis dahin müssen Sie nichts unternehmen."},
		{"We got your response", "Thanks, we have received 3 files and your comments. There is nothing for you to do right now.", "Dispute ID", "772210", "Decision expected", "No later than January 8, 2027"},
		{"Ihre Antwort ist angekommen", "Vielen Dank, wir haben Ihre Unterlagen erhalten. Sie müssen nichts unternehmen.", "Streitfall-Nr.\t772210", "Entscheidung voraussichtlich\tbis spätestens 8. Januar 2027"},
	} {
		if n := said(t, lines...); n.Kind != rules.KindEvidenceReceived || n.Deadline != nil {
			t.Errorf("%q: got %s %v", lines, n.Kind, n.Deadline)
		}
	}
	for _, lines := range [][]string{
		{"New dispute", "We received a dispute from a customer and need your response by 4 December 2026. If you accept the claim, you don't need to do anything.", "Dispute ID: 266523"},
		{"New dispute 266523", "We received a dispute from a customer and need your response by 4 December 2026. You don't need to do anything in the portal."},
		{"Streitfall 772210", "Vielen Dank, wir haben Ihre Unterlagen erhalten. Ihr Kunde widerspricht, wir erwarten Ihre Stellungnahme bis zum 4. Dezember 2026. Falls Sie ihm zustimmen, müssen Sie nichts unternehmen."},
		{"Streitfall 772210", "Vielen Dank, wir haben Ihre Unterlagen erhalten. Ihr Kunde widerspricht dem in allem, deshalb erwarten wir Ihre Stellungnahme bis zum 4. Dezember 2026. Im Portal müssen Sie nichts unternehmen."},
		{"Dispute 266523", "We have received your documents. The customer answered, we need your statement by 4 December 2026. No action is needed in the portal."},
		{"Otrzymaliśmy reklamację 772210", "Otrzymaliśmy reklamację klienta i czekamy na Państwa odpowiedź do 4 grudnia 2026. Jeśli zgadzają się Państwo z klientem, nie trzeba nic robić."},
		{"Disputa 266270", "Como muy tarde necesito vuestra respuesta el viernes 4 de diciembre de 2026."},
		{"Dispute 266523", "Your documents must be received by 4 December 2026."},
		{"Dispute 266523", "Your first page was received, by 4 December 2026 please upload the rest. No action is needed in the portal."},
		{"More is needed in dispute 266523", "Thank you, we have received your answer. After your answer our verdict comes by 4 December 2026, please upload the invoice before. No action is needed in the portal."},
		{"Streitfall 772210: es fehlt etwas", "Vielen Dank, wir haben Ihre Stellungnahme erhalten. Ihre Antwort hilft, doch die Entscheidung fällt gegen Sie, falls bis zum 4. Dezember 2026 der Beleg fehlt. Im Portal müssen Sie nichts unternehmen."},
		{"Dispute 266523", "Thank you, we have received your answer. Please complete your answer, and the verdict comes by 4 December 2026."},
		{"Dispute 266523", "If you have replied already, thank you: we have received your answer and no action is needed.", "If nothing has come by 4 December 2026, the customer is right."},
		{"New dispute 266523", "No action is needed in the portal.", "Bring it to us by 4 December 2026."},
		{"New dispute 266523", "Before the verdict you have time until 4 December 2026."},
		{"New dispute 266523", "The decision falls by 4 December 2026. Evidence must be with us before."},
		{"Tvist 266523", "Redegørelsen bedes indsendt senest fredag den 4. december 2026, idet sekretariatet i modsat fald vil træffe afgørelse på det foreliggende grundlag."},
		{"Tvist 772210", "Har vi inget svar senast den 4 december 2026 fattar vi beslut utan er."},
		{"Streitfall 772210", "Liegt uns bis zum 4. Dezember 2026 nichts vor, entscheiden wir nach Aktenlage."},
		{"Streitfall 772210", "Die Kundin ist unzufrieden, bis zum 4. Dezember 2026 erwarten wir Ihre Antwort."},
		{"Streitfall 772210", "Falls bis zum 4. Dezember 2026 alles fehlt, entscheiden wir zugunsten des Kunden."},
		{"Streitfall 772210", "Liegt bis zum 4. Dezember 2026 nichts vor, fällt die Entscheidung nach Aktenlage."},
		{"Streitfall 772210: Entscheidung", "Gegen die Entscheidung steht Ihnen bis zum 4. Dezember 2026 der Einspruch offen."},
		{"Tvist 772210: beslut", "Mot beslutet finns senast den 4 december 2026 en möjlighet till omprövning."},
		{"Dispute 256947", "Thank you, we have received your answer. There is nothing for you to do in the portal.", "Appeal against the decision", "No later than December 12, 2026"},
		{"More is needed in dispute 266523", "Thank you, we have received your answer. One document is missing.", "For our decision we need it", "No later than December 4, 2026"},
		{"Streitfall 772210", "Wenn bis zum 4. Dezember 2026 keine Antwort vorliegt, entscheiden wir zugunsten des Kunden."},
		{"Streitfall 772210", "Die Kundin wartet: Bitte antworten Sie bis zum 4. Dezember 2026. Sonst müssen Sie nichts unternehmen."},
	} {
		if n := said(t, lines...); n.Deadline == nil {
			t.Errorf("%q: no deadline, %s", lines, n.Kind)
		}
	}
}

func TestDayOfARequestThatNoLongerStandsIsNoDeadline(t *testing.T) {
	n := said(t, "Case 714998: the customer changed their mind", "They have dropped the claim, and our request of 10 November, due on 4 December, no longer stands.")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultWithdrawn || n.Deadline != nil {
		t.Errorf("got %s %s %v", n.Kind, n.Result, n.Deadline)
	}
}

func TestLineThatEndsASentenceWithALabelTakesNoValueFromBelow(t *testing.T) {
	n := said(t, "Vi har tagit emot en invändning mot ett köp", "Invändningen har nummer 257113 hos oss. Hos er heter köpet LAMP-3391 (er", "referens).",
		"", "Ni har till och med den 3 december 2026 på er att ge er syn på saken.")
	if n.Deadline == nil || n.MerchantReference1 != "LAMP-3391" {
		t.Errorf("got %v %q", n.Deadline, n.MerchantReference1)
	}
}

func TestDaysOf24HoursAreCountedByTheHour(t *testing.T) {
	for line, want := range map[string]string{
		"Svara på det här mejlet inom ett dygn.":         "2026-11-24 09:00",
		"Svar på denne e-post innen 2 døgn.":             "2026-11-25 09:00",
		"Odpowiedz na tę wiadomość w ciągu jednej doby.": "2026-11-24 09:00",
		"Vastaa tähän viestiin 14 vuorokauden kuluessa.": "2026-12-07 23:59",
		"Antwoord op deze e-mail binnen één etmaal.":     "2026-11-24 09:00",
	} {
		n := said(t, "Dispute 418822", line)
		if n.Deadline == nil || n.Deadline.At.Format("2006-01-02 15:04") != want {
			t.Errorf("%q: got %v, want %s", line, n.Deadline, want)
		}
	}
}

func TestWhatTheCustomerWaitsForMakesNoReminder(t *testing.T) {
	n := said(t, "We need to hear from you about a purchase", "A customer sent everything back and got a slip. They are still waiting for their money. The objection has the dispute number 340985. Please reply by 1 December 2026.")
	if n.Kind != rules.KindDisputeRequest {
		t.Errorf("got %s", n.Kind)
	}
	if n := said(t, "Dispute 340985", "We are still waiting for your answer. Please reply by 1 December 2026."); n.Kind != rules.KindReminder {
		t.Errorf("got %s", n.Kind)
	}
}

func TestPhraseGoesBeforeWhatTwoOfItsWordsComeTo(t *testing.T) {
	if n := said(t, "Un comprador ha presentado una reclamación", "Un comprador nos dice que el pedido no le ha llegado.", "N.º de reclamación: 263099944400777"); n.Reason != rules.ReasonGoodsNotReceived {
		t.Errorf("got %q", n.Reason)
	}
	if n := said(t, "Sak 266533: dere fikk medhold", "Vi har konkludert i saken."); n.Result != rules.ResultWon {
		t.Errorf("got %q", n.Result)
	}
}

func TestSumIsNoNumberOfAnOrder(t *testing.T) {
	if n := said(t, "Nieuw geschil", "Geschil-ID: 340985", "Totaal van de bestelling\t€ 214,50"); n.OrderNumber != "" {
		t.Errorf("got %q", n.OrderNumber)
	}
}

func TestNumberRightBehindItsLabelIsReadInASentence(t *testing.T) {
	n := said(t, "Neuer Streitfall 256981", "Bei dir läuft der Einkauf unter der Händlerreferenz H-2027/118.")
	if n.MerchantReference1 != "H-2027/118" {
		t.Errorf("got %q", n.MerchantReference1)
	}
	n = said(t, "Ny sag 266411", "Din reference 1 er 70-1142 og din reference 2 er WEB.")
	if n.MerchantReference2 != "WEB" {
		t.Errorf("got %q", n.MerchantReference2)
	}
}

func TestCaseOfKlarnasWithAReasonIsReadBesideWordsOfItsOwnBusiness(t *testing.T) {
	n := said(t, "Pièce manquante – dossier 772810", "Merci pour votre réponse du 9 novembre. Il nous manque la preuve du remboursement (relevé ou avis de virement).",
		"Merci de la déposer sous 7 jours.", "Dossier : 772810", "Motif : retour non remboursé")
	if n.Kind != rules.KindFollowUp {
		t.Errorf("got %s", n.Kind)
	}
}

func TestDayBeforeTheMailYieldsToOneThatIsToCome(t *testing.T) {
	n := said(t, "Notice of objection 266874", "Please lodge your answer no later than 26 December 2026, it being noted that the consumer had been afforded until 5 November 2026 to settle.")
	if n.Deadline == nil || n.Deadline.At.Day() != 26 || n.Deadline.Ambiguous {
		t.Errorf("got %v", n.Deadline)
	}
	n = said(t, "Dispute 266874", "Please answer by 5 November 2026.")
	if n.Deadline == nil || n.Deadline.At.Day() != 5 {
		t.Errorf("alone: got %v", n.Deadline)
	}
}

func TestHourOfADeadlineIsReadWhereverItStands(t *testing.T) {
	n := said(t, "Erinnerung an Fall 266161", "Bitte antworten Sie in 3 Tagen.", "Es ist am Donnerstag, 26. November, um 18:00 Uhr MEZ so weit. Am Mittwoch, 25. November, um 9 Uhr ist es noch Zeit.")
	if n.Deadline == nil || n.Deadline.At.UTC().Format("2006-01-02 15:04") != "2026-11-26 17:00" {
		t.Errorf("got %v", n.Deadline)
	}
}

func TestSumOrHourEndsASentence(t *testing.T) {
	for _, line := range []string{
		"The customer disputes EUR 50.00. Respond by 4 December 2026.",
		"Der Kunde hat 1.249,00 reklamiert, um 18:00. Antworten Sie bis zum 4. Dezember 2026.",
		"Der Kunde hat beanstandet: € 50,00. Antworten Sie bis zum 4. Dezember 2026.",
	} {
		if n := said(t, "New dispute 256947", line); n.Deadline == nil {
			t.Errorf("%s: no deadline", line)
		}
	}
}

func TestDayThatStandsAloneHasItsLabelBehindIt(t *testing.T) {
	for _, lines := range [][]string{
		{"Dispute 266150", "20 November\tReminder sent", "4 January\tYour answer is due", "12 January\tWe tell the customer our decision"},
		{"Streitfall 266150", "4. Januar", "bis dahin brauchen wir deine Antwort", "Jetzt antworten"},
		{"Tvist 266498", "15. december", "sidste dag for de to ting", "Send resten"},
		{"Stop request for K8VQCLE", "Do not deliver the order.", "Answer\t2027-02-26 08:00 CET"},
	} {
		if n := said(t, lines...); n.Deadline == nil {
			t.Errorf("%q: no deadline", lines)
		}
	}
	for _, lines := range [][]string{
		{"Streitfall 266150", "4. Januar", "bis dann hilft uns deine Antwort", "12. Januar"},
		{"Streitfall 266150", "4. Januar", "Rückgabe des Käufers", "Mehr erfahren"},
		{"Dispute 266150", "20 November\tReminder sent", "4 January\tOur decision is due", "12 January\tYour answer is due"},
	} {
		if n := said(t, lines...); n.Deadline != nil && n.Deadline.At.Day() == 4 {
			t.Errorf("%q: got %v", lines, n.Deadline)
		}
	}
}

func TestDateGoesOnBehindTheEndOfALine(t *testing.T) {
	n := said(t, "Spor 267288", "Vyzýváme Vás proto, abyste doklad předložili k odpovědi nejpozději dne 4.", "prosince 2026. Sporná částka činí 2 890 Kč.")
	if n.Deadline == nil || n.Deadline.At.Day() != 4 {
		t.Errorf("got %v", n.Deadline)
	}
}

func TestReasonThatAnEndTellsAgainIsRead(t *testing.T) {
	for want, list := range map[string][][]string{
		rules.ReasonFaultyGoods: {
			{"Sak 266533: dere fikk medhold", "Vi har konkludert i saken der kunden mente at varen var mangelfull."},
			{"Abbiamo chiuso la pratica 266931", "La cliente lamentava un articolo difettoso. La decisione è a vostro favore.", "Pratica: 266931"},
		},
		rules.ReasonGoodsNotReceived: {
			{"Vorgang 912301 wurde zurückgenommen", "Ihr Kunde hat seine Beschwerde (Ware nicht erhalten) zurückgenommen. Vorgang 912301 ist damit beendet."},
			{"Outcome of case 266091", "We have decided in the shopper's favour.", "Claim – Item not received", "Dispute – 266091"},
		},
		rules.ReasonAlreadyPaid: {
			{"Ratkaisu tapaukseen 266630", "Asiakas osoitti maksaneensa laskun jo aiemmin. Ratkaisimme tapauksen 266630 asiakkaan hyväksi."},
		},
		"": {
			{"Dispute 266630 is closed", "We decided in the favour of the customer, whose parcel is lost."},
			{"Dispute 266630 is closed", "We decided in your favour: the parcel was lost, but not by you."},
			{"Información sobre tu disputa 903502", "Por un error técnico, el importe de la disputa 903502 se mostró mal en el portal."},
		},
	} {
		for _, lines := range list {
			if n := said(t, lines...); n.Reason != want {
				t.Errorf("%q: got %q, want %q: %s", lines, n.Reason, want, n.Kind)
			}
		}
	}
}

func TestEndThatBeginsWithThanksIsAnEnd(t *testing.T) {
	n := said(t, "Dispute 267133", "Thank you for your evidence. It did not convince us, and we have decided in the customer's favour.")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultLost {
		t.Errorf("got %s %s", n.Kind, n.Result)
	}
	n = said(t, "Dispute 267133", "Thank you for your evidence. If it does not convince us, we decide in the customer's favour.")
	if n.Kind != rules.KindEvidenceReceived {
		t.Errorf("got %s", n.Kind)
	}
}

func TestReceiptThatTellsWhatMayComeOrHowOthersEndedIsNoEnd(t *testing.T) {
	for _, lines := range [][]string{
		{"We received your evidence for dispute 266523", "Thank you. If we do not find in your favour the amount will be deducted.", "There is nothing more to do."},
		{"We received your evidence for dispute 266523", "Once the dispute is closed you are informed. A lost dispute can be appealed."},
		{"We received your response to dispute 266523", "Last time a dispute of this customer was closed in your favour. We now review your evidence."},
	} {
		if n := said(t, lines...); n.Kind != rules.KindEvidenceReceived || n.Result != "" {
			t.Errorf("%q: got %s %s", lines, n.Kind, n.Result)
		}
	}
}

func TestDeadlineOfAnOlderDisputeIsNotThatOfANewOne(t *testing.T) {
	want := time.Date(2027, 1, 19, 23, 59, 59, 0, time.UTC)
	for _, lines := range [][]string{
		{"A customer has raised a new dispute (266418)", "Dispute 258903 was closed in your favour. The deadline of 4 November 2026 that you will find in our older mails belonged to it.", "", "What we need now: the carrier and the carrier's proof. Put them into the form by 19 January 2027. If we hear nothing by then, we will decide."},
		{"A customer has raised a new dispute (266418)", "What we need: the carrier's proof. Please send us all of it by 19 January 2027."},
		{"A customer has raised a new dispute", "We have opened dispute 266418 today. Please answer by 19 January 2027.", "Dispute 258903 of the same customer was closed in October."},
		{"Ny indsigelse fra en kunde", "Vi har oprettet indsigelse 266418. I skal svare senest den 19. januar 2027.", "Samme kunde havde en anden sag hos jer, indsigelse 259214. Den blev afsluttet i november."},
	} {
		n := said(t, lines...)
		if n.DisputeID != "266418" || n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%q: read %q, %v", lines, n.DisputeID, n.Deadline)
		}
	}
	for want, lines := range map[string][]string{
		"none":   {"Our decision", "This follows dispute 100200. Dispute 266418 is closed."},
		"266418": {"Our decision", "Dispute 266418 is closed. Dispute 258903 goes on."},
		"":       {"New dispute", "Dispute 258903 and dispute 266418 are about one order. Please answer both."},
	} {
		if n := said(t, lines...); n.DisputeID != want && n.DisputeID != "" {
			t.Errorf("%q: read %q", lines, n.DisputeID)
		}
	}
	if n := said(t, "Ticket for dispute 900001", "Dispute ID: 266418", "Please answer by 19 January 2027."); n.DisputeID != "266418" {
		t.Errorf("read %q", n.DisputeID)
	}
}

func TestDayThatWasIsNoDeadlineOfAReceipt(t *testing.T) {
	for _, lines := range [][]string{
		{"Ihre Unterlagen sind bei uns eingegangen", "Ihre Stellungnahme zu Streitfall 266418 haben wir heute, am 23.11.2026, erhalten, also rechtzeitig vor Ablauf der Frist am 25.11.2026. Sie müssen nichts tun."},
		{"Nous avons bien reçu votre réponse", "Votre réponse au litige 266418 nous est bien parvenue. Aucune autre démarche n’est nécessaire. Pour mémoire, vous aviez jusqu’au 29 novembre 2026 pour répondre."},
	} {
		if n := said(t, lines...); n.Kind != rules.KindEvidenceReceived || n.Deadline != nil {
			t.Errorf("%q: read %s %v", lines, n.Kind, n.Deadline)
		}
	}
}

func TestLabelledOutcomeIsAnEnd(t *testing.T) {
	n := said(t, "Dispute 5169719640022: no action needed any more", "On 12 January the customer told us that your refund has arrived.", "Our request asked you to respond by 21 January 2027.", "Dispute ID: 5169719640022", "Dispute reason: Return", "Outcome: Withdrawn by customer")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultWithdrawn || n.Deadline != nil {
		t.Errorf("read %s %s %v", n.Kind, n.Result, n.Deadline)
	}
}

func TestMerchantMayAppealWhatTheCustomerWon(t *testing.T) {
	want := time.Date(2027, 1, 15, 23, 59, 59, 0, time.UTC)
	for _, line := range []string{
		"The customer won, but you may appeal by 15 January 2027.",
		"The customer won and you may appeal by 15 January 2027.",
		"If the customer won, an appeal is possible until 15 January 2027.",
		"El cliente ha ganado, pero puede apelar hasta el 15 de enero de 2027.",
		"Der Kunde hat gewonnen, Sie können jedoch bis zum 15. Januar 2027 Einspruch einlegen.",
		"De klant heeft gelijk gekregen, maar u kunt tot 15 januari 2027 bezwaar maken.",
	} {
		n := said(t, "Dispute 256947", line)
		if n.Kind != rules.KindAppealOpen || n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %s, %v", line, n.Kind, n.Deadline)
		}
	}
	for _, line := range []string{
		"The customer has until 15 January 2027 to appeal.",
		"The customer may appeal by 15 January 2027.",
		"If the customer disagrees, an appeal is possible until 15 January 2027.",
		"The customer has appealed and we will decide on the appeal by 15 January 2027.",
	} {
		if n := said(t, "Dispute 256947", line); n.Deadline != nil {
			t.Errorf("%s: read %s, %v", line, n.Kind, n.Deadline)
		}
	}
}
