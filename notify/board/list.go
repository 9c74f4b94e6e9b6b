package board

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// most is how many cases one page shows; the CSV has all of them.
const most = 500

// listPage is the board's first page.
type listPage struct {
	frame
	Filter filter
	CSV    string // the address of what is seen, as CSV
	States []choice
	Boxes  []choice
	Rows   []row
	Seen   int // cases that the filter keeps; Rows may be fewer
	Kept   int // cases in the book
	Look   []group
	Parts  []part
	Outbox string
	Risk   []risk
	Plots  []plot
	Sums   []fact // the state of things in a line
	Odd    int    // things to look at
}

// choice is one value of a filter.
type choice struct {
	Value, Text string
	Selected    bool
}

// list answers / with the cases by urgency and all that stands around them.
func (p *pages) list(w http.ResponseWriter, r *http.Request) {
	f, err := readFilter(r.URL.Query())
	if err != nil {
		p.say(w, http.StatusBadRequest, "No such filter", err.Error())
		return
	}
	cases, err := p.Book.Cases(r.Context())
	if err != nil {
		p.fault(w, "list cases", err)
		return
	}
	now := p.Now()
	state := p.ready(r.Context())
	page := listPage{
		frame:  p.frame("Klarna disputes", now, state.Reasons),
		Filter: f, CSV: f.csv(), Kept: len(cases),
		States: stateChoices(f), Boxes: boxChoices(f, cases),
		Look: p.look(r.Context(), cases, now),
		Risk: atRisk(cases, p.Policy, now), Outbox: p.outboxLine(state, now),
	}
	page.Parts = p.parts(r.Context(), state.Parts, now)
	page.Sums = sums(cases, page.Risk, now)
	for _, g := range page.Look {
		page.Odd += len(g.Items) + g.More
	}
	page.Plots = p.plots(page.Risk, cases, now)
	seen := f.keep(cases, now)
	page.Seen = len(seen)
	for _, c := range seen[:min(len(seen), most)] {
		page.Rows = append(page.Rows, p.row(c, now))
	}
	p.draw(w, http.StatusOK, "list.html", page)
}

// sums is the state of things in a line: what must be done, how much of it is
// late or soon, and the money behind it. They count all cases, whatever the
// filter shows.
func sums(cases []rules.Case, risks []risk, now time.Time) []fact {
	var act, late, soon int
	for _, c := range cases {
		if c.Finished() {
			continue
		}
		act++
		switch {
		case overdue(c, now):
			late++
		case dueSoon(c, now):
			soon++
		}
	}
	out := []fact{{"to act on", strconv.Itoa(act)}, {"overdue", strconv.Itoa(late)}, {"within two days", strconv.Itoa(soon)}}
	for _, r := range risks {
		if r.Total != "" {
			out = append(out, fact{"at risk", r.Total})
		}
		if r.Fees != "" {
			out = append(out, fact{"fees if it is lost", r.Fees})
		}
	}
	return out
}

func stateChoices(f filter) []choice {
	out := []choice{
		{"", "all but closed", f.State == ""},
		{unfinished, "somebody must act", f.State == unfinished},
	}
	for _, s := range states() {
		out = append(out, choice{string(s), string(s), f.State == string(s)})
	}
	return append(out, choice{everything, "all", f.State == everything})
}

// boxChoices are the mailboxes that have cases, and the one that was asked for.
func boxChoices(f filter, cases []rules.Case) []choice {
	var names []string
	for _, c := range cases {
		if c.Mailbox != "" {
			names = append(names, c.Mailbox)
		}
	}
	if f.Mailbox != "" {
		names = append(names, f.Mailbox)
	}
	slices.Sort(names)
	out := []choice{{"", "every mailbox", f.Mailbox == ""}}
	for _, n := range slices.Compact(names) {
		out = append(out, choice{n, n, f.Mailbox == n})
	}
	return out
}

// outboxLine says whether anything waits to be told.
func (s *Server) outboxLine(r readiness, now time.Time) string {
	switch {
	case s.Outbox == nil || slices.ContainsFunc(r.Reasons, func(w string) bool { return strings.HasPrefix(w, "outbox: cannot") }):
		return ""
	case r.Waiting == 0:
		return "Nothing waits to be told."
	}
	return rules.Count(r.Waiting, "message") + " to be told; the oldest was queued " + ago(r.Oldest.In(s.zone()), now) + "."
}
