package klarna

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestTheOneSumOfAFormNeedsNoKnownLabel(t *testing.T) {
	n := said(t, "New dispute", "A shopper says the item arrived broken.", "Dispute", "263500002", "Reply by", "11 December 2026", "The bit we talk about", "£89.00")
	if n.Amount != (rules.Money{Minor: 8900, Currency: "GBP"}) {
		t.Errorf("read %v", n.Amount)
	}
	for _, label := range []string{"Dispute fee", "Order value", "Goods", "Refund"} {
		n := said(t, "New dispute", "A shopper says the item arrived broken.", "Dispute", "263500002", "Reply by", "11 December 2026", label, "£89.00")
		if n.Amount.Minor != 0 {
			t.Errorf("%s: read %v", label, n.Amount)
		}
	}
}

func TestReferenceIsOfTheMerchantWhomItsLabelNames(t *testing.T) {
	n := said(t, "Neue Reklamation 263500001", "Antworten Sie bis zum 11.12.2026.", "Ref. 1 des Betriebs: BE-41", "Ref. 2 des Betriebs: FIL-2")
	if n.MerchantReference1 != "BE-41" || n.MerchantReference2 != "FIL-2" {
		t.Errorf("read %q and %q", n.MerchantReference1, n.MerchantReference2)
	}
}

func TestReferenceIsFoundAtALabelOfAnyForm(t *testing.T) {
	for want, lines := range map[string][]string{
		"PED-2026-88104":  {"ID de la disputa ........... 256955", "Referencia del comercio 1 .. PED-2026-88104", "Referencia del comercio 2 .. Almacén Getafe"},
		"FR/991/A":        {"Litige\t:\t340985272233451", "Référence marchand 1\t:\tFR/991/A"},
		"DK-20119":        {"Sags-id: 30415577", "Forretningsreference 1: DK-20119"},
		"SH-2077":         {"Tvist: 30415577", "Ordrereferanse (merchant reference 1): SH-2077"},
		"7718-NL":         {"Geschil: 30415577", "Het pakket met bestelling 7718-NL (zo staat het bij jou bekend als winkeliersreferentie 1) is nooit bezorgd."},
		"2210-44":         {"Tvistens nr........... 30415577", "Forretningens ref. 1.. 2210-44", "Forretningens ref. 2.. butik Aarhus"},
		"MODE-3321":       {"Tvist-id 340985272172733", "Din reference (Merchant Reference 1) MODE-3321"},
		"2026120044":      {"tvist_id             = 266190", "forhandler_ref_1     = 2026120044", "forhandler_ref_2     = ${merchantReference2}"},
		"A-2026-55813":    {"Dispute ID: 256947", "Wanted are 87.40 EUR. Merchant Reference 1: A-2026-55813. The invoice bears the date of 28 November 2026."},
		"Haus 5. Stock B": {"Dispute ID: 256947", "Merchant Reference 1: Haus 5. Stock B"},
		"No. 5 B":         {"Dispute ID: 256947", "Merchant Reference 1: No. 5 B"},
		"CAD00000":        {"Dispute ID: 256947", "Merchant Reference 1: CAD00000"},
		"WEB":             {"Please answer dispute 30415577, in which merchant reference 1 is WEB 7001."},
		"7002":            {"Please answer dispute 30415577, in which merchant reference 1 is 7002 b-2."},
		"T-8":             {"Riita: 30415577", "Puodinviite 1: T-8"},
		"WEB-77120-GB":    {"So that you can find the order: the dispute has the ID 263099944398666. Your own records should list the purchase as merchant reference 1 \"WEB-77120-GB\"."},
	} {
		if n := said(t, append([]string{"New dispute", "Please answer by 11 December 2026."}, lines...)...); n.MerchantReference1 != want || n.OrderNumber != "" {
			t.Errorf("%q: read %q, order %q", lines, n.MerchantReference1, n.OrderNumber)
		}
	}
	if n := said(t, "Kunden har trukket saken", "Kunden har trukket tilbake tvist 266577.", "Ordrereferanse (merchant reference 1): SH-2077"); n.MerchantReference1 != "SH-2077" {
		t.Errorf("read %q", n.MerchantReference1)
	}
	if n := said(t, "Re: vraagje over geschil 266229", "Kunnen jullie de track & trace nog aanleveren, graag voor het einde van 4 februari 2027?", "Jullie referentie 1 is trouwens LMP-0093."); n.MerchantReference1 != "LMP-0093" {
		t.Errorf("read %q", n.MerchantReference1)
	}
	if n := said(t, "Geschil 266229", "Antwoord voor 4 februari 2027.", "De Klarna-referentie is trouwens K4MADNY."); n.KlarnaReference != "K4MADNY" {
		t.Errorf("read %q", n.KlarnaReference)
	}
	for _, line := range []string{"The customer paid EUR 129.00 (see your merchant reference 1).", "She ordered on 2026-11-01 (see merchant reference 1).", "Merchant reference 1 is dated 2026-11-02.", "Your merchant reference 1 is page 17."} {
		if n := said(t, "New dispute 256947", "Please answer by 11 December 2026.", line); n.MerchantReference1 != "" {
			t.Errorf("%q: read %q", line, n.MerchantReference1)
		}
	}
	for _, line := range []string{"Bought as 551237 (web), merchant reference 1) unknown", "Order 551237 (which is not the dispute ID) is in question."} {
		if n := said(t, "New dispute", "Please answer by 11 December 2026.", line); n.MerchantReference1 == "551237" || n.DisputeID == "551237" {
			t.Errorf("%q: read %q, dispute %q", line, n.MerchantReference1, n.DisputeID)
		}
	}
	if n := said(t, "Ny tvist 256947", "Svar senest 11. december 2026.", "Tvistens nr........... 256947", "Forretningens ref. 1.. 2210-44", "Forretningens ref. 2.. butik Aarhus", "Frist................. 11. december 2026"); n.MerchantReference2 != "butik Aarhus" {
		t.Errorf("read %q", n.MerchantReference2)
	}
	if n := said(t, "New dispute 256947", "Please answer by 11 December 2026.", "Klarnareferens 1: K6ZXCVB"); n.MerchantReference1 != "" {
		t.Errorf("read %q", n.MerchantReference1)
	}
}

