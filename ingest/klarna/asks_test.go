package klarna

import (
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Of the mails below each wants something and says so beside words of quiet mails.

func TestEndOfAnotherDisputeEndsNotThisOne(t *testing.T) {
	for _, mail := range []struct {
		kind  rules.Kind
		lines []string
	}{
		{rules.KindFollowUp, []string{"Thank you – dispute 266119", "Thank you for your very quick answer in dispute 265871. That one is now closed in your favour and needs nothing.", "", "In dispute 266119 the signed proof of delivery is missing. Could you add it?", "Dispute ID: 266119"}},
		{rules.KindFollowUp, []string{"Tak for jeres svar – sag 266601", "Tak for jeres svar i sag 266088, som nu er lukket til jeres fordel.", "", "I tvist 266601 mangler vi stadig leveringskvitteringen. Vi vil sætte pris på, om I kan eftersende den inden fredag kl. 12.", "Tvist-ID: 266601"}},
		{rules.KindFollowUp, []string{"Tack för svaret – och en sak till i tvist 266518", "Tack för ditt snabba svar i tvist 266004, den är nu avslutad till er fördel.", "", "I tvist 266518 saknar vi fortfarande kvittot. Skulle du kunna komplettera med det?", "Tvist-ID: 266518"}},
		{rules.KindFollowUp, []string{"Uw bewijsstukken in geschil 266718", "Dank voor je bewijsstukken in geschil 266718, ze zijn goed aangekomen. Geschil 266090 is intussen in jullie voordeel gesloten.", "", "De factuur ontbreekt nog. Zou je die willen nasturen via het formulier?"}},
		{rules.KindUnknownKlarna, []string{"Customer withdrew dispute 339022178", "The customer withdrew dispute 339022178. It is closed and there is nothing left to do on it.", "", "Dispute 339024650 was opened this morning about a kettle that does not heat."}},
		{rules.KindUnknownKlarna, []string{"Dispute 339022178 closed", "Dispute 339022178 was closed in your favour.", "", "Then there is dispute 339024650. Please tell us what you offered the customer."}},
		{rules.KindDisputeRequest, []string{"Dispute 266119", "A customer has opened dispute 266119.", "", "Dispute 265871 was closed in your favour. So please send us your evidence for the new one."}},
		{rules.KindUnknownKlarna, []string{"Your dispute digest: 1 open, 1 closed", "Dispute ID\tReason\tStatus\tRespond by", "340985272240018\tReturn\tAwaiting you\t14 December", "340985272236690\tReturn\tClosed, won\t–"}},
		{rules.KindUnknownKlarna, []string{"Two disputes", "Dispute 265871 was closed in your favour. Dispute 266119 goes on."}},
		{rules.KindFollowUp, []string{"Dispute 266119", "This is about dispute 266119.", "", "Dispute 265871 was closed. We have looked at your answer here, and please send us the missing invoice."}},
	} {
		n := said(t, mail.lines...)
		if n.Kind != mail.kind || n.Result != "" {
			t.Errorf("%q: read %s %s", mail.lines[0], n.Kind, n.Result)
		}
		if n.Kind == rules.KindUnknownKlarna && len(n.Warnings) == 0 {
			t.Errorf("%q: nothing says why", mail.lines[0])
		}
	}
	n := said(t, "Case 77 of 2026", "We looked into case 4471120 of our own list and decided in your favour.", "Dispute ID: 266119")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultWon {
		t.Errorf("a number of another form: read %s %s", n.Kind, n.Result)
	}
	n = said(t, "Dispute 266119", "Dispute 265871 has nothing to do with this mail.", "", "Dispute 266119 was closed in your favour.")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultWon {
		t.Errorf("another paragraph: read %s %s", n.Kind, n.Result)
	}
	n = said(t, "Dispute 266119 closed", "Dispute 266119 was closed in your favour. Dispute 265871 of the same customer was lost.")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultWon {
		t.Errorf("read %s %s", n.Kind, n.Result)
	}
}

func TestCustomersEvidenceLeavesOursToBeSent(t *testing.T) {
	for _, lines := range [][]string{
		{"Documents received for dispute 266420", "We have received the customer's documents. What we have not received is yours. This is a gentle reminder to respond before the end of the month."},
		{"Unterlagen des Kunden eingegangen (Konflikt 266425)", "Die Unterlagen des Kunden sind bei uns eingegangen. Ihre eigene Stellungnahme steht noch aus: Bis Ende des Monats nehmen wir Ihre Antwort noch an."},
		{"Stukken van de klant ontvangen – geschil 266725", "De stukken van de klant zijn ontvangen. Dit is een herinnering aan ons verzoek: reageer vóór het einde van de maand."},
		{"Documentos del cliente recibidos (disputa 266801)", "Hemos recibido los documentos del cliente. El plazo ya venció y lo hemos ampliado: puede responder antes de que termine el mes."},
	} {
		n := said(t, lines...)
		if n.Kind == rules.KindEvidenceReceived || n.Deadline == nil || n.Deadline.At.Day() != 30 {
			t.Errorf("%q: read %s, %v", lines, n.Kind, n.Deadline)
		}
	}
}

func TestReceiptThatNeedsNothingMoreIsNoReminder(t *testing.T) {
	n := said(t, "Potvrzení o přijetí vašeho vyjádření", "Vaše vyjádření jsme v pořádku přijali a předali ho k posouzení.", "ID sporu: 274552917", "O výsledku vás budeme informovat, nejpozději do 15. prosince 2026. Do té doby od vás nic nepotřebujeme.")
	if n.Kind != rules.KindEvidenceReceived {
		t.Errorf("read %s", n.Kind)
	}
}

func TestEndThatAsksForSomethingByADayIsPutBeforeAPerson(t *testing.T) {
	for _, line := range []string{"Could you send us the label of the parcel?", "The label of the parcel should reach us by the end of next week."} {
		if n := said(t, "Dispute 266420 closed", "Dispute 266420 was closed in your favour.", line); n.Kind != rules.KindUnknownKlarna {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
	for _, line := range []string{"The money reaches you by the end of the week.", "We will tell the customer by Friday.", "Our written decision follows by the end of the month."} {
		if n := said(t, "Dispute 266420 closed", "Dispute 266420 was closed in your favour.", line); n.Kind != rules.KindResolved {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
}

func TestLostDisputeBesideAnAppealAndADayIsAnOpenAppeal(t *testing.T) {
	for _, lines := range [][]string{
		{"Our decision in dispute 418820", "We have decided in the customer's favour, and the purchase amount will be returned to them on 9 December 2026.", "", "This decision becomes final on 5 December 2026 unless you lodge an appeal before then. The last day on which an appeal can be lodged is 4 December 2026."},
		{"Abschlussmitteilung 70233419", "Die Prüfung des Streitfalls 70233419 ist abgeschlossen. Dem Vorbringen des Kunden wurde gefolgt.", "", "Gegen diese Entscheidung steht Ihnen der Einspruch offen; nach dem 4. Dezember 2026 eingehende Einsprüche bleiben unberücksichtigt."},
		{"Litige 33108829 : terminé", "Le litige 33108829 est terminé, en faveur du client.", "", "Si vous entendez contester cette décision, indiquez-le-nous. Sans nouvelles de votre part au 4 décembre 2026, nous considérerons que vous y renoncez."},
	} {
		n := said(t, lines...)
		if n.Kind != rules.KindAppealOpen || n.Deadline == nil || n.Deadline.At.Format(time.DateOnly) != "2026-12-04" || len(n.Warnings) == 0 {
			t.Errorf("%q: read %s, %v, %q", lines[0], n.Kind, n.Deadline, n.Warnings)
		}
	}
	n := said(t, "Dispute 418820", "Dispute 418820 was decided in the customer's favour. An appeal is possible. Our letter is dated 4 December 2026.", "Appeal deadline: 31 February 2027")
	if n.Kind != rules.KindAppealOpen || n.Deadline != nil || len(n.Warnings) == 0 {
		t.Errorf("a deadline that is no day: read %s, %v, %q", n.Kind, n.Deadline, n.Warnings)
	}
	for _, line := range []string{"This decision cannot be appealed.", "The time for an appeal is over."} {
		n := said(t, "Dispute 418820 closed", "Dispute 418820 was decided in the customer's favour. The amount will be deducted from your payout of 4 December 2026.", line)
		if n.Kind != rules.KindResolved || n.Deadline != nil {
			t.Errorf("%s: read %s, %v", line, n.Kind, n.Deadline)
		}
	}
}

func TestEndBesideWhatIsStillAskedForIsPutBeforeAPerson(t *testing.T) {
	for _, lines := range [][]string{
		{"Nieuw geschil over bestelling WW-1250 (vorige is gesloten)", "Het eerste geschil over deze bestelling, nummer 915102, hebben we vandaag gesloten. De klant heeft de trui inmiddels teruggestuurd. Daarvoor is een nieuw geschil aangemaakt:", "", "Reageren vóór of op: 9 december 2026", "Geschil-ID: 915530"},
		{"Tvister i dag: 1 åben, 3 afsluttet", "Åben - mangler jeres svar", "Tvist-ID: 830094", "Svarfrist: 27. november 2026", "", "Tre tvister er afsluttet, alle til jeres fordel."},
		{"Dispute 690045 closed - investigation opened", "Dispute 690045 has been closed without a decision.", "", "Please tell us to which address the goods were sent, no later than 26 November 2026."},
		{"Aiempi päätöksemme on muuttunut (riita 338470)", "9.11.2026 kerroimme, että voititte riita-asian. Olemme kumonneet päätöksen ja ratkaisseet asian asiakkaan eduksi.", "", "Oletteko eri mieltä? Ilmoittakaa siitä meille 30. marraskuuta 2026 mennessä."},
	} {
		if n := said(t, lines...); n.Kind != rules.KindUnknownKlarna || n.Deadline == nil {
			t.Errorf("%q: read %s, %v", lines[0], n.Kind, n.Deadline)
		}
	}
	for _, line := range []string{"The customer has withdrawn the dispute. There is nothing left to do.", "The dispute was decided in your favour."} {
		for _, sep := range []string{": ", "\t", "\n"} {
			form := strings.Split("Dispute ID"+sep+"266420\nDeadline"+sep+"9 December 2026", "\n")
			if n := said(t, append([]string{"Dispute 266420 closed", line}, form...)...); n.Kind != rules.KindResolved {
				t.Errorf("%s The form told again, %q: read %s", line, form, n.Kind)
			}
		}
	}
}

func TestReceiptThatNamesADayOfNobodyElseIsPutBeforeAPerson(t *testing.T) {
	for _, lines := range [][]string{
		{"RE: litige 90417755 - merci pour votre réponse", "Merci, tout est clair. Nous ne pouvons montrer ces messages qu'avec votre accord écrit.", "", "Nous retirerons la pièce du dossier si l'accord ne nous est pas parvenu le 4 décembre 2026 au soir."},
		{"Vastauksenne on vastaanotettu", "Kiitos, vastauksenne on vastaanotettu. Odotamme kuvaa 7.12.2026 saakka.", "Riita-asian tunnus: 490031"},
	} {
		if n := said(t, lines...); n.Kind != rules.KindUnknownKlarna {
			t.Errorf("%q: read %s", lines[0], n.Kind)
		}
	}
	for _, line := range []string{"You had until 4 December 2026.", "The customer has until 4 December 2026 to comment.", "We will decide by 4 December 2026.", "There is nothing left to do. Our desk is closed until 4 December 2026.", "The money leaves us on 4 December 2026.", "We will e-mail you once we have decided, typically on 4 December 2026.", "Good to know\nThe portal has a new look from 4 December 2026 on."} {
		if n := said(t, append([]string{"Dispute 90417755", "Thank you, we have received your answer."}, strings.Split(line, "\n")...)...); n.Kind != rules.KindEvidenceReceived {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
}

func TestNewsOfKlarnasOwnThatWantsSomethingOfAnOrderIsPutBeforeAPerson(t *testing.T) {
	for _, lines := range [][]string{
		{"Utbetalningarna fortsätter som vanligt", "Era utbetalningar fortsätter som vanligt. Ett köp gjordes hos er den 19 november (order LL-88120).", "Vi vore tacksamma om ni svarade med leveransadress och spårningsnummer."},
		{"Podsumowanie tygodnia: spory w Twoim sklepie", "Zamknięte: 81190027, wygrana, 59,00 zł zostaje u Ciebie.", "", "Nowe: 81190551. Numer referencyjny sprzedawcy 1: DB-4482.", "Opisz swoją wersję w formularzu do 4 stycznia 2027 r."},
		{"Übersicht Ihrer Fälle", "Dispute-ID\tStand\tBemerkung", "600127731\tAbgeschlossen\tZu Ihren Gunsten entschieden.", "600131408\tNeu\tBitte Retourenbeleg bis 27.11.2026 hochladen."},
	} {
		if n := said(t, lines...); n.Kind != rules.KindUnknownKlarna {
			t.Errorf("%q: read %s", lines[0], n.Kind)
		}
	}
	if n := said(t, "Your payout", "Your payout of November is on its way. Could you take part in our survey by Friday?"); n.Kind != rules.KindKlarnaOther {
		t.Errorf("read %s", n.Kind)
	}
}

// The mails are of Monday, 23 November 2026.
func TestDayIsNamedByTheEndOfAWeekOrAMonth(t *testing.T) {
	for line, want := range map[string]string{
		"Please answer by the end of the month.": "2026-11-30", "Please answer before the end of this week.": "2026-11-27",
		"Please answer by the end of next week.": "2026-12-04", "Please answer by the end of January at the latest.": "2027-01-31",
		"You can add your evidence. We keep it open for you through 4 December.": "2026-12-04",
		"Please answer by the day after tomorrow.":                               "2026-11-25",
		"Bitte antworten Sie bis Ende Januar.":                                   "2027-01-31",
		"Bitte antworten Sie bis Ende nächster Woche.":                           "2026-12-04",
		"Bitte antworten Sie bis übermorgen.":                                    "2026-11-25",
		"Svara före månadens slut.":                                              "2026-11-30",
		"Reageer vóór eind volgende week.":                                       "2026-12-04",
		"Merci de répondre avant la fin du mois.":                                "2026-11-30",
		"Svar innen utgangen av måneden.":                                        "2026-11-30",
		"Svar inden udgangen af måneden.":                                        "2026-11-30",
		"Responda antes de que termine el mes.":                                  "2026-11-30",
		"Rispondete entro la fine del mese.":                                     "2026-11-30",
		"Prosimy o odpowiedź do końca miesiąca.":                                 "2026-11-30",
		"Responda até ao final do mês.":                                          "2026-11-30",
		"Odpovězte prosím do konce měsíce.":                                      "2026-11-30",
		"Vastaa kuun loppuun mennessä.":                                          "2026-11-30",
		"We need your evidence no later than the last day of this month.":        "2026-11-30",
		"We keep the case open for your reply until the end of Thursday.":        "2026-11-26",
		"Vaše vyjádření potřebujeme do pozítří.":                                 "2026-11-25",
		"We will decide by the end of the month.":                                "",
		"The customer has to return it before the end of the month":              "",
	} {
		n := said(t, "Dispute 266420", line)
		got := ""
		if n.Deadline != nil {
			got = n.Deadline.At.Format(time.DateOnly)
		}
		if got != want {
			t.Errorf("%s: read %q, want %q", line, got, want)
		}
	}
}

func TestPoliteRequestIsHeardInAReceipt(t *testing.T) {
	for thanks, ask := range map[string]string{
		"Thank you, your answer to dispute 266420 has arrived.":            "Could you also add the packing list?",
		"Ihre Unterlagen zur Reklamation 266420 sind bei uns eingegangen.": "Könnten Sie noch den Lieferschein ergänzen?",
		"Nous avons bien reçu votre réponse au litige 266420.":             "Pourriez-vous y joindre le bon de commande ?",
		"Olemme vastaanottaneet vastauksenne riitautukseen 266420.":        "Voisitteko vielä liittää kuitin?",
		"Abbiamo ricevuto la vostra risposta alla contestazione 266420.":   "Vi saremmo grati di una copia della ricevuta.",
		"Hemos recibido su respuesta a la disputa 266420.":                 "Le agradeceríamos una copia del recibo.",
		"Recebemos a sua resposta à disputa 266420.":                       "Poderia enviar também o recibo?",
		"Otrzymaliśmy Państwa odpowiedź w sporze 266420.":                  "Czy mogliby Państwo dołączyć paragon?",
		"Obdrželi jsme vaši odpověď ke sporu 266420.":                      "Mohli byste přiložit účtenku?",
		"Vi har tagit emot ditt svar i tvist 266420.":                      "Skulle du kunna komplettera med kvittot?",
		"Vi har mottatt svaret ditt i tvist 266420.":                       "Kunne du lagt ved kvitteringen?",
		"Vi har modtaget jeres svar i indsigelse 266420.":                  "Vil I sende os kvitteringen?",
		"We hebben uw antwoord in geschil 266420 ontvangen.":               "Zou u de bon willen nasturen?",
	} {
		if n := said(t, "Klarna 266420", thanks, ask); n.Kind == rules.KindEvidenceReceived {
			t.Errorf("%s: read %s", ask, n.Kind)
		}
		if n := said(t, "Klarna 266420", thanks); n.Kind != rules.KindEvidenceReceived {
			t.Errorf("%s: read %s", thanks, n.Kind)
		}
	}
	for _, line := range []string{"Could you take two minutes for our short survey?", "Could you please be patient?"} {
		if n := said(t, "Dispute 266420", "Thank you, your answer to dispute 266420 has arrived.", line); n.Kind != rules.KindEvidenceReceived {
			t.Errorf("%s: read %s", line, n.Kind)
		}
	}
}
