package board_test

import (
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

func TestCaseSaysWhatToDoNext(t *testing.T) {
	type change func(*rules.MailSaid)
	kind := func(k rules.Kind) change { return func(m *rules.MailSaid) { m.Kind = k } }
	for name, tt := range map[string]struct {
		mail  change
		after func(*shelf) []rules.Event
		want  string
	}{
		"a dispute":      {want: "Answer in Klarna&#39;s form: Stripe shows no dispute yet."},
		"a stop request": {mail: kind(rules.KindStopRequest), want: "Stop the order, then reply to that very mail."},
		"an inquiry":     {mail: kind(rules.KindInvestigation), want: "Reply to that very mail."},
		"not understood": {mail: kind(rules.KindUnknownKlarna), want: "Read the mail: what it asks for was not understood."},
		"not proved":     {mail: func(m *rules.MailSaid) { m.Verdict = rules.Unverified }, want: "Make sure that the mail is Klarna&#39;s"},
		"Stripe shows it": {after: func(s *shelf) []rules.Event {
			return []rules.Event{matched("ch_1"), s.reading("ch_1", "needs_response", 5*day)}
		}, want: "Submit the evidence"},
		"answered": {after: func(s *shelf) []rules.Event {
			return []rules.Event{matched("ch_1"), s.reading("ch_1", "under_review", 5*day)}
		}, want: "Nothing for now: Klarna decides."},
		"won": {after: func(s *shelf) []rules.Event { return []rules.Event{matched("ch_1"), s.reading("ch_1", "won", 5*day)} }, want: "Nothing: this is over."},
	} {
		t.Run(name, func(t *testing.T) {
			s := newShelf(t)
			mail := s.mail("77-1042", 5*day)
			if tt.mail != nil {
				tt.mail(mail.Mail)
			}
			s.happens("c-todo01", mail)
			if tt.after != nil {
				s.happens("c-todo01", tt.after(s)...)
			}
			open(t, s.server()).shows("/case/c-todo01", "To do:</strong> "+tt.want)
		})
	}
}

func TestTimeThatIsLeftIsNeverMoreThanThereIs(t *testing.T) {
	s := newShelf(t)
	s.happens("c-left01", s.mail("77-1042", 5*day))
	site, at := open(t, s.server()), s.now.Add(5*day)
	for left, want := range map[time.Duration]string{
		4*day + 23*time.Hour: "5 days left", 48 * time.Hour: "2 days left", 48*time.Hour - 1: "47 hours left", 61 * time.Minute: "1 hour left",
		59*time.Minute + 59*time.Second: "59 minutes left", time.Second: "less than a minute left", 0: "overdue by less than a minute",
		-90 * time.Second: "overdue by 1 minute", -2 * time.Hour: "overdue by 2 hours", -50 * time.Hour: "overdue by 2 days",
	} {
		s.now = at.Add(-left)
		site.shows("/", want)
	}
}

func TestCasesStandUnderWhatTheirDateSays(t *testing.T) {
	s := newShelf(t)
	s.happens("c-later1", s.mail("77-1", 5*day))
	s.happens("c-soon01", s.mail("77-2", day))
	s.happens("c-late01", s.mail("77-3", -day))
	stop := s.mail("77-4", day)
	stop.Mail.Kind = rules.KindStopRequest
	s.happens("c-stop01", stop)
	s.happens("c-done01", s.mail("77-5", -day), matched("ch_1"), s.reading("ch_1", "under_review", -day))
	open(t, s.server()).shows("/", ">Stop requests and investigations", "row-c-stop01", ">Overdue", "row-c-late01",
		">Within two days", "row-c-soon01", ">Later", "row-c-later1", ">Answered or over", "row-c-done01")
}

func TestOnlyASureChargeIsTheCasesOwn(t *testing.T) {
	for strength, sure := range map[rules.Strength]bool{rules.Exact: true, rules.Probable: false} {
		s := newShelf(t)
		mail, match, read := s.mail("", 5*day), matched("ch_1"), s.reading("ch_1", "needs_response", 5*day)
		match.Match.Strength = strength
		read.Stripe.OrderReference, read.Stripe.Amount.Minor = "88-2000", 9990
		s.happens("c-sure01", mail, match, read)
		site := open(t, s.server())
		if sure {
			site.shows("/", "88-2000", "99.90 EUR", "124.90 EUR in the mail")
			continue
		}
		site.shows("/", "124.90 EUR")
		site.hides("/", "88-2000", "99.90 EUR", "in the mail")
	}
}
