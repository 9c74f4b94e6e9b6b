package klarna

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestNumberOfSeveralWordsIsCountedWhole(t *testing.T) {
	for line, days := range map[string]int{
		"Responda no prazo de vinte e quatro dias.": 24, "Veuillez répondre sous vingt et un jours.": 21, "Responda en un plazo de treinta y un días.": 31,
		"Prosimy o odpowiedź w ciągu dwudziestu jeden dni.": 21, "Svar oss innen tolv dager fra datoen på denne e-posten.": 12, "Odpovězte prosím do čtyřiadvaceti dnů.": 24,
		"Please respond within forty-five days.": 45, "Veuillez répondre sous quarante-cinq jours.": 45, "Bitte antworten Sie innerhalb von neunzig Tagen.": 90,
	} {
		want := time.Date(2026, 11, 23, 23, 59, 59, 0, time.UTC).AddDate(0, 0, days)
		n := said(t, "Dispute 256947", line)
		if n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

func TestEndOfANumberIsNoNumber(t *testing.T) {
	for _, line := range []string{"Please respond to this dispute within forty-two days.", "Veuillez répondre à ce litige sous soixante-dix jours."} {
		if n := said(t, "Dispute 256947", line); n.Deadline != nil {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

// A paragraph that tells what may be is in every mail; hours are of this one.
func TestHoursToldBesideWhatMayBeAreADeadline(t *testing.T) {
	n := said(t, "Urgent: do not ship order K8TRWQX", "Please hold the shipment.", "", "Let us know within 24 hours whether you managed to stop it. Just hit reply on this message; a new email would end up in another queue.")
	if n.Kind != rules.KindStopRequest || n.Deadline == nil || !n.Deadline.At.Equal(time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("read %s, %v", n.Kind, n.Deadline)
	}
}

func TestPeriodIsReadInEveryLanguage(t *testing.T) {
	want := time.Date(2026, 11, 28, 23, 59, 59, 0, time.UTC)
	for _, line := range []string{
		"Help us to sort it out. There are 5 days left.", "You have five (5) days.", "Du hast 5 Tage Zeit.", "Ihnen bleiben 5 Tage.",
		"Tu as 5 jours pour répondre.", "Hai 5 giorni di tempo.", "Tienes 5 días.", "Tens 5 dias.", "U krijgt 5 dagen om te reageren.",
		"Du har 5 dagar på dig.", "Du har 5 dage tilbage.", "Du har 5 dager på deg.", "Sinulla on 5 päivää aikaa.", "Masz 5 dni.",
		"Máte na to 5 dní.", // no Danish "to", which is two
	} {
		n := said(t, "Dispute 256947", line, "Dispute ID\t256947")
		if n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

func TestWeekAndMonthNeedNoNumber(t *testing.T) {
	week, fortnight, month := time.Date(2026, 11, 30, 23, 59, 59, 0, time.UTC), time.Date(2026, 12, 7, 23, 59, 59, 0, time.UTC), time.Date(2026, 12, 23, 23, 59, 59, 0, time.UTC)
	for line, want := range map[string]time.Time{
		"Please respond within a week.": week, "You have a fortnight to respond.": fortnight, "Please respond within a month.": month,
		"Bitte antworten Sie binnen Wochenfrist.": week, "Bitte antworten Sie innerhalb eines Monats.": month,
		"Merci de répondre sous huitaine.": week, "Merci de répondre sous quinzaine.": fortnight, "Merci de répondre dans un délai d’un mois.": month,
		"Reageer binnen een maand.": month, "Svara inom en månad.": month, "Svar innen én måned.": month, "Svar inden en måned.": month,
		"Vastaa viikon kuluessa.": week, "Sinulla on kuukausi aikaa vastata.": month, "Responda en el plazo de un mes.": month,
		"Risponda entro un mese.": month, "Responda no prazo de um mês.": month, "Prosimy o odpowiedź w ciągu tygodnia.": week,
		"Masz miesiąc na odpowiedź.": month, "Odpovězte do týdne.": week, "Máte měsíc na odpověď.": month,
	} {
		n := said(t, "Dispute 256947", line, "Dispute ID\t256947")
		if n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

// "Puolentoista", one and a half, is no number of the vocabulary.
func TestWeekBehindAnUnknownNumberIsNotOneWeek(t *testing.T) {
	if n := said(t, "Dispute 256947", "Vastaa riitaan puolentoista viikon kuluessa."); n.Deadline != nil {
		t.Errorf("read %v", n.Deadline)
	}
}

// The mail is of a Monday, 23 November 2026.
func TestDayIsNamedWithoutItsDate(t *testing.T) {
	day := func(d, h, m, s int) time.Time { return time.Date(2026, 11, d, h, m, s, 0, time.UTC) }
	for line, want := range map[string]time.Time{
		"Please respond by tomorrow.":                                               day(24, 23, 59, 59),
		"Please respond by 5 pm tomorrow.":                                          day(24, 17, 0, 0),
		"Respond by: Friday":                                                        day(27, 23, 59, 59),
		"Deadline: tomorrow, 5 pm":                                                  day(24, 17, 0, 0),
		"Répondez au plus tard demain à 17h00.":                                     day(24, 17, 0, 0),
		"You have until Friday. Please respond by Thursday.":                        day(26, 23, 59, 59),
		"Your response is due tomorrow.":                                            day(24, 23, 59, 59),
		"Today is the last day to respond.":                                         day(23, 23, 59, 59),
		"Please respond by Friday.":                                                 day(27, 23, 59, 59),
		"Please respond by Monday.":                                                 day(23, 23, 59, 59),
		"Bitte antworten Sie spätestens morgen um 10 Uhr.":                          day(24, 10, 0, 0),
		"Die Frist endet morgen.":                                                   day(24, 23, 59, 59),
		"Prosimy o odpowiedź do jutra.":                                             day(24, 23, 59, 59),
		"Fristen går ut i morgon.":                                                  day(24, 23, 59, 59),
		"Prosimy o odpowiedź do piątku.":                                            day(27, 23, 59, 59),
		"Vastaa perjantaihin mennessä.":                                             day(27, 23, 59, 59),
		"Responda el viernes por la mañana a más tardar, o sea, antes del viernes.": day(27, 23, 59, 59),
		"If you do not respond by today, we will decide.":                           day(23, 23, 59, 59),
		"Die Frist endet heute, Ihre Antwort fehlt nicht nur uns.":                  day(23, 23, 59, 59),
		"Please respond by tomorrow, or by 3 December 2026.":                        time.Date(2026, 12, 3, 23, 59, 59, 0, time.UTC),
	} {
		n := said(t, "Dispute 256947", line, "Dispute ID\t256947")
		if n.Deadline == nil || !n.Deadline.At.Equal(want) {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
	for _, line := range []string{
		"Please respond. We will decide by tomorrow.", "We will send you our answer by tomorrow.", "The customer wrote to you by Friday.", "Please respond by Friday the 12th.",
		"Bis heute haben wir keine Antwort von Ihnen erhalten.", "Sie haben bis heute nicht geantwortet.", "Until today you have not responded.", "Hasta hoy no ha respondido.", "Do dziś nie otrzymaliśmy odpowiedzi.",
		"The deadline ended on Friday.", "The parcel is due Friday.", "The invoice is due tomorrow.", "Bitte antworten Sie bis Freitag Morgen 9 Uhr.", "You had until Friday to respond.",
		"Please respond by Friday (12/1).", "Guten Morgen, bitte antworten Sie.", "Antworten Sie bitte bis Do.",
	} {
		if n := said(t, "Dispute 256947", line, "Dispute ID\t256947"); n.Deadline != nil {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

func TestTimeThatHasGoneIsNoDeadline(t *testing.T) {
	for _, line := range []string{
		"This is the third dispute in the past 3 months.", "Dies ist die dritte Reklamation in den letzten 3 Monaten.", "Det här är den tredje tvisten under de senaste 3 månaderna.",
		"Det er den tredje indsigelse inden for de seneste 3 måneder.", "Dette er den tredje tvisten i løpet av de siste 3 månedene.", "Tämä on kolmas riitautus viimeisten 3 kuukauden aikana.",
		"Dit is het derde geschil in de laatste 3 maanden.", "C'est le troisième litige dans les derniers 3 mois.", "È la terza contestazione negli ultimi 3 mesi.",
		"Es la tercera disputa en los últimos 3 meses.", "É a terceira disputa nos últimos 3 meses.", "To trzeci spór w ciągu ostatnich 3 miesięcy.", "Je to třetí spor za poslední 3 měsíce.",
	} {
		if n := said(t, "Klarna 256947", "A customer has opened dispute 256947. Please answer.", line); n.Deadline != nil {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
		if n := said(t, "Klarna 256947", "We still need your invoice for dispute 256947 by 12 December 2026.", line); n.Deadline == nil || n.Deadline.At.Day() != 12 || n.Deadline.Ambiguous {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
}

// Neither the time that Klarna takes nor what is possible after its decision is ours, and a
// payout that follows needs nobody.
func TestTimeOfOthersIsNoDeadline(t *testing.T) {
	for _, line := range []string{
		"Once we have decided, you can appeal within 10 days.", "Når vi har avgjort saken, kan dere klage innen 10 dager.", "När vi har fattat beslut kan du överklaga inom 10 dagar.",
		"Når vi har afgjort sagen, kan du klage inden for 10 dage.", "Kun olemme tehneet päätöksen, voitte valittaa 10 päivän kuluessa.",
		"Tendrá noticias nuestras en un plazo de 14 días tras su respuesta.", "Terá notícias nossas no prazo de 14 dias após a sua resposta.", "U hoort binnen 14 dagen na uw antwoord van ons.",
		"Vous aurez de nos nouvelles dans les 14 jours suivant votre réponse.", "Kuulette meistä 14 päivän kuluessa vastauksestanne.", "Du hör från oss inom 14 dagar efter ditt svar.",
	} {
		if n := said(t, "Klarna 256947", "Please answer dispute 256947.", line); n.Deadline != nil || n.Kind == rules.KindAppealOpen || n.Kind == rules.KindEvidenceReceived {
			t.Errorf("%s: read %s, %v", line, n.Kind, n.Deadline)
		}
	}
	for _, line := range []string{"The payout follows within 5 business days.", "Die Auszahlung folgt innerhalb von 5 Werktagen.", "Le versement suivra sous 5 jours ouvrés.", "Utbetalningen kommer inom 5 arbetsdagar."} {
		if n := said(t, "Dispute 256947", "We have closed dispute 256947: you won.", line, "Dispute ID: 256947", "Reason: Return"); n.Kind != rules.KindResolved || n.Deadline != nil {
			t.Errorf("%s: read %s, %v", line, n.Kind, n.Deadline)
		}
	}
}

func TestTimeThatAQuestionToComeWouldLeaveIsNoDeadline(t *testing.T) {
	for _, line := range []string{
		"If we need more information we'll ask you, and you'll then have 7 days to reply.", "Wenn wir weitere Informationen benötigen, haben Sie 7 Tage Zeit zu antworten.",
		"Als wij meer informatie nodig hebben, heeft u 7 dagen om te reageren.",
	} {
		if n := said(t, "Dispute 256947", "Thank you, your response to dispute 256947 has reached us. Nothing else is needed from you.", line); n.Kind != rules.KindEvidenceReceived || n.Deadline != nil {
			t.Errorf("%s: read %s, %v", line, n.Kind, n.Deadline)
		}
	}
	for _, line := range []string{"If we do not receive your answer within 7 days, we will decide without it.", "If we still lack your answer within 7 days, we will decide for the customer.", "If we do not receive your answer, please send it within 7 days, we will decide without it."} {
		if n := said(t, "Dispute 256947", "A customer has opened dispute 256947.", line); n.Deadline == nil || n.Deadline.At.Day() != 30 {
			t.Errorf("%s: read %s, %v", line, n.Kind, n.Deadline)
		}
	}
}

func TestTimeInAParagraphOfWhatMayBeCountsWhereNoOtherIsNamed(t *testing.T) {
	for _, lines := range [][]string{
		{"Beslut i er tvist – möjlighet att överklaga", "Vi har nu beslutat i tvist 2719006 och kunden får tillbaka sina pengar.", "Tycker ni att beslutet är fel har ni möjlighet att överklaga det. Överklagandet ska lämnas i portalen inom tio dagar från dagens datum. Kommer inget in står beslutet fast."},
		{"Oppfølging av svaret ditt", "Takk for at du svarte så raskt på innsigelse 2712240.", "Kan dere sjekke mottaket en gang til og gi oss en oppdatert forklaring innen 10 dager? Skriv gjerne hvem som har kvittert, dersom returen er kommet inn. Det gjelder 899 kroner."},
	} {
		if n := said(t, lines...); n.Deadline == nil || n.Deadline.At.Day() != 3 {
			t.Errorf("%s: read %s, %v", lines[0], n.Kind, n.Deadline)
		}
	}
	n := said(t, "Question about dispute 256947", "Thank you for your answer to dispute 256947. One more question: when was it sent?", "We may decide in favour of the customer. If we do, you can appeal within 10 days. Otherwise the money would stay with you.")
	if n.Kind != rules.KindFollowUp || n.Deadline != nil {
		t.Errorf("read %s, %v", n.Kind, n.Deadline)
	}
}