func TestNumberInGroupsOfThreeIsOne(t *testing.T) {
	for v, want := range map[string]string{"259 311": "259311", "263 099 944 412 907": "263099944412907", "259 3111": "", "25 93": ""} {
		if n := said(t, "Nový spor", "Odpovězte nejpozději do 25. ledna 2027", "Číslo sporu: "+v); n.DisputeID != want {
			t.Errorf("%s: read %q", v, n.DisputeID)
		}
	}
}

func TestOrderThatIsTheMerchantsReferenceIsSaidOnce(t *testing.T) {
	n := said(t, "Do not ship", "Reply to this email within 24 hours.", "Order: 45aa52f387871e3a2106aa01 (your merchant reference 1)")
	if n.MerchantReference1 != "45aa52f387871e3a2106aa01" || n.OrderNumber != "" {
		t.Errorf("read %q, order %q", n.MerchantReference1, n.OrderNumber)
	}
	n = said(t, "Do not ship", "Reply to this email within 24 hours.", "Order: 7001 (gift) B")
	if n.OrderNumber != "7001 (gift) B" {
		t.Errorf("read %q", n.OrderNumber)
	}
}

func TestWhatATemplateLeftUnfilledIsNoValue(t *testing.T) {
	for _, v := range []string{"null", "NULL", "n/a", "{{merchant_reference_2}}", "${ref2}", "%%REF2%%", "{REF2}", "[[ref2]]", "-", "{}"} {
		if n := said(t, "New dispute", "Dispute ID: 256947", "Merchant Reference 1: A-1", "Merchant Reference 2: "+v, "Deadline: 11 December 2026"); n.MerchantReference2 != "" || n.MerchantReference1 != "A-1" {
			t.Errorf("%s: read %q", v, n.MerchantReference2)
		}
	}
	if n := said(t, "New dispute", "Dispute ID: 256947", "Merchant Reference 2: {7}-B"); n.MerchantReference2 != "{7}-B" {
		t.Errorf("read %q", n.MerchantReference2)
	}
}

