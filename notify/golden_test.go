package notify_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/notify"
	"github.com/disputewatch/disputewatch/notify/slack/fakeslack"
	"github.com/disputewatch/disputewatch/rules"
)

var update = flag.Bool("update", false, "write testdata anew; read the difference before committing it")

// scene is a case at a time: Thursday, 5 March 2026, 8:05 in Berlin.
type scene struct {
	policy rules.Policy
	now    time.Time
}

func newScene(t *testing.T) scene {
	t.Helper()
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	return scene{rules.Default(berlin), time.Date(2026, 3, 5, 8, 5, 0, 0, berlin)}
}

func (s scene) in(d time.Duration) time.Time { return s.now.Add(d) }

const day = 24 * time.Hour

// byMail is a case that only a mail speaks of.
func (s scene) byMail() rules.Case {
	return rules.Case{
		ID: "c-4f9k2m", Mailbox: "onboarding", OpenedAt: s.now, Stage: rules.StageUnknown,
		Said: rules.Said{
			Kind: rules.KindDisputeRequest, DisputeID: "256947", Reason: rules.ReasonGoodsNotReceived,
			ReasonText: "Goods not received", MerchantReference1: "77-1042",
			Amount: rules.Money{Minor: 12490, Currency: "EUR"}, Verdict: rules.Genuine,
			RespondLink: "https://disputes.klarna.example/respond/256947",
		},
		MailDeadline: &rules.MailDeadline{At: s.in(11*day + 15*time.Hour), Text: "16 March 2026"},
		Match:        rules.Match{Strength: rules.NoMatch, Why: "no charge has the reference 77-1042"},
		Round:        rules.Round{N: 1, At: s.now, Reason: rules.RoundOpened},
	}
}

// inStripe is a case whose dispute Stripe shows.
func (s scene) inStripe(status string) rules.Case {
	c := s.byMail()
	c.Match = rules.Match{Strength: rules.Exact, Charge: "ch_3Nx", Dispute: "du_1Nx", Why: "order reference 77-1042"}
	c.Stripe = &rules.Reading{
		Dispute: "du_1Nx", Charge: "ch_3Nx", Status: status, Reason: "product_not_received",
		Amount: rules.Money{Minor: 12490, Currency: "EUR"}, CreatedAt: s.in(-day), DueBy: s.in(9 * day),
		Captured: rules.Money{Minor: 12490, Currency: "EUR"}, Authorized: rules.Money{Minor: 12490, Currency: "EUR"},
		Klarna: true, Live: true, Account: "acct_1Shop", ReadAt: s.in(-2 * time.Minute), OrderReference: "77-1042",
	}
	c.Stage = rules.StageInquiry
	if status == "needs_response" || status == "under_review" {
		c.Stage = rules.StageChargeback
	}
	return c
}

func (s scene) stopRequest() rules.Case {
	c := s.byMail()
	c.Kind, c.Stage, c.Reason, c.ReasonText = rules.KindStopRequest, rules.StageStopRequest, "", ""
	c.MailDeadline, c.Assumed = nil, s.in(24*time.Hour)
	return c
}

func step(name, reason string, mention ...string) rules.Escalation {
	return rules.Escalation{Round: 1, Step: name, Reason: reason, Mention: mention}
}

