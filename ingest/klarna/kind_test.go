package klarna

import (
	"testing"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

// Subjects with an id in the body and nothing else: the kind must come from
// the subject alone.
func TestSubjectDecidesTheKindInEveryLanguage(t *testing.T) {
	for kind, list := range map[rules.Kind][]string{
		rules.KindDisputeRequest: {
			"A dispute has been opened against one of your orders", "Es wurde ein Streitfall eröffnet", "En tvist har öppnats", "En tvist er opprettet", "Der er oprettet en tvist",
			"Riitautus on avattu", "Er is een geschil geopend", "Un litige a été ouvert", "È stata aperta una contestazione", "Se ha abierto una disputa", "Otwarto nowy spór", "Foi aberta uma disputa", "Byl otevřen nový spor",
		},
		rules.KindReminder: {
			"Reminder: dispute awaiting your answer", "Erinnerung: Streitfall wartet auf Ihre Antwort", "Påminnelse: tvisten väntar på svar", "Påminnelse: tvist venter på svar", "Påmindelse: tvist afventer svar",
			"Muistutus: riitautus odottaa vastausta", "Herinnering: geschil wacht op reactie", "Rappel : un litige attend votre réponse", "Promemoria: contestazione in attesa di risposta", "Recordatorio: disputa pendiente de respuesta",
			"Przypomnienie: spór oczekuje na odpowiedź", "Lembrete: disputa a aguardar resposta", "Připomínka: spor čeká na odpověď",
		},
		rules.KindFollowUp: {
			"Further information needed for your dispute", "Weitere Informationen zum Streitfall benötigt", "Ytterligare information behövs i tvisten", "Vi trenger flere opplysninger om tvisten", "Yderligere oplysninger om tvisten",
			"Riitautus: tarvitsemme lisätietoja", "Aanvullende informatie nodig voor het geschil", "Litige : informations complémentaires demandées", "Contestazione: servono ulteriori informazioni", "Disputa: necesitamos información adicional",
			"Spór: potrzebne dodatkowe informacje", "Disputa: informações adicionais necessárias", "Spor: potřebujeme doplňující informace",
		},
		rules.KindResolved: {
			"The dispute has been settled", "Der Streitfall ist abgeschlossen", "Tvisten är löst", "Tvisten er avsluttet", "Tvisten er afsluttet", "Riitautus on ratkaistu", "Het geschil is opgelost", "Le litige est clos",
			"La contestazione è stata chiusa", "La disputa ha sido resuelta", "Spór został rozstrzygnięty", "A disputa foi encerrada", "Spor byl uzavřen",
		},
		rules.KindEvidenceReceived: {
			"Your response to the dispute was received", "Wir haben Ihre Antwort zum Streitfall erhalten", "Vi har tagit emot ert svar i tvisten", "Vi har mottatt svaret ditt i tvisten", "Vi har modtaget jeres svar i tvisten",
			"Olemme vastaanottaneet vastauksenne riitautukseen", "Wij hebben uw reactie op het geschil ontvangen", "Nous avons bien reçu votre réponse au litige", "Abbiamo ricevuto la vostra risposta alla contestazione",
			"Hemos recibido su respuesta a la disputa", "Otrzymaliśmy Państwa odpowiedź w sprawie sporu", "Recebemos a sua resposta à disputa", "Obdrželi jsme vaši odpověď ke sporu",
		},
		rules.KindAppealOpen: {
			"Dispute: you may appeal our decision", "Streitfall: Sie können Einspruch einlegen", "Tvist: ni kan överklaga", "Tvist: du kan nå anke", "Tvist: du kan appellere", "Riitautus: voit hakea muutosta",
			"Geschil: u kunt in beroep gaan", "Litige : vous pouvez faire appel", "Contestazione: potete presentare ricorso", "Disputa: puede apelar la decisión", "Spór: możliwość odwołania", "Disputa: pode recorrer da decisão", "Spor: můžete podat odvolání",
		},
		rules.KindStopRequest: {
			"Please hold the shipment of this order", "Bitte den Versand dieser Bestellung stoppen", "Stoppa leveransen av denna order", "Stopp leveringen av denne ordren", "Stop leveringen af denne ordre", "Keskeyttäkää tilauksen toimitus",
			"Stop de verzending van deze bestelling", "Veuillez bloquer l'expédition de cette commande", "Bloccare la spedizione di questo ordine", "Detenga el envío de este pedido", "Prosimy o wstrzymanie wysyłki zamówienia", "Suspenda o envio desta encomenda", "Zastavte prosím odeslání objednávky",
		},
		rules.KindInvestigation: {
			"Fraud investigation: please help", "Betrugsuntersuchung zu einer Bestellung", "Utredning av ett köp", "Etterforskning av et kjøp", "Undersøgelse af et køb", "Petostutkinta: tarvitsemme apuanne", "Fraudeonderzoek naar een bestelling",
			"Enquête concernant une commande", "Indagine su un ordine", "Investigación sobre un pedido", "Dochodzenie w sprawie zamówienia", "Investigação sobre uma encomenda", "Šetření týkající se objednávky",
		},
		rules.KindCustomerMessage: {
			"You received a message from a customer", "Sie haben eine Nachricht von einem Kunden", "Meddelande från din kund", "Melding fra kunden din", "Besked fra din kunde", "Viesti asiakkaaltasi", "Bericht van uw klant", "Message de votre client",
			"Messaggio dal tuo cliente", "Mensaje de su cliente", "Wiadomość od klienta", "Mensagem do seu cliente", "Zpráva od zákazníka",
		},
		rules.KindKlarnaOther: {
			"Payout report for November", "Auszahlungsbericht November", "Utbetalningsrapport", "Utbetalingsrapport", "Udbetalingsrapport", "Tilitysraportti", "Uitbetalingsrapport", "Rapport de règlement", "Rendiconto di novembre", "Informe de liquidación",
			"Raport rozliczeniowy", "Relatório de liquidação", "Přehled vyúčtování",
		},
	} {
		for _, s := range list {
			m := &eml.Message{Subject: s, Parts: []eml.Part{{Type: "text/plain", Rows: []eml.Row{{Cells: []string{"Merchant Reference 1: 10001"}}}}}}
			n, err := Parse(m, Options{FromKlarna: true})
			if err != nil || n.Kind != kind {
				t.Errorf("%q: got %s (%v), want %s", s, n.Kind, err, kind)
			}
		}
	}
}

func TestResultIsReadInWhoseFavourItIs(t *testing.T) {
	for s, want := range map[string]rules.Result{
		"The dispute was decided in your favour.":                                                 rules.ResultWon,
		"It was not decided in your favour.":                                                      rules.ResultLost,
		"We have refunded the customer.":                                                          rules.ResultLost,
		"The customer withdrew the dispute.":                                                      rules.ResultWithdrawn,
		"If you win, the amount stays with you.":                                                  rules.ResultUnknown,
		"Outcome: Won":                                                                            rules.ResultWon,
		"Decision: in the customer's favor":                                                       rules.ResultLost,
		"The customer's claim was rejected.":                                                      rules.ResultWon,
		"Your dispute was upheld for the consumer, in the consumer's favour.":                     rules.ResultLost,
		"Der Streitfall wurde zu Ihren Gunsten entschieden.":                                      rules.ResultWon,
		"Der Streitfall wurde nicht zu Ihren Gunsten entschieden.":                                rules.ResultLost,
		"Tvisten avgjordes till kundens fördel, därför är den stängd.":                            rules.ResultLost,
		"Vi har truffet en afgørelse i tvisten. I får medhold, og kunden skal betale for ordren.": rules.ResultWon,
		"Saken er avgjort i deres favør.":                                                         rules.ResultWon,
		"Sagen er afgjort til kundens fordel.":                                                    rules.ResultLost,
		"Riita on ratkaistu asiakkaan eduksi.":                                                    rules.ResultLost,
		"Het geschil is in uw voordeel beslist.":                                                  rules.ResultWon,
		"Le litige a été tranché en faveur du client.":                                            rules.ResultLost,
		"La contestazione è stata risolta a vostro favore.":                                       rules.ResultWon,
		"El cliente ha retirado la disputa.":                                                      rules.ResultWithdrawn,
		"Spór rozstrzygnięto na korzyść klienta.":                                                 rules.ResultLost,
		"A disputa foi decidida a seu favor.":                                                     rules.ResultWon,
		"Spor byl rozhodnut ve prospěch zákazníka.":                                               rules.ResultLost,
		"We decided in your favour, but the customer has been refunded in the past.":              rules.ResultUnknown,
	} {
		m := &eml.Message{Subject: "Dispute resolved", Parts: []eml.Part{{Type: "text/plain", Rows: []eml.Row{{Cells: []string{s}}}}}}
		n, err := Parse(m, Options{FromKlarna: true})
		if err != nil || n.Result != want {
			t.Errorf("%q: got %s %s (%v), want %s", s, n.Kind, n.Result, err, want)
		}
	}
}

// A person looks at it: what names no dispute and no order is not said to ask for an
// answer because disputes, a day and an answer occur in it.
func TestMailOfDisputesInGeneralIsPutBeforeAPerson(t *testing.T) {
	n := said(t, "Alteração dos dias de pagamento na Páscoa", "O pagamento será efetuado a 30 de março. Vendas, devoluções e disputas registadas até 24 de março entram nesse pagamento; as restantes, no seguinte.", "", "O prazo de resposta às disputas em curso não se altera.")
	if n.Kind != rules.KindUnknownKlarna {
		t.Errorf("read %s", n.Kind)
	}
	if n = said(t, "Lembrete: disputa em aberto", "Responda até 24 de março."); n.Kind != rules.KindReminder {
		t.Errorf("read %s", n.Kind)
	}
	if n = said(t, "Hello", "One of your customers has disputed a payment. You must respond by 3 December 2026."); n.Kind != rules.KindDisputeRequest {
		t.Errorf("read %s", n.Kind)
	}
	if n = said(t, "Hello", "A dispute was opened today. Log in and answer by 3 December 2026."); n.Kind != rules.KindDisputeRequest {
		t.Errorf("read %s", n.Kind)
	}
}

func TestFormOfADecisionIsNoRequest(t *testing.T) {
	n := said(t, "Esta vez la razón es del cliente", "Disputa cerrada", "Hemos decidido a favor del cliente. No tienes que hacer nada.", "Motivo: Compra no autorizada", "ID de la disputa: 5169719611509")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultLost {
		t.Errorf("read %s %s", n.Kind, n.Result)
	}
	n = said(t, "Disputa 5169719611509", "Disputa cerrada a favor del cliente si no responde.", "Responda antes del 4 de diciembre de 2026.", "Motivo: Compra no autorizada", "ID de la disputa: 5169719611509")
	if n.Kind == rules.KindResolved {
		t.Errorf("read %s", n.Kind)
	}
}

func TestReminderOfACodeIsNotOwedGoods(t *testing.T) {
	n := said(t, "[REMINDER] notification_faulty_goods / 256981", "dispute_id: 256981", "deadline: 2026-12-04", "dispute_reason: FAULTY_GOODS", "Respond to the request")
	if n.Kind != rules.KindReminder {
		t.Errorf("read %s", n.Kind)
	}
}

func TestReasonInParenthesesIsKlarnasOwnWord(t *testing.T) {
	for want, lines := range map[string][]string{
		rules.ReasonReturn:           {"Lembrete: litígio 266301", "O cliente devolveu os artigos (devolução) e diz que continua à espera dos 54,90 €.", "Responda até 4 de dezembro de 2026."},
		rules.ReasonGoodsNotReceived: {"Rappel: litige 266240", "Le consommateur soutient n’avoir jamais reçu la marchandise, d’une valeur de 2 450,00 €.", "Répondez avant le 4 décembre 2026."},
		"":                           {"Do not ship order K3QWERT", "Reply within 24 hours. An earlier parcel came back (return)."},
	} {
		if n := said(t, lines...); n.Reason != want {
			t.Errorf("%q: read %q", lines, n.Reason)
		}
	}
	for _, lines := range [][]string{
		{"New dispute 256947", "The customer says that the parcel never came. Please respond by 14 December 2026. If the customer sent it back (return), tell us when."},
		{"Neuer Streitfall 256947", "Ihr Kunde hat die Ware nie erhalten. Antworten Sie bis 14. Dezember 2026. Bei anderen Gründen (Rückgabe) gilt eine andere Frist."},
	} {
		if n := said(t, lines...); n.Reason != rules.ReasonGoodsNotReceived {
			t.Errorf("%q: read %q", lines, n.Reason)
		}
	}
}

func TestQuestionAboutAnOrderThatIsLookedIntoIsAnInvestigation(t *testing.T) {
	n := said(t, "Nachfrage zu Bestellung 20117-66", "Wir prüfen ungewöhnliche Aktivitäten auf einem Kundenkonto und gehen der Bestellung 20117-66 nach.", "Bitte antworten Sie auf diese E-Mail innerhalb von 24 Stunden.")
	if n.Kind != rules.KindInvestigation {
		t.Errorf("read %s", n.Kind)
	}
	n = said(t, "Rückfrage zu Streitfall 266147", "Danke für Ihre Antwort. Wir prüfen ungewöhnliche Aktivitäten und benötigen noch den Zustellnachweis bis zum 4. Dezember 2026.")
	if n.Kind != rules.KindFollowUp {
		t.Errorf("read %s", n.Kind)
	}
}

func TestNothingThatCameIsNotNothingToDo(t *testing.T) {
	n := said(t, "Reminder: 3 days left to answer dispute 5169719644820", "We wrote to you about the dispute and still have nothing from you. After Feb 13, 2027 the form closes.")
	if n.Kind != rules.KindReminder || n.Deadline == nil {
		t.Errorf("read %s, %v", n.Kind, n.Deadline)
	}
}

func TestWordInANumberIsNone(t *testing.T) {
	n := said(t, "Nie wysyłaj zamówienia K4KYC8E", "Prosimy wstrzymać wysyłkę i odpowiedzieć na tę wiadomość w ciągu 24 godzin.")
	if n.Kind != rules.KindStopRequest {
		t.Errorf("read %s", n.Kind)
	}
	n = said(t, "Do not ship", "We are looking into order KC12345. Reply to this email within 24 hours.")
	if n.Amount.Minor != 0 {
		t.Errorf("read %v", n.Amount)
	}
	if n := said(t, "Dispute 256947", "Disputed amount: EUR124.90", "Reply by 3 December 2026."); n.Amount.String() != "124.90 EUR" {
		t.Errorf("read %v", n.Amount)
	}
}

// The merchant chooses the language in Klarna's portal: it may be one that no
// vocabulary has.
func TestMailInALanguageThatNobodyTaughtIsPutBeforeAPerson(t *testing.T) {
	const bulgarian = "Уважаеми партньор, все още не сме получили отговора Ви. Моля, отговорете най-късно до 29.01.2027."
	for _, lines := range [][]string{
		{"Emlékeztető", "Tisztelt Partnerünk! Az alábbi ügyben még nem érkezett meg az Ön válasza. Kérjük, válaszoljon legkésőbb 2027. január 29-ig."},
		{"Klarna", "Klarna: " + bulgarian},
		{"Напомняне", bulgarian, "Privacy - Newsletter - The Klarna app"},
		{"Напомняне", bulgarian, "This email was sent to you by Klarna Bank AB (publ), Sveavägen 46, 111 34 Stockholm, Sweden. Read our privacy notice."},
	} {
		if n := said(t, lines...); n.Kind != rules.KindUnknownKlarna {
			t.Errorf("%s: read %s", lines[0], n.Kind)
		}
	}
	for _, lines := range [][]string{
		{"Settlement report 2027-03-15 is ready", "Merchant ID ... K512207", "Gross merchant sales: EUR 14,208.10 EUR", "Net merchant fees: EUR -402.77 EUR"},
		{"Hello", "We hope that you are well and that your shop is doing fine.", "Come by for a coffee with us at our stand.", "Klarna Bank AB (publ), Sveavägen 46, 111 34 Stockholm, Sweden, Corporate ID 556737-0431"},
		{"Your contacts", "The following people will be with you from now on.", "Account manager: Anna Lindqvist, Senior Partner Success Manager, Klarna Nordics"},
		{"New in the shop", "Checkout: faster, smarter", "Tracking: 24 hours", "Seats: free", "Webinar: 3 December"},
	} {
		if n := said(t, lines...); n.Kind != rules.KindKlarnaOther {
			t.Errorf("%s: read %s", lines[0], n.Kind)
		}
	}
}

func TestDisputeNamedInAnotherLanguageThanTheMailsIsPutBeforeAPerson(t *testing.T) {
	for want, lines := range map[rules.Kind][]string{
		rules.KindUnknownKlarna: {"Ny tvist", "Hello, this is about your shop. You find the rest in the portal."},
		rules.KindKlarnaOther:   {"Your question about the disputes app", "An admin can give a colleague access to the Disputes app in the portal."},
	} {
		if n := said(t, lines...); n.Kind != want {
			t.Errorf("%q: read %s", lines, n.Kind)
		}
	}
}

func TestMailThatAsksForAnAnswerInUnknownWordsIsPutBeforeAPerson(t *testing.T) {
	for line, want := range map[string]rules.Kind{
		"There is a contested payment on one of your orders. Please log in and answer it.":                       rules.KindUnknownKlarna,
		"Zu einer Bestellung liegt ein Kaufproblem vor. Bitte nehmen Sie im Händlerportal Stellung.":             rules.KindUnknownKlarna,
		"Det finns ett rapporterat problem med en av dina beställningar. Logga in och svara.":                    rules.KindUnknownKlarna,
		"We received the documents and verified your company. You do not have to do anything.":                   rules.KindKlarnaOther,
		"##- Please type your reply above this line -##":                                                         rules.KindKlarnaOther,
		"An admin can do this under Settings. If we do not hear from you, this ticket will be closed.":           rules.KindKlarnaOther,
		"Our next webinar is on Tuesday. Please answer this invitation.":                                         rules.KindKlarnaOther,
		"Please answer three short questions about our support.":                                                 rules.KindKlarnaOther,
		"Your request to merchant support: we have received your message and will reply. Please send your logs.": rules.KindKlarnaOther,
	} {
		if n := said(t, "Klarna", line); n.Kind != want {
			t.Errorf("%q: got %s, want %s", line, n.Kind, want)
		}
	}
	if n := said(t, "Din henvendelse 8850-1 er besvaret", "Du kan give en kollega adgang i portalen."); n.Kind != rules.KindKlarnaOther {
		t.Errorf("an answer in the subject: got %s", n.Kind)
	}
}

func TestReceiptThatTellsWhenItWillBeDecidedIsNoEnd(t *testing.T) {
	for _, line := range []string{
		"We confirm that we received your response and the two attachments. We will give our decision by 1 March 2027.",
		"Nous vous confirmons la bonne réception de votre réponse et des deux pièces jointes. Nous rendrons notre décision au plus tard le 1er mars 2027.",
		"We bevestigen de ontvangst van uw reactie en de twee bijlagen. Uiterlijk 1 maart 2027 laten we u ons besluit weten.",
		"Confermiamo la ricezione della tua risposta e dei due allegati. Comunicheremo la nostra decisione entro il 1 marzo 2027.",
		"Confirmamos la recepción de su respuesta y de los dos adjuntos. Le comunicaremos nuestra decisión antes del 1 de marzo de 2027.",
	} {
		if n := said(t, "Re: Dispute 77001562", line); n.Kind != rules.KindEvidenceReceived {
			t.Errorf("%q: got %s", line, n.Kind)
		}
	}
}

func TestRequestThatTellsOfAppealsIsARequest(t *testing.T) {
	for _, lines := range [][]string{
		{"A customer has opened dispute 256947. Please respond by 12 January 2027.", "After our decision you can appeal within 10 days."},
		{"Ein Kunde hat den Streitfall 256947 eröffnet. Bitte antworten Sie bis zum 12. Januar 2027.", "Nach unserer Entscheidung können Sie innerhalb von 10 Tagen Einspruch einlegen."},
	} {
		if n := said(t, append([]string{"Klarna"}, lines...)...); n.Kind != rules.KindDisputeRequest || n.Deadline == nil || n.Deadline.At.Day() != 12 {
			t.Errorf("%q: got %s %v", lines, n.Kind, n.Deadline)
		}
	}
	for _, lines := range [][]string{
		{"Klarna", "A customer opened dispute 256947. It was decided in the customer's favour. You can appeal by 12 January 2027."},
		{"You can appeal", "A customer opened dispute 256947. Appeal by 12 January 2027."},
	} {
		if n := said(t, lines...); n.Kind != rules.KindAppealOpen {
			t.Errorf("%q: got %s", lines, n.Kind)
		}
	}
}

func TestAppealThatMayComeAfterADecisionIsNone(t *testing.T) {
	const later = "After our decision you can appeal within 10 days."
	for line, want := range map[string]rules.Kind{
		"Please do not ship order 10001, we suspect fraud. Confirm by replying to this email.":                    rules.KindStopRequest,
		"We received your evidence in dispute 256947 and are reviewing it.":                                       rules.KindEvidenceReceived,
		"Thank you for your answer in dispute 256947. We need one more document from you: the proof of delivery.": rules.KindFollowUp,
	} {
		if n := said(t, "Klarna", line, later); n.Kind != want || n.Deadline != nil {
			t.Errorf("%q: got %s %v, want %s", line, n.Kind, n.Deadline, want)
		}
	}
	for _, lines := range [][]string{
		{"Dispute 256947 was decided in the customer's favour.", later},
		{"We have decided dispute 256947.", later, "You can appeal in our form."},
	} {
		if n := said(t, append([]string{"Klarna"}, lines...)...); n.Kind != rules.KindAppealOpen || n.Deadline == nil && lines[0][0] == 'D' {
			t.Errorf("%q: got %s %v", lines, n.Kind, n.Deadline)
		}
	}
}

func TestReceiptThatIsToComeIsNone(t *testing.T) {
	for _, line := range []string{
		"Dans l'attente de la réception de vos pièces, le litige 256947 reste ouvert.",
		"Un client a ouvert le litige 256947. Dès réception de vos documents, nous trancherons. Merci de répondre.",
		"Quedamos a la espera de la recepción de los documentos de la disputa 256947.",
		"Un cliente ha aperto la contestazione 256947. Alla ricezione dei documenti decideremo. Per favore, rispondi.",
		"We bevestigen de ontvangst van geschil 256947 van uw klant. Stuur ons uw reactie.",
	} {
		if n := said(t, "Klarna", line); n.Kind == rules.KindEvidenceReceived || n.Kind == rules.KindResolved || n.Kind == rules.KindKlarnaOther {
			t.Errorf("%q: got %s", line, n.Kind)
		}
	}
}

func TestReminderOfAnAnswerThatIsExpectedIsNoNewRequest(t *testing.T) {
	for _, line := range []string{
		"Nous vous rappelons que votre réponse au litige 256947 est attendue au plus tard le 12 décembre 2026.",
		"Vi ricordiamo che la vostra risposta alla contestazione 256947 deve pervenirci entro il 12 dicembre 2026.",
		"Lembramos que a sua resposta à disputa 256947 deve chegar até 12 de dezembro de 2026.",
		"Nous n'avons pas eu de vos nouvelles au sujet du litige 256947. Répondez avant le 12 décembre 2026.",
	} {
		if n := said(t, "Klarna 256947", line); n.Kind != rules.KindReminder {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
	for _, subject := range []string{"Second reminder (dispute 256947)", "Last reminder, deadline extended: dispute 256947"} {
		if n := said(t, subject, "The dispute was opened on 8 November 2026. Please answer by 12 December 2026."); n.Kind != rules.KindReminder {
			t.Errorf("%s: read %s", subject, n.Kind)
		}
	}
	if n := said(t, "New dispute 256947 (this is not a reminder)", "The dispute was opened on 22 November 2026. Please answer by 12 December 2026."); n.Kind != rules.KindDisputeRequest {
		t.Errorf("no reminder: read %s", n.Kind)
	}
	for _, line := range []string{
		"A customer has opened a dispute. Reminder: your response to the dispute is due by 12 December 2026.",
		"Un client a ouvert le litige 256947. N'oubliez pas de joindre la preuve de livraison. Votre réponse au litige est attendue avant le 12 décembre 2026.",
	} {
		if n := said(t, "Klarna 256947", line, "Dispute ID\t256947", "Dispute reason\tFaulty goods"); n.Kind != rules.KindDisputeRequest {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
}

func TestReceiptMayRepeatTheFormWhereItWantsNothing(t *testing.T) {
	form := []string{"Dispute ID\t256947", "Dispute reason\tFaulty goods", "Merchant reference 1\t10001"}
	for _, line := range []string{
		"Your response has been received. There's nothing else for you to do right now.", "Wir haben Ihre Unterlagen erhalten. Sie müssen nichts weiter tun.",
		"Vi har tagit emot ditt svar. Du behöver inte göra något.", "Nous avons reçu votre réponse. Vous n'avez rien à faire.",
	} {
		if n := said(t, append([]string{"Dispute 256947", line}, form...)...); n.Kind != rules.KindEvidenceReceived {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
	for _, line := range []string{
		"We have received a dispute from your customer.", "Your first file has been received, and the invoice is missing. No action is needed in the portal.",
		"Your evidence has been received in part. Add the delivery note.",
		"Your response has been received. The tracking number is missing. There is nothing else for you to do.",
		"Your response has been received. There's nothing else to do in the portal, but please upload the invoice by 1 December 2026.",
	} {
		if n := said(t, append([]string{"Dispute 256947", line}, form...)...); n.Kind == rules.KindEvidenceReceived {
			t.Errorf("%s: a receipt", line)
		}
	}
}

func TestReceiptThatNamesNoDayMayAskForMore(t *testing.T) {
	for line, want := range map[string]rules.Kind{
		"Thank you for your answer. We need one more document from you: the proof of delivery.":                            rules.KindFollowUp,
		"Thank you for your answer. When was the parcel sent?":                                                             rules.KindFollowUp,
		"Thank you for your answer. One more question: when was it sent?":                                                  rules.KindFollowUp,
		"Danke für Ihre Antwort. Wann wurde das Paket verschickt?":                                                         rules.KindFollowUp,
		"Tack för ditt svar. Kan du berätta när varorna skickades?":                                                        rules.KindFollowUp,
		"Gracias por su respuesta. ¿Quién firmó la entrega del pedido?":                                                    rules.KindFollowUp,
		"Merci pour votre réponse. Le client a-t-il renvoyé la veste ?":                                                    rules.KindFollowUp,
		"Danke für Ihre Antwort. Haben Sie Fragen zu dieser Bestellung? Wir helfen Ihnen gern.":                            rules.KindEvidenceReceived,
		"Thank you for your answer. What happens next? We review it.":                                                      rules.KindEvidenceReceived,
		"Thank you for your evidence. Please also send us the tracking number.":                                            rules.KindFollowUp,
		"Wir haben Ihre Unterlagen erhalten. Leider fehlt der Zustellnachweis.":                                            rules.KindFollowUp,
		"Tack för ditt svar. Vi behöver ytterligare ett dokument från dig: leveransbeviset.":                               rules.KindFollowUp,
		"Merci pour votre réponse. Il nous faut encore un document de votre part : la preuve de livraison.":                rules.KindFollowUp,
		"We received your evidence and are reviewing it. If we need more information we will ask for it.":                  rules.KindEvidenceReceived,
		"We received your evidence. You cannot send more documents now.":                                                   rules.KindEvidenceReceived,
		"We received your evidence and need nothing more from you. Please keep the documents.":                             rules.KindEvidenceReceived,
		"We received your evidence. Please do not send documents again.":                                                   rules.KindEvidenceReceived,
		"Wir haben Ihre Unterlagen erhalten. Bitte reichen Sie noch den Versandbeleg nach.":                                rules.KindFollowUp,
		"Vi har tagit emot dina dokument men behöver även en fraktsedel.":                                                  rules.KindFollowUp,
		"We hebben uw documenten ontvangen, maar hebben uw leveringsbewijs nog nodig.":                                     rules.KindFollowUp,
		"Nous avons bien reçu vos pièces, mais nous avons besoin de votre facture.":                                        rules.KindFollowUp,
		"Hemos recibido sus documentos, pero necesitamos su factura.":                                                      rules.KindFollowUp,
		"Tak for dit svar. Vi mangler stadig leveringsbeviset.":                                                            rules.KindFollowUp,
		"Otrzymaliśmy Państwa dokumenty, ale prosimy o przesłanie faktury.":                                                rules.KindFollowUp,
		"Wir haben vom Kunden Unterlagen erhalten. Bitte nehmen Sie dazu Stellung.":                                        rules.KindFollowUp,
		"Abbiamo ricevuto documenti dal cliente. Vi preghiamo di rispondere.":                                              rules.KindFollowUp,
		"We received your evidence. Please do not reply to this e-mail.":                                                   rules.KindEvidenceReceived,
		"Bedankt voor uw reactie. We hebben nog een vraag: wanneer is het pakket verzonden?":                               rules.KindFollowUp,
		"Tack för ditt svar. Vi har en fråga till: när skickades paketet?":                                                 rules.KindFollowUp,
		"Dziękujemy za dokumenty. Prosimy o podanie numeru przesyłki.":                                                     rules.KindFollowUp,
		"Thank you, we received your response. Please keep this e-mail as proof of your response.":                         rules.KindEvidenceReceived,
		"Recebemos as suas provas. Pedimos que aguarde a nossa resposta.":                                                  rules.KindEvidenceReceived,
		"Wir haben Ihre Stellungnahme erhalten. Bitte sehen Sie von weiteren Antworten ab.":                                rules.KindEvidenceReceived,
		"Nous accusons réception de votre réponse. Après notre décision, un recours est possible sous 10 jours.":           rules.KindEvidenceReceived,
		"Thank you for your answer. Please allow us a look at the invoice and send us your tracking number for our reply.": rules.KindFollowUp,
		"Merci de votre réponse. Vous n'avez rien à faire.":                                                                rules.KindEvidenceReceived,
		"Please note that we received your documents.":                                                                     rules.KindEvidenceReceived,
	} {
		if n := said(t, "Dispute 256947", line); n.Kind != want {
			t.Errorf("%q: got %s, want %s", line, n.Kind, want)
		}
	}
}

// The subject says what Klarna does with the dispute; the form asks for an answer.
func TestDisputeThatIsLookedIntoIsNoInvestigation(t *testing.T) {
	form := []string{"Dispute ID: 256947", "Dispute reason: Goods not received", "Respond by: 12 December 2026"}
	for _, subject := range []string{"We are investigating a dispute", "Investigation of a customer's dispute", "We onderzoeken een geschil van uw klant", "Vi utreder en tvist från er kund"} {
		if n := said(t, append([]string{subject}, form...)...); n.Kind != rules.KindDisputeRequest {
			t.Errorf("%s: read %s", subject, n.Kind)
		}
	}
	for _, subject := range []string{"Fraud investigation of order 77-1", "Fraud investigation: disputed order 77-1"} {
		if n := said(t, append([]string{subject}, form...)...); n.Kind != rules.KindInvestigation {
			t.Errorf("%s: read %s", subject, n.Kind)
		}
	}
}

func TestEndUnderTheSubjectOfAMessageIsAnEnd(t *testing.T) {
	for line, want := range map[string]rules.Kind{
		"Reklamation 256947 abgeschlossen": rules.KindResolved, "Ihre Unterlagen sind eingegangen": rules.KindEvidenceReceived,
		"Ihre Stellungnahme wird geprüft": rules.KindEvidenceReceived, "Eine Frage zu Größe und Farbe": rules.KindCustomerMessage,
	} {
		if n := said(t, "Klarna – Nachricht zu Ihrer Bestellung", line, "", "Reklamations-ID: 256947", "Händlerreferenz 1: 77-1"); n.Kind != want {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
}

func TestLostDisputeWithADayToComeAtItsLabelIsAnAppeal(t *testing.T) {
	for _, lines := range [][]string{
		{"Vedtak i sak 2720933", "Vi har vurdert saken og gitt kunden medhold. Er dere uenige, kan vedtaket klages på én gang.", "Tvistesak\t2720933", "Klagefrist\t10. desember 2026"},
		{"Decision in dispute 256947", "The dispute was decided in the customer's favour.", "Dispute ID: 256947", "Final date: 10 December 2026", "Deadline: 10 December 2026"},
	} {
		if n := said(t, lines...); n.Kind != rules.KindAppealOpen || n.Deadline == nil || n.Deadline.At.Day() != 10 || n.Result != rules.ResultLost {
			t.Errorf("%s: read %s, %v, %s", lines[0], n.Kind, n.Deadline, n.Result)
		}
	}
}

func TestDayOfAnEndAtALabelIsNoDeadline(t *testing.T) {
	for _, row := range []string{"Clôturé le\t23 novembre 2026", "Date limite\t20 novembre 2026"} {
		n := said(t, "Litige clôturé", "Ce litige a été tranché en faveur du client.", "Identifiant du litige\t270883164", row)
		if n.Kind != rules.KindResolved || n.Deadline != nil || n.Result != rules.ResultLost {
			t.Errorf("%s: read %s, %v, %s", row, n.Kind, n.Deadline, n.Result)
		}
	}
}

// The form below tells what it was about, and the day that has passed is why it was lost.
func TestDisputeLostForWantOfAnAnswerHasEnded(t *testing.T) {
	for _, line := range []string{
		"As no answer reached us by 12 November 2026, dispute 256947 has been lost.", "Dispute no. 256947 has been lost.",
		"Aangezien wij geen reactie ontvingen vóór 12 november 2026, is geschil 256947 verloren.",
		"Poiché non è arrivata risposta entro il 12 novembre 2026, la contestazione 256947 è stata persa.",
		"Eftersom vi inte fått svar senast den 12 november 2026 har tvisten 256947 avgjorts till kundens fördel.",
	} {
		n := said(t, "Klarna 256947", line, "Dispute ID: 256947", "Deadline: 12 November 2026", "Reason: Return")
		if n.Kind != rules.KindResolved || n.Result != rules.ResultLost || n.Deadline != nil {
			t.Errorf("%s: read %s, %s, %v", line, n.Kind, n.Result, n.Deadline)
		}
	}
	for _, line := range []string{
		"If we do not receive your answer by 12 December 2026, dispute 256947 is lost.", "Unless you answer, dispute 256947 is lost.", "Dispute 256947 is about to be decided in the customer's favour.",
		"Dispute no. 256947 has been opened.", "If nobody answers, dispute no. 256947 will be lost.",
	} {
		if n := said(t, "Klarna 256947", line, "Dispute ID: 256947", "Reason: Return"); n.Kind != rules.KindDisputeRequest || n.Result != "" {
			t.Errorf("%s: read %s, %s", line, n.Kind, n.Result)
		}
	}
}

func TestAppealWithinATimeIsOpen(t *testing.T) {
	for _, lines := range [][]string{
		{"Decision in dispute 256947", "You lost dispute 256947. If you disagree with what we have decided, you can appeal within 10 days."},
		{"Entscheidung im Streitfall 256947", "Der Streitfall 256947 wurde zugunsten des Kunden entschieden. Sie können innerhalb von 10 Tagen Einspruch einlegen."},
		{"Tvist 256947 är avgjord", "Tvisten har avgjorts till kundens fördel. Du kan överklaga beslutet inom 10 dagar."},
	} {
		if n := said(t, lines...); n.Kind != rules.KindAppealOpen || n.Deadline == nil || n.Deadline.At.Day() != 3 || n.Result != rules.ResultLost {
			t.Errorf("%s: read %s, %v, %s", lines[0], n.Kind, n.Deadline, n.Result)
		}
	}
}

func TestWhatNeedNotBeSentLeavesWhatIsMissing(t *testing.T) {
	for _, line := range []string{
		"Gracias por su respuesta a la disputa 256947. Falta el número de seguimiento. Envíelo antes del 30 de noviembre de 2026. No es necesario enviar el original.",
		"Děkujeme za odpověď ve sporu 256947. Chybí číslo zásilky. Zašlete jej prosím do 7 dnů. Není třeba posílat originál.",
		"Dziękujemy za odpowiedź w sporze 256947. Brakuje numeru przesyłki. Prosimy o przesłanie go w ciągu 7 dni. Nie trzeba wysyłać oryginału.",
		"Takk for svaret i tvist 256947. Sporingsnummeret mangler. Send det innen 7 dager. Det er ikke nødvendig å sende originalen.",
		"Grazie per la vostra risposta alla contestazione 256947. Manca il numero di tracciamento. Inviatelo entro 7 giorni. Non occorre l'originale.",
		"Thank you for your answer to dispute 256947. The tracking number is missing. Send it within 7 days. You do not need to reply to this email.",
	} {
		if n := said(t, "Klarna 256947", line); n.Kind == rules.KindEvidenceReceived || n.Deadline == nil || n.Deadline.At.Day() != 30 {
			t.Errorf("%s: read %s, %v", line, n.Kind, n.Deadline)
		}
	}
}