func TestNumberInTheLastLineIsTheMailsOwn(t *testing.T) {
	for _, lines := range [][]string{
		{"Afgørelse: I har fået medhold", "Indsigelsen med id 266193 er dermed lukket.", "Hav en god weekend!", "Sofie", "Sagsnummer 90667103"},
		{"Kunde mangler pakken sin", "Tvist-ID er 266193. Frist for å svare: 24. desember 2026.", "Ingrid", "Sak 90551288"},
		{"Litígio 266193", "Responda até 24 de dezembro de 2026.", "Inês", "Pedido n.º 90721177"},
	} {
		if n := said(t, lines...); n.DisputeID != "266193" || n.OrderNumber != "" {
			t.Errorf("%q: read %q, order %q", lines, n.DisputeID, n.OrderNumber)
		}
	}
	if n := said(t, "Please answer", "The parcel never came. Answer by 24 December 2026.", "Dispute 266193"); n.DisputeID != "266193" {
		t.Errorf("read %q", n.DisputeID)
	}
	for _, lines := range [][]string{
		{"New dispute", "Dispute 111111 of this customer is closed. Please answer the new one by 24 December 2026.", "The new dispute is 266193."},
		{"Neuer Streitfall", "Antworten Sie bis 24. Dezember 2026.", "Der Fall 111111 ist damit nicht gemeint.", "Streitfall 266193"},
	} {
		if n := said(t, lines...); n.DisputeID == "111111" {
			t.Errorf("%q: read %q", lines, n.DisputeID)
		}
	}
	for _, lines := range [][]string{
		{"New dispute", "Please answer dispute 266193 by 24 December 2026.", "It is about order 10001."},
		{"New dispute", "Dispute ID: 266193", "It concerns order 10001"},
		{"New dispute 266193", "Please answer soon.", "Order 10001"},
		{"New dispute 266193", "Please look into what we write of", "order 10001"},
	} {
		if n := said(t, lines...); n.OrderNumber != "10001" {
			t.Errorf("%q: read order %q", lines, n.OrderNumber)
		}
	}
	if n := said(t, "Stop shipping", "Do not ship. Answer within 24 hours.", "Order 2026-4401"); n.OrderNumber != "2026-4401" {
		t.Errorf("read %q", n.OrderNumber)
	}
}

func TestLabelWithoutAValueTakesNoneOfTheNext(t *testing.T) {
	n := said(t, "Informatieverzoek", "Merchant Reference 1 500182", "Merchant Reference 2", "Merchant ID K963412", "Bestelbedrag EUR 1.950,00")
	if n.MerchantReference2 != "" || n.MerchantID != "K963412" {
		t.Errorf("read %q, merchant %q", n.MerchantReference2, n.MerchantID)
	}
	for _, v := range []string{"Merchant Utrecht", "Merchant 7 Utrecht", "Customer 2077", "CC-1042", "00cc1042", "00cc0000", "cad10421"} {
		n = said(t, "New dispute", "Merchant Reference 1", "RTN-1", "Merchant Reference 2", v, "Dispute ID", "266222")
		if n.MerchantReference2 != v {
			t.Errorf("read %q", n.MerchantReference2)
		}
	}
	n = said(t, "Neuer Streitfall", "Händlerreferenz 1", "VU-1042", "Händlerreferenz 2", "VU K963412", "Streitfall-ID", "266222")
	if n.MerchantReference1 != "VU-1042" || n.MerchantReference2 != "" || n.MerchantID != "K963412" {
		t.Errorf("read %q, %q, merchant %q", n.MerchantReference1, n.MerchantReference2, n.MerchantID)
	}
	n = said(t, "Geschil gesloten", "Verkopersreferentie 1", "Order 66120", "Geschil-ID", "266222")
	if n.MerchantReference1 != "Order 66120" {
		t.Errorf("read %q", n.MerchantReference1)
	}
}

func TestLastOfSeveralPairsHoldsItsValue(t *testing.T) {
	n := said(t, "Geschil gesloten", "De klant heeft het geschil ingetrokken.", "", "Geschil-ID", "266222", "", "Verkopersreferentie 1", "RTN-1180-26", "", "Verkopersreferentie 2", "Utrecht", "", "Met vriendelijke groet,", "Klarna")
	if n.MerchantReference1 != "RTN-1180-26" || n.MerchantReference2 != "Utrecht" {
		t.Errorf("read %q and %q", n.MerchantReference1, n.MerchantReference2)
	}
}

