package rules

import (
	"slices"
	"time"
)

// takeMail takes a mail's word. What it may change depends on its proof: only a
// genuine mail says that another order is meant, moves a deadline later, or
// answers and closes; an unverified one fills gaps, may bring a deadline nearer,
// and has the last word on what no genuine one said.
func (c *Case) takeMail(e Event) {
	m := *e.Mail
	proved := m.Verdict == Genuine
	if m.Date.After(e.At) { // nothing was sent tomorrow
		m.Date = e.At
	}
	first := proved && c.Verdict != Genuine // nothing that came before it was proved
	newest := first || !m.Date.Before(c.LastMail)
	counts := proved || c.Verdict != Genuine
	c.Snooze = nil // whatever it says
	if first || c.LastMail.IsZero() || counts && m.Date.Before(c.FirstMail) {
		c.FirstMail = m.Date
	}
	if newest && counts && m.Kind != KindStripeNotice {
		c.LastMail = m.Date
	}
	if c.Mailbox == "" {
		c.Mailbox = m.Mailbox
	}
	if c.Account == "" {
		c.Account = m.Account
	}
	if m.MessageID != "" && !slices.Contains(c.Thread, m.MessageID) {
		c.Thread = append(c.Thread, m.MessageID)
	}
	was := c.standing(e.At)
	if ref := c.MerchantReference1; !proved && ref != "" && m.MerchantReference1 != "" && m.MerchantReference1 != ref {
		c.warn("An unverified mail names another order; the first one stays.")
	}
	c.Said = merge(c.Said, m.Said, newest && counts, newest && proved)
	c.renamed(e.At, was.MerchantReference1, first)
	for _, w := range m.Warnings {
		c.warn(w)
	}
	c.stageByMail(e.At, m.Kind, proved) // before the mail's own date, which is the new stage's
	c.takeMailDeadline(e.At, m, proved, newest)
	c.notLater(was, proved)

	switch m.Kind {
	case KindResolved:
		c.takeResolved(e.At, m, proved)
	case KindEvidenceReceived:
		c.takeReceived(e.At, m, proved)
	case KindStripeNotice: // parsed no further: what has happened Stripe is asked
		if !c.Finished() {
			c.say(e.At, "mail", "A notice of Stripe's about this case came in.")
		}
	default:
		c.takeAsking(e.At, m, proved)
	}
}

// renamed: the mails name another order than they did. What was found by mails
// that nobody proved is looked for anew when the first proved one names another;
// of two proved ones, and of what a person linked, a person must judge.
func (c *Case) renamed(at time.Time, was string, first bool) {
	switch m := c.Match; {
	case was == "" || c.MerchantReference1 == was || m.Charge == "":
	case first && m.By == "":
		c.takeMatch(Event{Type: EventMatch, At: at, Match: &Match{Strength: NoMatch, Why: "a proved mail names another order than the first one"}})
	case m.Sure():
		c.warn("A later mail names another order than the one whose charge was found. Please check.")
	}
}

// standing is the case as it stands, without the date of what was done with.
func (c *Case) standing(at time.Time) Case {
	was := *c
	if c.Finished() && !was.Deadline().At.After(at) {
		was.MailDeadline, was.Assumed = nil, time.Time{}
	}
	return was
}

// merge lays what a mail says over what was known: its words win if replace, and
// its names of the order if rename; else they only fill what is absent.
func merge(old, m Said, replace, rename bool) Said {
	pick := func(was, is *string) {
		if *is != "" && (replace || *was == "") {
			*was = *is
		}
	}
	pick(&old.Language, &m.Language)
	pick(&old.Reason, &m.Reason)
	pick(&old.ReasonText, &m.ReasonText)
	pick(&old.OrderID, &m.OrderID)
	pick(&old.CaptureID, &m.CaptureID)
	pick(&old.KlarnaReference, &m.KlarnaReference)
	pick(&old.MerchantID, &m.MerchantID)
	old.name(m, rename)
	if old.DisputeID == "" { // the case's identity: never replaced
		old.DisputeID = m.DisputeID
	}
	if !m.Amount.IsZero() && (replace || old.Amount.IsZero()) {
		old.Amount, old.AmountText = m.Amount, m.AmountText
	}
	if old.Kind == "" || old.Kind == KindUnknownKlarna || old.Kind == KindStripeDispute {
		old.Kind = m.Kind
	}
	if old.Verdict != Genuine && m.Verdict != "" {
		old.Verdict, old.Why = m.Verdict, m.Why
	}
	if m.Verdict == Genuine && m.RespondLink != "" {
		old.RespondLink = m.RespondLink
	}
	if m.Result != "" && m.Kind != KindAppealOpen && (m.Verdict == Genuine || old.Verdict != Genuine) {
		old.Result = m.Result // what may be appealed has not ended
	}
	return old
}

