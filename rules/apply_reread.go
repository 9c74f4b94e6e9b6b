package rules

import "slices"

// takeReread takes what was understood of a mail at a second reading, when the
// reader had learned its words. The mail itself is no news: nothing that anybody
// said or did since is undone by it, neither an answer, nor an end, nor a snooze.
// The case gains what it lacked, and loses the warnings that hold no more.
func (c *Case) takeReread(e Event) {
	m := *e.Mail
	was, newest, counts := *c, !m.Date.Before(c.LastMail), c.weigh(m).counts
	c.Said.merge(m.Said, newest && counts, newest && counts)
	c.Warnings = slices.DeleteFunc(c.Warnings, func(w string) bool { return slices.Contains(e.Lifted, w) })
	c.Warnings = with(c.Warnings, m.Warnings...)
	if m.Kind != e.Was {
		c.takeAnotherKind(e)
	}
	c.takeMailDeadline(e.At, m, newest)
	c.notLater(was, m.proved())
	if m.Kind == e.Was && m.Kind == KindResolved && m.proved() {
		c.takeResult(e)
	}
	if !c.Finished() {
		c.say(e.At, "reread", "One of its mails was read again, and more of it is understood.")
	}
}

// takeAnotherKind: the mail is another one than it was taken for. What is loud
// becomes so; that it is over only a person can say now, who knows what was done
// since.
func (c *Case) takeAnotherKind(e Event) {
	switch e.Mail.Kind {
	case KindStopRequest, KindInvestigation:
		if !c.Finished() {
			c.stageByMail(e.At, e.Mail.Kind, e.Mail.proved())
		}
		if len(c.Thread) < 2 { // no other mail told of a dispute
			c.Beneath = nil
		}
	case KindResolved, KindEvidenceReceived:
		if !c.Finished() {
			c.warn("Read again, one of its mails says that Klarna has our answer or that this is over. That does not count by itself: please check.")
		}
	}
}

// takeResult: a mail closed the case without a result that could be read, and
// names one after all.
func (c *Case) takeResult(e Event) {
	if c.Outcome != string(ResultUnknown) || e.Mail.Result == "" || e.Mail.Result == ResultUnknown {
		return
	}
	for i, a := range c.Answers {
		if a.Source == "mail" {
			c.Outcome, c.Answers[i].Note = string(e.Mail.Result), "Klarna: resolved, "+string(e.Mail.Result)
			c.say(e.At, "closed", "Klarna: resolved, "+string(e.Mail.Result)+".")
			return
		}
	}
}
