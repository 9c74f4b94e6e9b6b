package klarna

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/disputewatch/disputewatch/ingest/eml"
	"github.com/disputewatch/disputewatch/rules"
)

// tongue is how one language's invented notices speak. Labels are those of
// deadline, reason, dispute id, merchant reference 1 and 2, amount.
type tongue struct {
	lang, subject, hello string
	labels               [6][]string
	reasons              map[string][]string
	months               []string
	date                 func(t time.Time, month string) string
}

func dayMonthYear(t time.Time, month string) string {
	return fmt.Sprintf("%d %s %d", t.Day(), month, t.Year())
}

func dotted(t time.Time, month string) string {
	return fmt.Sprintf("%d. %s %d", t.Day(), month, t.Year())
}

func ofMonth(t time.Time, month string) string {
	return fmt.Sprintf("%d de %s de %d", t.Day(), month, t.Year())
}

var tongues = []tongue{
	{
		"en", "New dispute from a customer", "One of your customers has opened a dispute about an order in your store.",
		[6][]string{{"Response deadline", "Please respond by", "Due date"}, {"Dispute reason", "Type of claim", "Reason"}, {"Dispute ID", "Case number", "Dispute ref."}, {"Merchant Reference 1", "Your order reference"}, {"Merchant Reference 2", "Merchant ref. 2"}, {"Disputed amount", "Amount in dispute"}},
		map[string][]string{rules.ReasonReturn: {"Return", "Returned goods"}, rules.ReasonFaultyGoods: {"Faulty goods", "Damaged item"}, rules.ReasonGoodsNotReceived: {"Goods not received", "Item not received"}},
		[]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
		dayMonthYear,
	},
	{
		"de", "Neuer Streitfall zu einer Bestellung", "Ihr Kunde hat zu einer Bestellung in Ihrem Shop einen Streitfall eröffnet.",
		[6][]string{{"Antwortfrist", "Antwort bis", "Fällig am"}, {"Grund", "Grund des Streitfalls", "Reklamationsgrund"}, {"Streitfall-ID", "Streitfallnummer", "Fallnummer"}, {"Händlerreferenz 1", "Händler-Referenz 1"}, {"Händlerreferenz 2"}, {"Strittiger Betrag", "Streitwert"}},
		map[string][]string{rules.ReasonReturn: {"Rückgabe", "Retoure"}, rules.ReasonFaultyGoods: {"Fehlerhafte Ware", "Defekter Artikel"}, rules.ReasonGoodsNotReceived: {"Ware nicht erhalten"}},
		[]string{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
		dotted,
	},
	{
		"sv", "Ny tvist om en beställning", "En av era kunder har öppnat en tvist om ett köp i er butik.",
		[6][]string{{"Svara senast", "Sista svarsdag"}, {"Orsak till tvisten", "Anledning"}, {"Tvist-ID", "Tvistnummer", "Ärendenummer"}, {"Handlarreferens 1", "Butikens referens 1"}, {"Handlarreferens 2"}, {"Omtvistat belopp", "Tvistbelopp"}},
		map[string][]string{rules.ReasonReturn: {"Retur"}, rules.ReasonFaultyGoods: {"Felaktiga varor", "Skadad vara"}, rules.ReasonGoodsNotReceived: {"Ej mottagna varor", "Varan har inte levererats ej levererad"}},
		[]string{"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"},
		dayMonthYear,
	},
	{
		"no", "Ny tvist på en ordre", "En kunde har åpnet en tvist på en ordre i butikken deres.",
		[6][]string{{"Svarfrist", "Frist for svar"}, {"Årsak til tvisten", "Begrunnelse"}, {"Tvist-ID", "Saksnummer"}, {"Butikkens referanse 1", "Forhandlerreferanse 1"}, {"Forhandlerreferanse 2"}, {"Omtvistet beløp"}},
		map[string][]string{rules.ReasonReturn: {"Retur"}, rules.ReasonFaultyGoods: {"Defekt vare"}, rules.ReasonGoodsNotReceived: {"Varer ikke mottatt"}},
		[]string{"januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november", "desember"},
		dotted,
	},
	{
		"da", "Ny tvist om en ordre", "En af jeres kunder har åbnet en tvist om et køb i jeres butik.",
		[6][]string{{"Svarfrist", "Sidste frist for svar"}, {"Årsag til tvisten", "Begrundelse"}, {"Tvist-ID", "Sagsnummer"}, {"Forhandlerreference 1", "Butikkens reference 1"}, {"Forhandlerreference 2"}, {"Omtvistet beløb"}},
		map[string][]string{rules.ReasonReturn: {"Returnering"}, rules.ReasonFaultyGoods: {"Beskadigede varer"}, rules.ReasonGoodsNotReceived: {"Varer ikke modtaget"}},
		[]string{"januar", "februar", "marts", "april", "maj", "juni", "juli", "august", "september", "oktober", "november", "december"},
		dotted,
	},
	{
		"fi", "Uusi riita tilauksesta", "Asiakas on avannut riidan tilauksesta, jonka hän teki kaupassanne.",
		[6][]string{{"Vastauksen määräaika", "Vastaa viimeistään"}, {"Riidan syy", "Syy"}, {"Riidan tunnus", "Tapausnumero"}, {"Kauppiaan viite 1"}, {"Kauppiaan viite 2"}, {"Riidanalainen summa"}},
		map[string][]string{rules.ReasonReturn: {"Palautus"}, rules.ReasonFaultyGoods: {"Vialliset tuotteet"}, rules.ReasonGoodsNotReceived: {"Tuotetta ei vastaanotettu"}},
		[]string{"tammikuuta", "helmikuuta", "maaliskuuta", "huhtikuuta", "toukokuuta", "kesäkuuta", "heinäkuuta", "elokuuta", "syyskuuta", "lokakuuta", "marraskuuta", "joulukuuta"},
		dotted,
	},
	{
		"nl", "Nieuw geschil over een bestelling", "Een van uw klanten heeft een geschil geopend over een bestelling in uw winkel.",
		[6][]string{{"Uiterste reactiedatum", "Reageren vóór"}, {"Reden van het geschil", "Reden"}, {"Geschil-ID", "Geschilnummer", "Dossiernummer"}, {"Referentie van de verkoper 1", "Uw referentie"}, {"Referentie van de verkoper 2"}, {"Betwist bedrag"}},
		map[string][]string{rules.ReasonReturn: {"Retour"}, rules.ReasonFaultyGoods: {"Beschadigde goederen"}, rules.ReasonGoodsNotReceived: {"Bestelling niet ontvangen"}},
		[]string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"},
		dayMonthYear,
	},
	{
		"fr", "Nouveau litige sur une commande", "Un de vos clients a ouvert un litige au sujet d'une commande dans votre boutique.",
		[6][]string{{"Date limite de réponse", "Réponse attendue avant le"}, {"Motif du litige", "Motif"}, {"Numéro du litige", "Identifiant du litige", "ID du litige"}, {"Référence marchand 1"}, {"Référence marchand 2"}, {"Montant contesté"}},
		map[string][]string{rules.ReasonReturn: {"Retour"}, rules.ReasonFaultyGoods: {"Produit défectueux"}, rules.ReasonGoodsNotReceived: {"Colis non reçu"}},
		[]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
		dayMonthYear,
	},
	{
		"it", "Nuova contestazione di un ordine", "Un cliente ha aperto una contestazione su un ordine del vostro negozio.",
		[6][]string{{"Termine per rispondere", "Risposta entro il"}, {"Motivo della contestazione", "Motivo"}, {"ID contestazione", "Numero della contestazione"}, {"Riferimento del commerciante 1"}, {"Riferimento del commerciante 2"}, {"Importo contestato"}},
		map[string][]string{rules.ReasonReturn: {"Reso"}, rules.ReasonFaultyGoods: {"Articolo danneggiato"}, rules.ReasonGoodsNotReceived: {"Merce non ricevuta"}},
		[]string{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
		dayMonthYear,
	},
	{
		"es", "Nueva disputa sobre un pedido", "Uno de sus clientes ha abierto una disputa sobre un pedido de su tienda.",
		[6][]string{{"Fecha límite de respuesta", "Plazo para responder"}, {"Motivo de la disputa", "Motivo"}, {"ID de la disputa", "Número de disputa", "Número de caso"}, {"Referencia del comerciante 1"}, {"Referencia del comerciante 2"}, {"Importe disputado"}},
		map[string][]string{rules.ReasonReturn: {"Devolución"}, rules.ReasonFaultyGoods: {"Artículo defectuoso"}, rules.ReasonGoodsNotReceived: {"Producto no recibido"}},
		[]string{"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"},
		ofMonth,
	},
	{
		"pl", "Nowy spór dotyczący zamówienia", "Klient otworzył spór dotyczący zamówienia w Państwa sklepie.",
		[6][]string{{"Termin odpowiedzi", "Odpowiedź do"}, {"Powód sporu", "Przyczyna"}, {"Numer sporu", "ID sporu", "Nr sprawy"}, {"Referencja sprzedawcy 1"}, {"Referencja sprzedawcy 2"}, {"Sporna kwota"}},
		map[string][]string{rules.ReasonReturn: {"Zwrot towaru"}, rules.ReasonFaultyGoods: {"Uszkodzony towar"}, rules.ReasonGoodsNotReceived: {"Nie otrzymano towaru"}},
		[]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca", "sierpnia", "września", "października", "listopada", "grudnia"},
		dayMonthYear,
	},
	{
		"pt", "Nova disputa sobre uma encomenda", "Um dos seus clientes abriu uma disputa sobre uma encomenda na sua loja.",
		[6][]string{{"Prazo de resposta", "Responder até"}, {"Motivo da disputa", "Motivo"}, {"ID da disputa", "Número da disputa"}, {"Referência do comerciante 1"}, {"Referência do comerciante 2"}, {"Montante contestado"}},
		map[string][]string{rules.ReasonReturn: {"Devolução"}, rules.ReasonFaultyGoods: {"Artigo com defeito"}, rules.ReasonGoodsNotReceived: {"Encomenda não recebida"}},
		[]string{"janeiro", "fevereiro", "março", "abril", "maio", "junho", "julho", "agosto", "setembro", "outubro", "novembro", "dezembro"},
		ofMonth,
	},
	{
		"cs", "Nový spor k objednávce", "Váš zákazník zahájil spor k objednávce ve vašem obchodě.",
		[6][]string{{"Lhůta pro odpověď", "Odpovězte do"}, {"Důvod sporu", "Důvod"}, {"Číslo sporu", "ID sporu"}, {"Reference obchodníka 1"}, {"Reference obchodníka 2"}, {"Sporná částka"}},
		map[string][]string{rules.ReasonReturn: {"Vrácení zboží"}, rules.ReasonFaultyGoods: {"Poškozené zboží"}, rules.ReasonGoodsNotReceived: {"Zboží neobdrženo"}},
		[]string{"ledna", "února", "března", "dubna", "května", "června", "července", "srpna", "září", "října", "listopadu", "prosince"},
		dotted,
	},
}

// layouts render pairs of a label and a value.
var layouts = map[string]func([][2]string) (kind, body string){
	"colon": func(p [][2]string) (string, string) { return "plain", pairs(p, "%s: %s\n") },
	"below": func(p [][2]string) (string, string) { return "plain", pairs(p, "%s\n%s\n\n") },
	"colon below": func(p [][2]string) (string, string) {
		return "plain", pairs(p, "%s:\n%s\n\n")
	},
	"dash":    func(p [][2]string) (string, string) { return "plain", pairs(p, " * %s - %s\n") },
	"columns": func(p [][2]string) (string, string) { return "plain", pairs(p, "%s      %s\n") },
	"bars":    func(p [][2]string) (string, string) { return "plain", pairs(p, "| %s | %s |\n") },
	"table": func(p [][2]string) (string, string) {
		return "html", "<table>" + pairs(p, "<tr><td>%s</td><td>%s</td></tr>") + "</table>"
	},
	"definition": func(p [][2]string) (string, string) {
		return "html", "<dl>" + pairs(p, "<dt>%s</dt><dd>%s</dd>") + "</dl>"
	},
	"bold":   func(p [][2]string) (string, string) { return "html", pairs(p, "<p><b>%s:</b> %s</p>") },
	"blocks": func(p [][2]string) (string, string) { return "html", pairs(p, "<div>%s</div><div>%s</div>") },
	"breaks": func(p [][2]string) (string, string) { return "html", pairs(p, "<p><b>%s</b><br>%s</p>") },
	"list":   func(p [][2]string) (string, string) { return "html", "<ul>" + pairs(p, "<li>%s: %s</li>") + "</ul>" },
	"cell of two lines": func(p [][2]string) (string, string) {
		return "html", "<table><tr>" + pairs(p, "<td>%s<br>%s</td>") + "</tr></table>"
	},
	"two pairs a row": func(p [][2]string) (string, string) {
		var b strings.Builder
		for i := 0; i+1 < len(p); i += 2 {
			fmt.Fprintf(&b, "<tr><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>", p[i][0], p[i][1], p[i+1][0], p[i+1][1])
		}
		return "html", "<table>" + b.String() + "</table>"
	},
	"nested": func(p [][2]string) (string, string) {
		return "html", "<table><tr><td><table>" + pairs(p, "<tr><td><table><tr><td><p>%s</p></td></tr></table></td><td><table><tr><td><p><span>%s</span></p></td></tr></table></td></tr>") + "</table></td></tr></table>"
	},
	"stacked": func(p [][2]string) (string, string) {
		return "html", pairs(p, "<table><tr><td>%s</td></tr><tr><td><b>%s</b></td></tr></table>")
	},
	"bold alone": func(p [][2]string) (string, string) {
		return "html", "<ul>" + pairs(p, "<li><b>%s</b> %s</li>") + "</ul>"
	},
	"one line": func(p [][2]string) (string, string) {
		return "plain", strings.TrimSuffix(pairs(p, "%s: %s | "), " | ") + "\n"
	},
	"full stops": func(p [][2]string) (string, string) { return "plain", pairs(p, "%s: %s.\n") },
	"spaces of all kinds": func(p [][2]string) (string, string) {
		return "html", strings.ReplaceAll(pairs(p, "<p>%s\u00a0:\u200b %s</p>"), " ", "&nbsp;")
	},
	"capitals": func(p [][2]string) (string, string) {
		var b strings.Builder
		for _, x := range p {
			b.WriteString("<p>" + strings.ToUpper(x[0]) + "</p><p>" + x[1] + "</p>")
		}
		return "html", b.String()
	},
	"head row": func(p [][2]string) (string, string) {
		var a, b strings.Builder
		for _, x := range p {
			a.WriteString("<th>" + x[0] + "</th>")
			b.WriteString("<td>" + x[1] + "</td>")
		}
		return "html", "<table><tr>" + a.String() + "</tr><tr>" + b.String() + "</tr></table>"
	},
}

func pairs(p [][2]string, form string) string {
	var b strings.Builder
	for _, x := range p {
		fmt.Fprintf(&b, form, x[0], x[1])
	}
	return b.String()
}

func layoutNames() []string {
	var out []string
	for n := range layouts {
		out = append(out, n)
	}
	return out
}

func TestWhatIsWrittenIsReadOrAbsentNeverWrong(t *testing.T) {
	names := layoutNames()
	rapid.Check(t, func(t *rapid.T) {
		g := rapid.SampledFrom(tongues).Draw(t, "tongue")
		layout := rapid.SampledFrom(names).Draw(t, "layout")
		day := time.Date(2026, 11, 20, 23, 59, 59, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "days"))
		id := rapid.StringMatching(`[1-9][0-9]{5,14}`).Draw(t, "id")
		ref1 := rapid.StringMatching(`[A-Z]{2}-[0-9]{4,6}`).Draw(t, "ref1")
		ref2 := rapid.StringMatching(`[0-9a-f]{7}[0-9]`).Draw(t, "ref2")
		minorUnits := rapid.Int64Range(100, 9_999_999).Draw(t, "minor")
		code := rapid.SampledFrom([]string{rules.ReasonReturn, rules.ReasonFaultyGoods, rules.ReasonGoodsNotReceived}).Draw(t, "reason")
		label := func(i int) string { return rapid.SampledFrom(g.labels[i]).Draw(t, "label") }
		money := rules.Money{Minor: minorUnits, Currency: "EUR"}
		p := [][2]string{
			{label(0), g.date(day, g.months[day.Month()-1])},
			{label(1), rapid.SampledFrom(g.reasons[code]).Draw(t, "reason words")},
			{label(2), id},
			{label(3), ref1},
			{label(4), ref2},
			{label(5), money.String()},
		}
		kind, body := layouts[layout](rapid.Permutation(p).Draw(t, "order"))
		if kind == "html" {
			body = "<p>" + g.hello + "</p>" + body
		} else {
			body = g.hello + "\n\n" + body
		}
		raw := "From: Klarna <no-reply@klarna.com>\nSubject: " + g.subject + "\nDate: Mon, 16 Nov 2026 09:12:00 +0100\nMIME-Version: 1.0\nContent-Type: text/" + kind + "; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + body
		m, err := eml.Parse([]byte(raw))
		if err != nil {
			t.Fatal(err)
		}
		n, err := Parse(m, Options{FromKlarna: true})
		if err != nil {
			t.Fatal(err)
		}
		deadline := ""
		if n.Deadline != nil {
			deadline = n.Deadline.At.Format(time.RFC3339)
		}
		for _, f := range [][3]string{
			{"kind", string(rules.KindDisputeRequest), string(n.Kind)},
			{"language", g.lang, n.Language},
			{"dispute id", id, n.DisputeID},
			{"reference 1", ref1, n.MerchantReference1},
			{"reference 2", ref2, n.MerchantReference2},
			{"reason", code, n.Reason},
			{"deadline", day.Format(time.RFC3339), deadline},
			{"amount", money.String(), n.Amount.String()},
		} {
			if f[1] != f[2] && (f[2] != "" || len(n.Warnings) == 0) {
				t.Errorf("%s: want %q, got %q, warnings %q\n%s\n%+v", f[0], f[1], f[2], n.Warnings, raw, n.Explain)
			}
		}
	})
}