// name takes a mail's names of the order. By these the charge is found that may
// answer and close the case, so that an unproved mail has no say once the order
// was named.
func (s *Said) name(m Said, rename bool) {
	named := s.MerchantReference1+s.MerchantReference2+s.OrderNumber != "" || len(s.StripeIDs) > 0
	if named && m.Verdict != Genuine && !rename {
		return
	}
	pick := func(was, is *string) {
		if *is != "" && (rename || *was == "") {
			*was = *is
		}
	}
	pick(&s.MerchantReference1, &m.MerchantReference1)
	pick(&s.MerchantReference2, &m.MerchantReference2)
	pick(&s.OrderNumber, &m.OrderNumber)
	for _, id := range m.StripeIDs {
		if !slices.Contains(s.StripeIDs, id) {
			s.StripeIDs = append(s.StripeIDs, id)
		}
	}
}

// takeMailDeadline keeps the newest mail's date; an unproved mail cannot move
// the deadline later, not even one that was only assumed of a proved mail, nor end
// it by naming a day that has passed. An earlier date of its counts, and the one
// before it is kept as the later of the two.
func (c *Case) takeMailDeadline(at time.Time, m MailSaid, proved, newest bool) {
	if d := m.Deadline; d != nil && (newest || c.MailDeadline == nil) {
		next, old := *d, c.MailDeadline
		next.Said = m.Date
		known := c.Deadline().At
		doubted := !proved && !known.IsZero() && (c.Deadline().Source != SourceAssumed || c.Verdict == Genuine)
		switch {
		case doubted && next.At.After(known):
			c.warn("An unverified mail names a later deadline; the earlier one stays.")
		case doubted && known.After(at) && !next.At.After(at):
			c.warn("An unverified mail names a deadline that has passed; the known one stays.")
		default:
			if doubted && old != nil && next.At.Before(later(old.At, old.Later)) {
				next.Later = later(old.At, old.Later)
				c.warn("An unverified mail names an earlier deadline; both dates are watched.")
			}
			c.MailDeadline = &next
		}
	}
	asks := m.Kind == KindFollowUp || m.Kind == KindAppealOpen
	if !m.Assumed.IsZero() && (c.Assumed.IsZero() || m.Assumed.Before(c.Assumed) || asks && proved) {
		c.Assumed = m.Assumed
	}
}

// notLater brings back the date that was known where an unproved mail would have
// put it off: another stage is no proof either. What was only assumed of a mail
// that nothing proved may move.
func (c *Case) notLater(was Case, proved bool) {
	before, now := was.Deadline(), c.Deadline()
	if proved || before.At.IsZero() || before.Source == SourceAssumed && was.Verdict != Genuine {
		return
	}
	if now.At.IsZero() || now.At.After(before.At) {
		c.MailDeadline, c.Assumed = was.MailDeadline, was.Assumed
	}
}

// takeAsking: Klarna wants something. A finished case opens again if the mail
// is newer than its end and Stripe does not know better.
func (c *Case) takeAsking(at time.Time, m MailSaid, proved bool) {
	if c.Finished() {
		c.askedAgain(at, m, proved)
		return
	}
	const unproved = "; it is not proved that Klarna sent it."
	words := func(ours, doubtful string) string {
		if proved {
			return ours
		}
		return doubtful + unproved
	}
	switch m.Kind {
	case KindReminder:
		c.say(at, "reminder", words("Klarna sent a reminder.", "A reminder came"))
	case KindFollowUp:
		c.say(at, "follow_up", words("Klarna asks again.", "A mail asks again"))
	case KindAppealOpen:
		c.say(at, "appeal_open", words("Klarna says that an appeal is possible.", "A mail says that an appeal is possible"))
	default:
		c.say(at, "mail", words("Another mail about this case came in.", "Another mail about this case came in"))
	}
}

// askedAgain: Klarna asks although the case counts as finished.
func (c *Case) askedAgain(at time.Time, m MailSaid, proved bool) {
	if !m.Date.IsZero() && m.Date.Before(c.finishedAt().Truncate(time.Second)) { // a mail's Date knows no less
		return // an older mail, read late
	}
	if c.Stripe != nil && c.Match.Sure() && !openStatus(c.Stripe.Status) {
		who := "An unverified mail"
		if proved {
			who = "Klarna"
		}
		c.say(at, "contradiction", who+" asks again, but Stripe shows the dispute as "+c.Stripe.Status+".")
		return
	}
	if !proved {
		c.say(at, "contradiction", "An unverified mail asks again; the case stays "+string(c.StateAt(at))+". Please check.")
		return
	}
	c.reopen(at)
	c.say(at, "reopened", "Klarna asks again: the case is open again.")
}

