package audit

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Observed compares what would have been said while observing with what
// people did without it.
type Observed struct {
	Cases    int            `json:"cases"`    // of which something would have been said
	Messages int            `json:"messages"` // that would have been posted
	TakenUp  int            `json:"taken_up"` // by now, by anybody
	Late     int            `json:"late"`     // only after the deadline, or not at all by then
	Median   int64          `json:"median_lead_seconds,omitempty"`
	List     []ObservedCase `json:"list"` // the late ones first, then those that waited longest
}

// ObservedCase is one of them.
type ObservedCase struct {
	ID string `json:"id"`
	*Observation
}

// Observation is what would have been said of a case, as JSON.
type Observation struct {
	First    string `json:"first"` // when it would have been told first
	Step     string `json:"step"`
	Messages int    `json:"messages"`
	TakenUp  string `json:"taken_up,omitempty"` // when somebody was on it
	How      string `json:"how,omitempty"`
	Lead     int64  `json:"lead_seconds,omitempty"` // from the first word to that
	Late     bool   `json:"late"`

	first time.Time
	lead  time.Duration // until now, where nobody was on it
}

// Observe is nil for a case of which nothing would have been said.
func Observe(events []rules.Event, now time.Time, zone *time.Location) *Observation {
	o, ok := rules.Observe(events, now)
	if !ok {
		return nil
	}
	v := &Observation{
		First: o.First.In(zone).Format(time.RFC3339), Step: o.Step, Messages: o.Words, Late: o.Late, How: o.How,
		first: o.First.In(zone), lead: now.Sub(o.First),
	}
	if !o.Done.IsZero() {
		v.TakenUp = o.Done.In(zone).Format(time.RFC3339)
		v.lead = o.Done.Sub(o.First)
		v.Lead = int64(v.lead / time.Second)
	}
	return v
}

// Words say it in one line.
func (v *Observation) Words() string {
	if v == nil {
		return ""
	}
	s := fmt.Sprintf("would have been told first %s (%s), %s by now", v.First, v.Step, rules.Count(v.Messages, "message"))
	switch {
	case v.TakenUp != "":
		s += fmt.Sprintf("; %s %s, %s later", v.How, v.TakenUp, lasted(v.lead))
	default:
		s += "; nobody has been on it since, for " + lasted(v.lead)
	}
	if v.Late {
		s += ", AFTER THE DEADLINE"
	}
	return s
}

// lasted writes a length of time in the unit that says something.
func lasted(d time.Duration) string {
	switch {
	case d < time.Hour:
		return rules.Count(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return rules.Count(int(d/time.Hour), "hour")
	}
	return rules.Count(int(d/(24*time.Hour)), "day")
}

// observed is what would have been said of the cases; nil where nothing was ever
// observed.
func observed(cases []Case, now time.Time) *Observed {
	o := &Observed{}
	var leads []time.Duration
	for _, c := range cases {
		if c.Outcome == "duplicate" {
			continue
		}
		v := Observe(c.Events, now, now.Location())
		if v == nil {
			continue
		}
		o.Cases++
		o.Messages += v.Messages
		o.Late += int(oneIf(v.Late))
		if v.TakenUp != "" {
			o.TakenUp++
			leads = append(leads, v.lead)
		}
		o.List = append(o.List, ObservedCase{c.ID, v})
	}
	if o.Cases == 0 {
		return nil
	}
	if len(leads) > 0 {
		slices.Sort(leads)
		o.Median = int64(leads[len(leads)/2] / time.Second)
	}
	slices.SortStableFunc(o.List, func(a, b ObservedCase) int {
		return cmp.Or(-cmp.Compare(oneIf(a.Late), oneIf(b.Late)), -cmp.Compare(a.lead, b.lead))
	})
	return o
}

func oneIf(yes bool) int64 {
	if yes {
		return 1
	}
	return 0
}

// Summary is the comparison in two sentences.
func (o *Observed) Summary() string {
	s := fmt.Sprintf("While observing, %s would have been told of %s. ", counted(o.Messages, "message"), counted(o.Cases, "case"))
	s += fmt.Sprintf("Taken up by people: %d", o.TakenUp)
	if o.TakenUp > 0 {
		s += ", at the median " + lasted(time.Duration(o.Median)*time.Second) + " after the first word"
	}
	return s + fmt.Sprintf(". Not before the deadline: %d.", o.Late)
}

// FirstWord is when it would have been told first, in the report's zone.
func (c ObservedCase) FirstWord() string { return c.first.Format("2 Jan 2006 15:04") }

// LateWord is "late" or nothing.
func (c ObservedCase) LateWord() string {
	if c.Late {
		return "late"
	}
	return ""
}

// Taken is how it was taken up.
func (c ObservedCase) Taken() string { return cmp.Or(c.How, "not yet") }

// Later is how long that took, or has taken so far.
func (c ObservedCase) Later() string { return lasted(c.lead) }