func TestLabelThatBeginsWithTheWordForADeadlineIsOne(t *testing.T) {
	n := said(t, "Rückfrage zu Streitfall 266147", "Frist für Ihre Ergänzung\t2. Februar 2027, 18:00 Uhr MEZ", "Streitfall-ID\t266147")
	if n.Deadline == nil || !n.Deadline.At.Equal(time.Date(2027, 2, 2, 17, 0, 0, 0, time.UTC)) {
		t.Errorf("read %v", n.Deadline)
	}
}

func TestLabelOfTheCustomersDayIsNoDeadline(t *testing.T) {
	for _, line := range []string{
		"Frist für den Kunden\t20. Dezember 2026", "Frist för kunden: 20 december 2026", "Määräaika asiakkaalle\t20.12.2026",
		"Termijn voor de klant: 20 december 2026", "Termijn voor de klant\t20 december 2026", "Deadline for the customer: 20 December 2026",
	} {
		if n := said(t, "Dispute 256947", line); n.Deadline != nil {
			t.Errorf("%s: read %v", line, n.Deadline)
		}
	}
	for _, line := range []string{"Frist zur Rückerstattung an den Kunden: 14. Dezember 2026", "Termijn voor de reactie aan de klant: 14 december 2026", "Frist im Streitfall des Kunden: 14. Dezember 2026"} {
		if n := said(t, "Dispute 256947", line); n.Deadline == nil {
			t.Errorf("%s: no deadline", line)
		}
	}
}

func TestOrderOfASentenceIsFoundBehindWordsThatSayWhoseItIs(t *testing.T) {
	n := said(t, "Prüfung eines Kundenkontos", "Wir untersuchen einen möglichen Missbrauch. Es geht um die Bestell-ID bei uns 0d5f3c52-77ab-4a39-8e0b-5c1b6de0f2a4. Bitte direkt auf diese Mail antworten, innerhalb von 24 Stunden.")
	if n.OrderID != "0d5f3c52-77ab-4a39-8e0b-5c1b6de0f2a4" {
		t.Errorf("read %q", n.OrderID)
	}
}

func TestLabelThatSaysWhoseOrderItIsMayStandAboveIt(t *testing.T) {
	n := said(t, "Utredning av ett köp", "Order-ID hos Klarna:", "c3f1a7d2-55b0-4e8e-8a6c-0d9be1f42a70", "Svara inom 24 timmar.")
	if n.OrderID != "c3f1a7d2-55b0-4e8e-8a6c-0d9be1f42a70" {
		t.Errorf("read %q", n.OrderID)
	}
}

func TestObjectionOfACustomerIsADisputeAndNoAppeal(t *testing.T) {
	for _, list := range [][]string{
		{"Einspruch eines Käufers", "Ein Käufer hat Einspruch gegen seinen Kauf erhoben. Nehmen Sie bis 11. Dezember 2026 Stellung.", "Streitfall: 263500010"},
		{"Bezwaar van een klant", "Een klant heeft bezwaar gemaakt tegen een aankoop. Reageer uiterlijk 11 december 2026.", "Bezwaar: 263500014"},
		{"A buyer has raised an objection", "A buyer has lodged an objection. State your position by 11 December 2026.", "Dispute: 263500015"},
		{"Opposition d'un client", "Un client a formé opposition à un achat. Répondez avant le 11 décembre 2026.", "Litige : 263500011"},
		{"Výzva k vyjádření ve věci reklamace 263500016", "Kupující u nás uplatnil námitku proti platbě. Vyjádřete se do 11. prosince 2026.", "Číslo námitky: 263500016"},
	} {
		if n := said(t, list...); n.Kind != rules.KindDisputeRequest {
			t.Errorf("%q: read %s", list[0], n.Kind)
		}
	}
}