// finishedAt is when the case was answered or closed last. What a mail or a reply
// says counts from its own date: a daemon that was down reads in one moment what
// was written over days.
func (c *Case) finishedAt() time.Time {
	at := c.ClosedAt
	if !c.EndSaid.IsZero() {
		at = c.EndSaid
	}
	for _, e := range c.Answers {
		if e.Said.IsZero() {
			e.Said = e.At
		}
		at = later(at, e.Said)
	}
	return at
}

// asksSince says that Klarna wrote of the case after a mail that is read only now:
// what that one ends was begun anew since.
func (c *Case) asksSince(m MailSaid) bool {
	return !m.Date.IsZero() && m.Date.Before(c.LastMail)
}

// takeResolved: Klarna says that it is over. That closes only on proof, and
// only where no open, surely matched Stripe dispute speaks against it.
func (c *Case) takeResolved(at time.Time, m MailSaid, proved bool) {
	result := m.Result
	if result == "" {
		result = ResultUnknown
	}
	switch {
	case c.Stripe != nil && c.Match.Sure() && openStatus(c.Stripe.Status):
		const text = "Klarna says resolved, but Stripe still waits for an answer: the escalation goes on."
		c.warn(text)
		c.say(at, "contradiction", text)
	case !proved:
		const text = "An unverified mail says that this is resolved; it does not count. Please check."
		c.warn(text)
		c.say(at, "unproved", text)
	case !c.Finished() && c.asksSince(m):
		c.say(at, "mail", "An older mail of Klarna's says resolved; Klarna has asked since, and the case stays open.")
	case c.ClosedAt.IsZero():
		c.answer(Evidence{Source: "mail", At: at, Note: "Klarna: resolved, " + string(result), Said: m.Date})
		c.close(at, string(result))
		c.EndSaid = m.Date
		c.say(at, "closed", "Klarna: resolved, "+string(result)+".")
	case c.endsDiffer():
		c.say(at, "contradiction", "Klarna says resolved, "+string(result)+", but Stripe shows "+c.Stripe.Status+".")
	}
}

// receivedButOpen warns of a mail that answers what Stripe holds open.
const receivedButOpen = "Klarna says that it has our answer, but Stripe still waits for one: the escalation goes on."

// takeReceived: Klarna confirms that it has the merchant's answer.
func (c *Case) takeReceived(at time.Time, m MailSaid, proved bool) {
	switch {
	case c.Stripe != nil && c.Match.Sure() && openStatus(c.Stripe.Status):
		c.warn(receivedButOpen)
		c.say(at, "contradiction", receivedButOpen)
	case !proved:
		const text = "An unverified mail says that Klarna has our answer; it does not count. Please check."
		c.warn(text)
		c.say(at, "unproved", text)
	case !c.Finished() && c.asksSince(m):
		c.say(at, "mail", "An older mail of Klarna's says that it has our answer; Klarna has asked since, and the case stays open.")
	case !c.Finished():
		c.answer(Evidence{Source: "mail", At: at, Note: "Klarna: evidence received", Said: m.Date})
		c.say(at, "answered", "Klarna has our answer.")
	}
}

// takeReply: somebody answered the very mail. That is the answer to a stop
// request or an investigation, unless Klarna has written since; a reply without
// a date is older than any mail. A dispute wants Klarna's form or Stripe, also one
// that a stop request came upon.
func (c *Case) takeReply(e Event) {
	switch {
	case c.Also() != "" && !e.Mail.Date.Before(c.LastMail):
		c.Warnings = slices.DeleteFunc(c.Warnings, isAlso)
		c.replied(e.At)
	case !c.ClosedAt.IsZero(): // it is over; the trail alone keeps the reply
	case c.Lane() != LaneStopRequest:
		const text = "Replied by mail, but Klarna takes an answer only through its form or Stripe."
		c.warn(text)
		c.say(e.At, "replied", text)
	case e.Mail.Date.Before(c.LastMail):
	case c.Beneath != nil && !c.Finished():
		c.surface(e.At)
	default:
		c.answer(Evidence{Source: "reply", At: e.At, Who: e.By, Note: e.Note, Said: earlier(e.Mail.Date, e.At)})
		c.say(e.At, "answered", "Answered by mail.")
	}
}

// stageByMail: a stop request or an investigation moves the case into its own
// lane, a dispute request for the same id moves it out again if it is proved:
// the lane is the louder one. Where Stripe shows the dispute, Stripe says the
// stage.
func (c *Case) stageByMail(at time.Time, k Kind, proved bool) {
	from, waits := c.Stage, c.Lane() == LaneStopRequest && !c.Finished()
	to, known := c.stageOf(k, proved), c.Stripe != nil && c.Match.Sure()
	switch {
	case to == from, to == StageUnknown && known:
	case known && c.Lane() == LaneDispute && (openStatus(c.Stripe.Status) || !c.Finished()):
		c.alsoAsks(at, to)
	default:
		c.turn(at, to, proved)
	}
	if waits && c.Lane() == LaneDispute {
		c.alsoAsks(at, from)
	}
}

