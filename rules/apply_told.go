package rules

import "slices"

// takeTold records that an escalation was queued, and what it speaks for.
func (c *Case) takeTold(e Event) {
	esc := e.Told
	if esc == nil {
		return
	}
	if esc.News != nil {
		c.News = slices.DeleteFunc(c.News, func(n News) bool { return n.N == esc.News.N })
		c.Facts = max(c.Facts, esc.News.N)
	}
	if esc.Ended != "" || esc.News != nil && esc.News.Name == newsLapsed {
		c.endPromises(e.At)
	}
	if esc.News != nil || esc.Round != c.Round.N {
		return
	}
	c.tell(Told{Step: esc.Step, N: esc.N, At: e.At, Observed: esc.Observed})
	for _, f := range esc.Folded {
		c.tell(Told{Step: f.Step, N: f.N, At: e.At, Folded: esc.Step, Observed: esc.Observed})
	}
}

// tell keeps the highest repeat of each step: the lower ones are told with it.
func (c *Case) tell(t Told) {
	for i, old := range c.Told {
		if old.Step == t.Step {
			if t.N > old.N {
				c.Told[i] = t
			}
			return
		}
	}
	c.Told = append(c.Told, t)
}