// scenes is each kind of message as people see it.
func scenes(s scene) map[string]notify.Card {
	p, now := s.policy, s.now
	with := func(c rules.Case, change func(*rules.Case)) rules.Case {
		change(&c)
		return c
	}
	card := func(c rules.Case) notify.Card { return notify.CardOf(c, p, now) }
	buttons := func(c rules.Case) notify.Card { return notify.WithButtons(card(c), c, p, now) }
	ambiguous := with(s.byMail(), func(c *rules.Case) {
		c.Match = rules.Match{Strength: rules.Ambiguous, Why: "two charges have the reference 77-1042", Candidates: []rules.Candidate{
			{Charge: "ch_1", Amount: c.Amount, Created: s.in(-9 * day), Why: "metadata order_id"},
			{Charge: "ch_2", Amount: c.Amount, Created: s.in(-8 * day), Why: "metadata order_id"},
		}}
	})
	twice := with(s.byMail(), func(c *rules.Case) {
		c.Match = rules.Match{Strength: rules.Ambiguous, Why: "it has 2 disputes, and the mail does not say which is meant", Candidates: []rules.Candidate{
			{Charge: "ch_1", Dispute: "du_1", Amount: rules.Money{Minor: 5000, Currency: "EUR"}, Created: s.in(-9 * day), Why: "its order reference is the mail's first reference"},
			{Charge: "ch_1", Dispute: "du_2", Amount: rules.Money{Minor: 7490, Currency: "EUR"}, Created: s.in(-2 * day), Why: "its order reference is the mail's first reference"},
		}}
	})
	return map[string]notify.Card{
		"card-two-disputes":    card(twice),
		"buttons-two-disputes": buttons(twice),
		"card-refund-under-way": card(with(s.inStripe("warning_needs_response"), func(c *rules.Case) {
			c.Stripe.Refunding = 12490
		})),
		"card-nothing-left": card(with(s.inStripe("warning_needs_response"), func(c *rules.Case) {
			c.Stripe.RefundedMinor, c.Stripe.RefundedSince = 12490, 4000
		})),
		"card-of-yen-in-parts": card(with(s.inStripe("needs_response"), func(c *rules.Case) {
			c.Amount = rules.Money{Minor: 5000, Currency: "JPY"}
			c.Stripe.Amount, c.Stripe.Authorized, c.Stripe.Captured = c.Amount, rules.Money{Minor: 8000, Currency: "JPY"}, c.Amount
			c.Stripe.Capturable = 3000
		})),
		"card-by-mail":     card(s.byMail()),
		"card-inquiry":     card(s.inStripe("warning_needs_response")),
		"card-chargeback":  card(s.inStripe("needs_response")),
		"card-stoprequest": card(s.stopRequest()),
		"card-investigation": card(with(s.stopRequest(), func(c *rules.Case) {
			c.Kind, c.Stage = rules.KindInvestigation, rules.StageInvestigation
		})),
		"card-assumed": card(with(s.byMail(), func(c *rules.Case) {
			c.MailDeadline, c.Assumed = nil, s.in(7*day)
		})),
		"card-ambiguous-date": card(with(s.byMail(), func(c *rules.Case) {
			c.MailDeadline.Ambiguous, c.MailDeadline.Text = true, "03/04/2026"
		})),
		"card-unverified": card(with(s.byMail(), func(c *rules.Case) {
			c.Verdict, c.Why = rules.Unverified, "no trusted Authentication-Results header"
		})),
		"card-unknown": card(rules.Case{
			ID: "c-4f9k2m", Mailbox: "onboarding", OpenedAt: now, Stage: rules.StageUnknown, Assumed: s.in(7 * day),
			Said: rules.Said{Kind: rules.KindUnknownKlarna, Verdict: rules.Genuine},
		}),
		"card-ambiguous-charge":    card(ambiguous),
		"buttons-ambiguous-charge": buttons(ambiguous),
		"buttons-by-mail":          buttons(s.byMail()),
		"buttons-chargeback":       buttons(s.inStripe("needs_response")),
		"buttons-stoprequest":      buttons(s.stopRequest()),
		"buttons-probable": buttons(with(s.inStripe("warning_needs_response"), func(c *rules.Case) {
			c.Match.Strength, c.Match.Why = rules.Probable, "amount, currency and date"
		})),
		"buttons-claimed": buttons(with(s.inStripe("needs_response"), func(c *rules.Case) {
			c.Claim = &rules.Promise{Who: "anna", At: now, Until: s.in(day)}
		})),
		"buttons-answered": buttons(with(s.inStripe("under_review"), func(c *rules.Case) {
			c.Answers = []rules.Evidence{{Source: "stripe", At: now}}
		})),
		"buttons-overdue": buttons(with(s.byMail(), func(c *rules.Case) { c.MailDeadline.At = s.in(-30 * time.Hour) })),
		"card-stripe-alone": card(with(s.inStripe("needs_response"), func(c *rules.Case) {
			c.Said, c.MailDeadline = rules.Said{Kind: rules.KindStripeDispute}, nil
		})),
		"card-partly-refunded": card(with(s.inStripe("warning_needs_response"), func(c *rules.Case) {
			c.Stripe.RefundedMinor, c.Stripe.RefundedSince = 5000, 4000
			c.Amount.Minor = 13000
		})),
		"card-claimed": card(with(s.inStripe("needs_response"), func(c *rules.Case) {
			c.Claim = &rules.Promise{Who: "anna", At: now, Until: s.in(day)}
		})),
		"card-answered": card(with(s.inStripe("under_review"), func(c *rules.Case) {
			c.Answers = []rules.Evidence{{Source: "stripe", At: now}}
		})),
		"card-lost": card(with(s.inStripe("lost"), func(c *rules.Case) {
			c.ClosedAt, c.Outcome = now, "lost"
			c.Stripe.LossReason, c.Stripe.DueBy = "no_merchant_response", time.Time{}
		})),
		"card-reason-once": card(with(s.stopRequest(), func(c *rules.Case) { c.Reason, c.ReasonText = rules.ReasonHighRiskOrder, "HIGH-RISK ORDER" })),
		"card-mail-first":  card(with(s.inStripe("needs_response"), func(c *rules.Case) { c.MailDeadline.At = s.in(3 * day) })),
		"card-second-date": card(with(s.inStripe("needs_response"), func(c *rules.Case) { c.MailDeadline.At = s.in(-30 * time.Hour) })),
		"card-overdue":     card(with(s.byMail(), func(c *rules.Case) { c.MailDeadline.At = s.in(-30 * time.Hour) })),
		"step-nudge":       notify.StepCard(s.inStripe("needs_response"), step("nudge", "unanswered 1wd"), p, now),
		"first-lost": notify.FirstCard(with(s.inStripe("lost"), func(c *rules.Case) { c.ClosedAt, c.Outcome = now, "lost" }),
			step("lost", "it was lost before anybody was told"), p, now),
		"first-folded": notify.FirstCard(s.byMail(),
			rules.Escalation{Step: "week", Reason: "7d before the deadline", Folded: []rules.Told{{Step: "new"}, {Step: "nudge"}}}, p, now),
		"step-last": notify.StepCard(with(s.byMail(), func(c *rules.Case) { c.MailDeadline.At = s.in(47 * time.Hour) }),
			rules.Escalation{Step: "last", Reason: "48h before the deadline", Folded: []rules.Told{{Step: "nudge"}, {Step: "week"}}}, p, now),
		"step-again": notify.StepCard(s.stopRequest(), step("again", "unanswered 1h, again after 2h"), p, now),
		"news-lapsed": notify.NewsCard(s.inStripe("needs_response"),
			rules.Escalation{Step: "news", News: &rules.News{Name: "lapsed", Text: "Anna was on it; that time is over, and the case is still open."}}, p, now),
		"step-lapsed": notify.StepCard(s.inStripe("needs_response"),
			rules.Escalation{Step: "nudge", Reason: "unanswered 1wd", Ended: "Anna was on it; that time is over, and the case is still open."}, p, now),
		"news-reminder": notify.NewsCard(s.byMail(),
			rules.Escalation{Step: "news", News: &rules.News{Name: "reminder", Text: "Klarna sent a reminder."}}, p, now),
		"news-contradiction": notify.NewsCard(s.inStripe("needs_response"),
			rules.Escalation{Step: "news", News: &rules.News{Name: "contradiction", Text: "Klarna says resolved, but Stripe still waits for an answer: the escalation goes on."}}, p, now),
		"card-no-date": card(with(s.byMail(), func(c *rules.Case) { c.MailDeadline = nil })),
		"news-stop": notify.NewsCard(s.inStripe("needs_response"),
			rules.Escalation{Step: "news", News: &rules.News{Name: "stop_request", Text: "Klarna also asks to stop this order: stop it, and reply to that very mail."}}, p, now),
		"unreadable": notify.UnreadableCard(rules.Message{About: map[string]string{
			rules.AboutMailbox: "onboarding", rules.AboutFolder: "INBOX", rules.AboutUID: "4711",
			rules.AboutDate: "2026-03-05T06:12:00Z", rules.AboutWhy: "more than 20 parts inside each other",
		}}, p),
		"forged": notify.ForgedCard(rules.Message{About: map[string]string{
			rules.AboutMailbox: "onboarding", rules.AboutFolder: "INBOX", rules.AboutUID: "4712",
			rules.AboutDate: "2026-03-05T06:12:00Z", rules.AboutDomain: "k1arna.example", rules.AboutWhy: "the domain only looks like klarna.com",
		}}, p),
		"forged-order": notify.ForgedCard(rules.Message{About: map[string]string{
			rules.AboutMailbox: "onboarding", rules.AboutFolder: "INBOX", rules.AboutUID: "4712", rules.AboutID: "m-abcdefabcdef",
			rules.AboutDate: "2026-03-05T06:12:00Z", rules.AboutWhy: "dmarc=fail for klarna.com by mx.shop.example", rules.AboutOrders: "py_1",
		}}, p),
		"forged-unsought": notify.ForgedCard(rules.Message{About: map[string]string{
			rules.AboutMailbox: "onboarding", rules.AboutID: "m-abcdefabcdef", rules.AboutSought: "not yet",
		}}, p),
		"forged-dismissed": notify.ForgedCard(rules.Message{Kind: rules.MessageDismissed, About: map[string]string{
			rules.AboutMailbox: "onboarding", rules.AboutFolder: "INBOX", rules.AboutUID: "4712", rules.AboutID: "m-abcdefabcdef",
			rules.AboutWhy: "dmarc=fail for klarna.com by mx.shop.example", rules.AboutBy: "anna", rules.AboutEnded: "2026-03-05T07:00:00Z",
		}}, p),
		"digest-mails": notify.DigestCard(notify.Digest{
			Since: s.in(-day),
			Look:  []notify.Look{{N: 2, Many: "phishing mails that nobody has dismissed"}, {N: 1, One: "mail that could not be opened"}},
			Mails: []notify.Mail{
				{ID: "m-cccccccccccc", Mailbox: "onboarding", Folder: "INBOX", UID: 7},
				{ID: "m-bbbbbbbbbbbb", Mailbox: "onboarding", Folder: "Junk", UID: 8, Date: s.in(-3 * day), Forged: true},
				{ID: "m-aaaaaaaaaaaa", Mailbox: "onboarding", Folder: "INBOX", UID: 9, Date: s.in(-day), Forged: true, Charges: []string{"py_1"}},
			},
		}, p, now),
		"alarm": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "mailbox/onboarding", rules.AboutSince: "2026-03-05T05:05:00Z",
			rules.AboutWhy: "login: authentication failed", rules.AboutHint: "Gmail wants an app password or oauth2.",
		}}, p, now),
		"alarm-silence": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "silence/onboarding", rules.AboutSince: "2026-03-05T05:05:00Z",
			rules.AboutWhy:  "the last mail of Klarna's came 12 days ago; by the 59 before it, 9 days at most are to be expected",
			rules.AboutHint: "Send a mail to the address that Klarna writes to and see whether it arrives in this mailbox.",
		}}, p, now),
		"alarm-silence-over": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "silence/onboarding", rules.AboutSince: "2026-03-05T05:05:00Z", rules.AboutEnded: "2026-03-05T07:00:00Z",
		}}, p, now),
		"alarm-queue": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "queue", rules.AboutSince: "2026-03-05T05:05:00Z",
			rules.AboutWhy:  "12 messages have waited for more than 45 minutes, the oldest since 5 March 06:05; what kept it last: chat.postMessage: is_archived",
			rules.AboutHint: "`disputewatch check` tries Slack, its channels and its scopes.",
		}}, p, now),
		"alarm-late": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "late/onboarding", rules.AboutSince: "2026-03-05T05:05:00Z",
			rules.AboutWhy:  "it was last read to its end 17 minutes ago, and is to be read every 5 minutes",
			rules.AboutHint: "See what the log says of this mailbox.",
		}}, p, now),
		"alarm-queue-over": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "queue", rules.AboutSince: "2026-03-05T05:05:00Z", rules.AboutEnded: "2026-03-05T07:00:00Z",
		}}, p, now),
		"alarm-reader": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "reader", rules.AboutSince: "2026-03-05T05:05:00Z",
			rules.AboutWhy:   "of the last 5 mails of Klarna's 0 were understood in full, of the 40 before them 39",
			rules.AboutHint:  "look at these mails in the mailbox; `disputewatch teach FILE` learns their words",
			rules.AboutMails: "<1@mail.klarna.example> <2@mail.klarna.example>",
		}}, p, now),
		"alarm-slack-over": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "slack", rules.AboutSince: "2026-03-05T05:05:00Z", rules.AboutEnded: "2026-03-05T07:00:00Z",
		}}, p, now),
		"alarm-gap": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "mailbox/onboarding", rules.AboutSince: "2026-03-01T05:05:00Z", rules.AboutEnded: "2026-03-05T07:00:00Z",
			rules.AboutWhy: "disputewatch did not run: it was last read 98h0m0s ago",
		}}, p, now),
		"alarm-buttons": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "buttons", rules.AboutSince: "2026-03-05T05:05:00Z",
			rules.AboutWhy: "apps.connections.open: invalid_auth", rules.AboutHint: "slack.app_token_file must hold an app-level token (xapp-…)",
		}}, p, now),
		"alarm-buttons-over": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "buttons", rules.AboutSince: "2026-03-05T05:05:00Z", rules.AboutEnded: "2026-03-05T07:00:00Z",
		}}, p, now),
		"alarm-over": notify.AlarmCard(rules.Message{About: map[string]string{
			rules.AboutPart: "stripe/main", rules.AboutSince: "2026-03-05T05:05:00Z", rules.AboutEnded: "2026-03-05T07:00:00Z",
		}}, p, now),
		"digest": notify.DigestCard(notify.Digest{
			Since:  s.in(-day),
			Look:   []notify.Look{{N: 1, One: "mail that was not understood"}, {N: 2, Many: "mails that could not be opened"}},
			Stripe: []notify.Line{{"Reconciliation", "each of 14 disputes at Stripe has a case"}},
			Cases: []rules.Case{
				with(s.inStripe("needs_response"), func(c *rules.Case) { c.ID, c.OpenedAt, c.Round.At = "c-aaaaaa", s.in(-5*day), s.in(-5*day) }),
				with(s.stopRequest(), func(c *rules.Case) { c.ID = "c-bbbbbb" }),
				with(s.byMail(), func(c *rules.Case) {
					c.ID, c.Amount = "c-cccccc", rules.Money{Minor: 99900, Currency: "SEK"}
					c.Claim = &rules.Promise{Who: "anna", At: now, Until: s.in(day)}
				}),
				with(s.inStripe("under_review"), func(c *rules.Case) {
					c.ID, c.Answers = "c-dddddd", []rules.Evidence{{Source: "stripe", At: s.in(-time.Hour)}}
				}),
				with(s.inStripe("won"), func(c *rules.Case) { c.ID, c.ClosedAt, c.Outcome = "c-eeeeee", s.in(-time.Hour), "won" }),
				with(s.inStripe("lost"), func(c *rules.Case) { c.ID, c.ClosedAt, c.Outcome = "c-ffffff", s.in(-9*day), "lost" }),
			},
			Mailboxes: []notify.Mailbox{{Name: "onboarding", ReadAt: s.in(-5 * time.Minute)}, {Name: "second", Error: "login: authentication failed"}},
		}, p, now),
		"hello":         notify.HelloCard(p, now),
		"hello-buttons": notify.HelloButtons(p, now),
		"summary": notify.SummaryCard([]rules.Case{
			with(s.byMail(), func(c *rules.Case) { c.ID = "c-aaaaaa" }),
			with(s.inStripe("needs_response"), func(c *rules.Case) { c.ID = "c-bbbbbb" }),
			with(s.byMail(), func(c *rules.Case) { c.ID, c.MailDeadline.At = "c-cccccc", s.in(-9*day) }),
			with(s.inStripe("under_review"), func(c *rules.Case) {
				c.ID, c.Answers = "c-dddddd", []rules.Evidence{{Source: "stripe", At: s.in(-time.Hour)}}
			}),
			with(s.inStripe("lost"), func(c *rules.Case) { c.ClosedAt, c.Outcome = s.in(-5*day), "lost" }),
			with(s.inStripe("lost"), func(c *rules.Case) { c.ClosedAt, c.Outcome = s.in(-6*day), "lost" }),
			with(s.byMail(), func(c *rules.Case) { c.ClosedAt, c.Outcome = s.in(-7*day), "won" }),
		}, p, now),
		"summary-nothing": notify.SummaryCard([]rules.Case{
			with(s.inStripe("lost"), func(c *rules.Case) { c.ClosedAt, c.Outcome = s.in(-5*day), "lost" }),
		}, p, now),
		"digest-week": notify.DigestCard(notify.Digest{Since: s.in(-3 * day), Week: &notify.Week{
			Since: s.in(-7 * day),
			Cases: []rules.Case{
				s.byMail(),
				with(s.inStripe("under_review"), func(c *rules.Case) {
					c.OpenedAt, c.Answers = s.in(-9*day), []rules.Evidence{{Source: "stripe", At: s.in(-2 * day)}}
				}),
				with(s.inStripe("won"), func(c *rules.Case) {
					c.OpenedAt, c.ClosedAt, c.Outcome = s.in(-20*day), s.in(-day), "won"
					c.Answers = []rules.Evidence{{Source: "stripe", At: s.in(-12 * day)}}
				}),
				with(s.inStripe("lost"), func(c *rules.Case) {
					c.ID, c.OpenedAt, c.ClosedAt, c.Outcome = "c-ffffff", s.in(-30*day), s.in(-2*day), "lost"
					c.Stripe.LossReason, c.Stripe.DueBy, c.MailDeadline = "no_merchant_response", time.Time{}, nil
				}),
				with(s.byMail(), func(c *rules.Case) { c.OpenedAt, c.ClosedAt, c.Outcome = s.in(-30*day), s.in(-2*day), "lost" }),
				with(s.inStripe("warning_closed"), func(c *rules.Case) { c.OpenedAt, c.ClosedAt, c.Outcome = s.in(-30*day), s.in(-2*day), "inquiry_closed" }),
			},
			Lines: []notify.Line{{"Klarna orders captured without tracking", "3"}},
		}, Mailboxes: []notify.Mailbox{{Name: "onboarding", ReadAt: s.in(-5 * time.Minute)}}}, p, now),
		"digest-empty":  notify.DigestCard(notify.Digest{Since: s.in(-day), Mailboxes: []notify.Mailbox{{Name: "onboarding", ReadAt: s.in(-5 * time.Minute)}}}, p, now),
		"digest-sunday": notify.DigestCard(notify.Digest{Cases: []rules.Case{s.byMail()}, Mailboxes: []notify.Mailbox{{Name: "onboarding", ReadAt: s.in(3*day - 5*time.Minute)}}}, p, s.in(3*day)),
	}
}