// stageOf is the stage that a mail asks for.
func (c *Case) stageOf(k Kind, proved bool) Stage {
	switch {
	case k == KindStopRequest:
		return StageStopRequest
	case k == KindInvestigation:
		return StageInvestigation
	case k != KindDisputeRequest || c.Lane() != LaneStopRequest:
		return c.Stage
	case !proved:
		c.warn("An unverified mail calls this a dispute; it stays a " + stageWord(c.Stage) + ". Please check.")
		return c.Stage
	}
	return StageUnknown
}

// turn moves the case to a stage that a mail asks for, which brings a date of its
// own.
func (c *Case) turn(at time.Time, to Stage, proved bool) {
	over, beneath := c.Finished(), c.beneath(to)
	if c.Round.N == 1 && c.Round.At.Equal(at) { // of two mails that came at once
		c.Stage = to
		if beneath != nil {
			c.MailDeadline, c.Assumed = nil, time.Time{}
		}
	} else {
		c.changeStage(at, to)
		c.Stage = to
		if proved || over {
			c.Assumed = time.Time{}
		}
		c.louder(at)
	}
	c.Beneath = beneath
}

// beneath is the dispute that waits for an answer of its own while the case goes
// into the loud lane; nil where there is none.
func (c *Case) beneath(to Stage) *Beneath {
	switch {
	case to.lane() != LaneStopRequest || c.Finished():
		return nil
	case c.Lane() == LaneStopRequest:
		return c.Beneath
	}
	if c.Kind.disputes() {
		return &Beneath{c.Stage, c.MailDeadline, c.Assumed}
	}
	return nil
}

// disputes says that such a mail asks for an answer to a dispute.
func (k Kind) disputes() bool {
	switch k {
	case KindDisputeRequest, KindReminder, KindFollowUp, KindAppealOpen:
		return true
	}
	return false
}

// surface goes back to the dispute that waited while its stop request did: a reply
// answers no dispute.
func (c *Case) surface(at time.Time) {
	b := c.Beneath
	c.Stage, c.MailDeadline, c.Assumed, c.Beneath = b.Stage, b.MailDeadline, b.Assumed, nil
	c.begin(later(at, c.Round.At), RoundStageChanged)
	if s := c.Stripe; s != nil && c.Match.Sure() {
		c.follow(at, nil, *s)
	}
	c.replied(at)
}

// replied says that a mail which asked besides the dispute has got its reply.
func (c *Case) replied(at time.Time) {
	text := "Klarna's other mail was answered by a reply"
	if !c.Finished() {
		text += "; the dispute itself still waits"
	}
	c.say(at, "replied", text+".")
}

// kind is the mail that asks for a stage of the loud lane.
func (s Stage) kind() Kind {
	if s == StageStopRequest {
		return KindStopRequest
	}
	return KindInvestigation
}

// louder: a case that came into the loud lane calls whom its first word would.
func (c *Case) louder(at time.Time) {
	switch {
	case c.Lane() != LaneStopRequest:
	case c.Card.TS == "": // nothing was said of it yet
		c.Round.Reason = RoundOpened
	default:
		c.say(at, string(c.Stage), "Answer by replying to that very mail.")
	}
}

// What Klarna asks besides, where Stripe says the stage. It is said to those whom
// the loud lane would call, and the card warns of it until the mail was replied to.
const (
	alsoStop        = "Klarna also asks to stop this order: stop it, and reply to that very mail."
	alsoInvestigate = "Klarna also investigates this order: answer by replying to that very mail."
)

func isAlso(warning string) bool { return warning == alsoStop || warning == alsoInvestigate }

// Also is what Klarna asks besides by a mail that waits for its reply, the stop of
// the order first; "" where it asks for nothing.
func (c Case) Also() Stage {
	switch {
	case slices.Contains(c.Warnings, alsoStop):
		return StageStopRequest
	case slices.Contains(c.Warnings, alsoInvestigate):
		return StageInvestigation
	}
	return ""
}

func (c *Case) alsoAsks(at time.Time, lane Stage) {
	text := alsoStop
	if lane == StageInvestigation {
		text = alsoInvestigate
	}
	c.warn(text)
	c.say(at, string(lane), text)
}

// Lane says which ladder a case climbs.
type Lane string

// The two lanes.
const (
	LaneDispute     Lane = "dispute"
	LaneStopRequest Lane = "stop_request"
)

// Lane of a case: stop requests and investigations are loud and know no office
// hours.
func (c Case) Lane() Lane { return c.Stage.lane() }

func (s Stage) lane() Lane {
	if s == StageStopRequest || s == StageInvestigation {
		return LaneStopRequest
	}
	return LaneDispute
}
