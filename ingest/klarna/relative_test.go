package klarna

import (
	"testing"
	"time"
)

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
