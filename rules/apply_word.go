package rules

// takeWord takes what a person says of a case. A name is required: the audit
// trail is worth nothing without it.
func (c *Case) takeWord(e Event) error {
	refuse := func(why string) error { return &RefusedError{c.ID, string(e.Type), why} }
	if e.By == "" {
		return refuse("nobody is named")
	}
	if e.Type != EventReopen && !c.ClosedAt.IsZero() {
		if c.Into != "" {
			return refuse("it is the same dispute as case " + c.Into + ", which goes on for both: say it there")
		}
		return refuse("the case is closed (" + c.Outcome + "); reopen it first")
	}
	if (e.Type == EventClaim || e.Type == EventSnooze) && len(c.Answers) > 0 && c.Also() == "" {
		return refuse("the case is answered already, " + c.Answers[len(c.Answers)-1].Words() + "; reopen it first")
	}
	switch e.Type {
	case EventClaim:
		if !e.Until.After(e.At) {
			return refuse("the claim would lapse at once")
		}
		text := e.By + " is on it."
		if k := c.Claim; k != nil && k.Until.After(e.At) && k.Who != e.By {
			text = e.By + " is on it, in place of " + k.Who + "." // both may have clicked at once
		}
		c.Claim, c.Snooze = &Promise{Who: e.By, At: e.At, Until: e.Until, Note: e.Note, Slack: e.Slack}, nil
		c.say(e.At, "claimed", text)
	case EventSnooze:
		if !e.Until.After(e.At) {
			return refuse("that time is past")
		}
		if last := c.Deadline().At; !last.IsZero() && e.Until.After(last) {
			return refuse("that is after the deadline")
		}
		c.Snooze = &Promise{Who: e.By, At: e.At, Until: e.Until, Note: e.Note, Slack: e.Slack}
		c.say(e.At, "snoozed", "Snoozed by "+e.By+".")
	case EventAnswer:
		c.answer(Evidence{Source: "person", At: e.At, Who: e.By, Note: e.Note, Holds: e.Until})
		c.say(e.At, "answered", "Answered, says "+e.By+".")
	case EventReopen:
		if !c.Finished() {
			return refuse("the case is open")
		}
		c.reopen(e.At)
		if c.Deadline().At.IsZero() {
			c.Assumed = e.Until
		}
		c.say(e.At, "reopened", "Reopened by "+e.By+".")
	case EventClose:
		if e.Other == "" && e.Outcome == Duplicate {
			e.Outcome = "closed as a duplicate" // a person's word, which Stripe may contradict
		}
		c.close(e.At, e.Outcome)
		c.Into = e.Other
		if c.Into != "" {
			c.say(e.At, "closed", "It is the same dispute as case "+c.Into+", which goes on for both.")
			break
		}
		c.say(e.At, "closed", "Closed by "+e.By+": "+e.Outcome+".")
	}
	return nil
}