func TestGoodsThatACustomerAwaitsAreNoReminder(t *testing.T) {
	n := said(t, "Een koper wacht nog op een pakket", "Er is een geschil gestart", "Reden: niet ontvangen.", "Reageer uiterlijk 7 december 2026.", "Geschil-ID: 263300002", "Niet gereageerd? Dan krijgt de koper gelijk.")
	if n.Kind != rules.KindDisputeRequest {
		t.Errorf("read %s", n.Kind)
	}
}

func TestAppealThatIsTheCustomersIsAnEnd(t *testing.T) {
	n := said(t, "Geschil 263400007: u heeft gelijk", "We hebben in uw voordeel beslist. De klant kan binnen 10 dagen in beroep gaan.")
	if n.Kind != rules.KindResolved || n.Result != rules.ResultWon {
		t.Errorf("read %s %s", n.Kind, n.Result)
	}
}

func TestStopRequestIsNoMessageOfACustomer(t *testing.T) {
	n := said(t, "Message from a customer", "Do not ship order K-5531 and confirm within 24 hours.")
	if n.Kind != rules.KindStopRequest {
		t.Errorf("read %s", n.Kind)
	}
}

// Most heads of these columns are no labels that we know.
func TestRowOfHeadsIsKnownByItsShape(t *testing.T) {
	n := said(t, "VORGANG 263099944398111",
		"VORGANGS-NR\tQUUX\tGRUND\tFROB", "263099944398111\tNEU\tALREADY_PAID\tX12",
		"QUUX\tFRIST BIS\tFLURB\tSTREITWERT", "03.12.2026\t17.12.2026\tSTRP-DE-02\t74,99 EUR")
	if n.DisputeID != "263099944398111" || n.Reason != "already_paid" || n.Deadline == nil || n.Deadline.At.Day() != 17 || n.Amount.Minor != 7499 {
		t.Errorf("read %+v", n)
	}
	// Of two columns both hold figures.
	for id, lines := range map[string][]string{
		"263099944398111": {"Frob\tDispute ID", "16 December 2026\t263099944398111"},
		"showroom":        {"Merchant reference 1\tshowroom", "16 December 2026\treminder sent"},
	} {
		if n := said(t, append([]string{"New dispute"}, lines...)...); n.DisputeID+n.MerchantReference1 != id {
			t.Errorf("%q: read %+v", lines, n)
		}
	}
	// A label beside its value, twice a line.
	n = said(t, "New dispute", "Reason\tFaulty goods\tShop\tNordhus", "Whatever\t123\tDispute ID\t263099944398111", "Something\tRed\tDeadline\t17 December 2026")
	if n.Reason != "faulty_goods" || n.DisputeID != "263099944398111" || n.Deadline == nil {
		t.Errorf("read %+v", n)
	}
}

func TestReceiptThatAsksForMoreIsAFollowUp(t *testing.T) {
	for want, list := range map[rules.Kind][]string{
		rules.KindFollowUp:         {"Your submission of 18 January", "The documents do not suffice. You are requested to send us a signed proof of delivery for dispute 266905 within seven days.", "The documents were received with thanks."},
		rules.KindEvidenceReceived: {"Your submission of 18 January", "The documents for dispute 266905 were received with thanks. We will reply within seven days."},
	} {
		if n := said(t, list...); n.Kind != want {
			t.Errorf("%q: read %s", list[1], n.Kind)
		}
	}
	n := said(t, "Nous avons bien reçu vos justificatifs", "Nous examinons vos preuves sur le litige 266905 et rendrons notre décision sous 14 jours. Aucune action n'est requise de votre part.")
	if n.Kind != rules.KindEvidenceReceived {
		t.Errorf("read %s", n.Kind)
	}
}

func TestSignOfANumberEndsItsLabel(t *testing.T) {
	for _, lines := range [][]string{
		{"Litige n°", "272094415", "Motif", "Article défectueux"}, {"Litige n°\t272094415"}, {"Litige n° : 272094415"}, {"Contestazione n°", "272094415"}, {"Disputa n.º", "272094415"},
	} {
		if n := said(t, append([]string{"Klarna"}, lines...)...); n.DisputeID != "272094415" {
			t.Errorf("%q: read %q", lines, n.DisputeID)
		}
	}
}
