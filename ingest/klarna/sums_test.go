package klarna

import (
	"testing"

	"github.com/disputewatch/disputewatch/rules"
)

// Where no words name the disputed sum, what the whole order cost and a fee leave one.
func TestTheSumThatIsNoOthersIsTheDisputedOne(t *testing.T) {
	for want, list := range map[string][][]string{
		"64.50 GBP": {
			{"A shopper is questioning an order", "£64.50", "is in the freezer", "Your shopper says the parcel never turned up.", "Case", "263099944391207", "Whole order", "£129.00", "Tell us by", "29 December 2026"},
			{"New dispute 256947", "A customer says that the parcel never came. £64.50 waits for your answer by 3 December 2026. A fee of £15.00 may apply."},
			{"New dispute 256947", "A customer says that the parcel never came. £64.50 waits for your answer by 3 December 2026. There is a £15.00 fee if it is lost."},
		},
		"132.50 EUR":  {{"Ton client n’a rien reçu", "132,50 €", "c’est tout vu", "Dossier", "266815", "Panier total", "265,00 €", "Répondez avant le", "5 janvier 2027"}},
		"1249.00 SEK": {{"Din kund saknar sitt paket", "1 249:-", "är fryst", "Din kund säger att varan aldrig kom fram.", "Ärende", "266301", "Hela köpet", "2 498:-", "Svara senast", "31 januari 2027"}},
		"249.00 EUR":  {{"Notice of objection 266874", "A consumer has raised a dispute. The invoice was drawn up for €1,249.00, of which €249.00 is contested. Reply by 26 January 2027."}},
		"45.00 GBP":   {{"Dispute 714420 closed in your favour", "You keep the £45.00. Your next payout is on 3 December 2026."}},
		"780.00 EUR":  {{"Stop shipment of order KPT2N6C", "Do not ship. It is worth 780,00 EUR. Reply to this e-mail within 24 hours."}},
		"695.00 SEK":  {{"En kund bestrider ett köp (tvist 340985272179001)", "Kunden uppger att fakturan är fel. Det gäller 695 kr av totalt 2 085 kr. Du har fram till 26 januari 2027 på dig att svara."}},
		"198.00 EUR":  {{"Abbiamo bisogno della tua versione", "L’ordine VN-5518 (totale € 264,00) è stato contestato con il numero di contestazione 340985272190344 e riguarda solo una parte dell’ordine, pari a € 198,00.", "Hai tempo fino al 25/01/2027."}},
		"21.50 GBP":   {{"A shopper is questioning an order", "The parcel never turned up. £21.50 of their £129.00 wait for you.", "Whole order", "£129.00 · 2 items", "Dispute ID: 256947", "Reply by 29 December 2026."}},
		"696.00 SEK":  {{"En kund bestrider ett köp (tvist 340985272179001)", "Beloppet som kunden invänder mot är 696 kr av totalt 2 085 kr. Du har fram till 26 januari 2027 på dig att svara."}},
		"22.50 GBP":   {{"New dispute 256947", "The parcel never turned up. £22.50 (order total £129.00).", "Reply by 29 December 2026."}},
		"84.99 GBP":   {{"Kim says it never turned up", "Answer by", "23 December 2026", "They're disputing", "£84.99 of £131.49", "Dispute", "340985272172561"}},
		"59.90 EUR":   {{"Deine Antwort fehlt uns", "Antworte bis 15.01.2027, sonst entscheiden wir ohne dich.", "Ware kam kaputt an (defekte Ware)", "59,90 €", "Fall-ID: 340985272172602"}},
		"3490.00 CZK": {{"Výsledek reklamace č. 70330914", "Rozhodli jsme v její prospěch. Částku 3 490,00 Kč započteme proti výplatě dne 3. března 2027, poplatek za spor činí 550 Kč."}},
		"1249.50 SEK": {{"Påminnelse", "Tvistens nummer - 301177", "Säljarens referens 1 - WEB-2026-7781", "Belopp - 1 249:50 kr", "Svara senast den 28 januari 2027."}},
		"1890.00 EUR": {{"Enquête en cours sur la commande 7740-FR", "La commande 7740-FR (référence Klarna K4NQWIE, montant 1 890,00 EUR) est concernée. Répondez directement à ce courriel sous 24 heures."}},
		"149.95 EUR":  {{"Entscheidung in Ihrem Streitfall 263099944412907", "Wir haben zugunsten des Kunden entschieden. Die für die Retoure strittigen 149,95 EUR ziehen wir mit der Auszahlung vom 05.03.2027 ein."}},
		"1449.00 EUR": {{"Verzend deze bestelling nog niet: 2026-77130", "We zien een verhoogd risico bij bestelling 2026-77130 van 18 december 2026 (€ 1.449,00). Beantwoord deze e-mail uiterlijk 19 december 2026."}},
		"2349.50 DKK": {{"Afgørelse i sag 256947", "Kunden får medhold, og vi modregner kr. 2.349,50 samt et gebyr på kr. 200,00."}},
		"39.99 EUR":   {{"Disputa 459001", "Artículo defectuoso, 39,99 €. Respuesta a más tardar el 5 de marzo de 2027."}},
		"0.00": {
			{"Sag 266511", "Beløbet på fakturaen passer ikke, skriver din kunde: 845 kr. i stedet for 645 kr.", "Svar os inden", "25. januar 2027"},
			{"New dispute 256947", "Order total: 120.00 EUR", "You have refunded 20.00 EUR of the order.", "Reply by 3 December 2026."},
			{"New dispute 256947", "Order total: 120.00 EUR", "With this order 150.00 EUR came to you.", "Reply by 3 December 2026."},
			{"New dispute 256947", "Order total: 120.00 USD", "With this order 20.00 EUR came to you.", "Reply by 3 December 2026."},
			{"New dispute 256947", "Reply by 3 December 2026.", "They're disputing", "£10.00 and £20.00"},
			{"New dispute 256947", "The order came to 184.00 EUR. Reply by 3 December 2026."},
			{"Stop shipment of order KC7YN4H", "Do not ship. Reply to this e-mail within 24 hours."},
			{"Stop shipment of order 77-1", "Do not ship. We are here Fr 8–18. Reply to this e-mail within 24 hours."},
			{"New dispute 256947", "A customer says that the parcel never came. Reply by 3 December 2026.", "What happens next", "A parcel of more than 50.00 EUR needs a signature."},
		},
	} {
		for _, lines := range list {
			n := said(t, lines...)
			if got := n.Amount.String(); got != want && !(n.Amount == rules.Money{} && want == "0.00") {
				t.Errorf("%q: read %s, want %s", lines, got, want)
			}
		}
	}
}