func TestEachMessageReadsAsItsGoldenFile(t *testing.T) {
	w := newWorld(t, "2026-03-05 08:05")
	for name, card := range scenes(newScene(t)) {
		t.Run(name, func(t *testing.T) {
			_, err := w.desk.Slack.Post(t.Context(), notify.Post{ID: name, Channel: channel, Text: card.Title, Card: card})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name, fakeslack.Text(w.said()[0])+"\n")
		})
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Error(diff)
	}
}

func TestFormAndRepliesReadAsTheirGoldenFile(t *testing.T) {
	s, f := newScene(t), notify.AnswerForm()
	form := f.Title + "\n" + f.Ask + "\n"
	for _, o := range f.Choose {
		form += "( ) " + o.Text + "\n"
	}
	golden(t, "form-answered", form+f.Note+": …\n["+f.Submit+"]\n")
	claimed, resting := s.byMail(), s.inStripe("warning_needs_response")
	claimed.State, claimed.Claim = rules.Claimed, &rules.Promise{Who: "Anna", At: s.now, Until: s.in(day)}
	resting.State, resting.Snooze = rules.Snoozed, &rules.Promise{Who: "Anna", At: s.now, Until: s.in(4 * day)}
	golden(t, "replies", strings.Join([]string{
		notify.HelloReply, notify.NotDone, notify.Done(claimed, s.policy, s.now), notify.Contacted(resting, s.policy),
	}, "\n")+"\n")
}