func TestDollarsOfAnEnglishMailAreAmericanUnlessItNamesAnotherCountry(t *testing.T) {
	const mail = "Please answer dispute 256947 over $120.00 by 3 December 2026."
	if n := said(t, "New dispute", mail); n.Amount.String() != "120.00 USD" || len(n.Warnings) != 1 {
		t.Errorf("read %s, %q", n.Amount, n.Warnings)
	}
	for _, other := range []string{"Klarna Australia Pty Ltd, Sydney", "Times are AEST.", "Klarna Canada Ltd"} {
		if n := said(t, "New dispute", mail, other); n.Amount.Minor != 0 {
			t.Errorf("%s: read %s", other, n.Amount)
		}
	}
}

func TestDollarsAreThoseOfTheirSignWhereverTheyStand(t *testing.T) {
	for sum, want := range map[string]string{"A$89.00": "89.00 AUD", "NZ$ 89.00": "89.00 NZD", "AUD$89.00": "89.00 AUD", "HK$89.00": "", "S$89.00": ""} {
		n := said(t, "New dispute", "The customer disputes "+sum+" of a purchase.")
		if want == "" && !n.Amount.IsZero() || want != "" && n.Amount.String() != want {
			t.Errorf("%s: read %s", sum, n.Amount)
		}
	}
}

func TestCrownsAreThoseOfTheLanguage(t *testing.T) {
	for want, lines := range map[string][]string{
		"649.00 DKK":  {"Ny indsigelse", "Sagsnr\t256947", "Svarfrist\t3. december 2026", "Omtvistet beløb\t649,00 kr."},
		"4375.50 SEK": {"Ny tvist", "Ärendenr\t256947", "Svara senast 3 december 2026. Det omtvistade beloppet uppgår till 4 375 kronor och 50 öre."},
		"689.00 NOK":  {"Ny tvist", "Saksnr\t256947", "Svarfrist\t3. desember 2026", "Omtvistet beløp\tkr 689,–"},
	} {
		if n := said(t, lines...); n.Amount.String() != want || len(n.Warnings) == 0 {
			t.Errorf("%q: read %s, %q", lines, n.Amount, n.Warnings)
		}
	}
	if n := said(t, "New dispute", "Dispute ID\t256947", "Reply by\t3 December 2026", "Disputed amount\t649.00 kr"); n.Amount.Minor != 0 {
		t.Errorf("read %s in English", n.Amount)
	}
}

func TestSumOfALaterSentenceIsNotTheLabels(t *testing.T) {
	for _, line := range []string{"Amounts are in Danish kroner (DKK). Disputes below 50 kr are not taken.", "Amount: see the portal. The fee is 20,00 EUR."} {
		if n := said(t, "New dispute 256947", "A customer says that the lamp is broken.", line); n.Amount.Minor != 0 {
			t.Errorf("%s: read %s", line, n.Amount)
		}
	}
	if n := said(t, "New dispute 256947", "Amount: 1.895,00 kr. Currency: DKK"); n.Amount.Minor != 189500 {
		t.Errorf("read %s", n.Amount)
	}
}
