package board

import (
	"fmt"
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
	Bands  []band
	Shown  int // cases in the bands
	Seen   int // cases that the filter keeps; Shown may be fewer
	Kept   int // cases in the book
	Look   []group
	Parts  []part
	Outbox string
	Risk   []risk
	Plots  []plot
	Sums   []figure // the state of things in three seconds
	Odd    int      // things to look at
}

// figure is one number that says how things stand. Its class colours it.
type figure struct{ Name, Value, Class string }

// band is the cases of one urgency, under a heading.
type band struct {
	Title, Class string
	Rows         []row
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
		frame:  p.frame("Klarna disputes", now, state),
		Filter: f, CSV: f.csv(), Kept: len(cases),
		States: stateChoices(f), Boxes: boxChoices(f, cases),
		Look: p.look(r.Context(), cases, now),
		Risk: atRisk(cases, p.Policy, now), Outbox: p.outboxLine(state, now),
	}
	page.Parts = p.parts(r.Context(), state.Parts, now)
	page.Sums, page.Title = sums(cases, page.Risk, now)
	for _, g := range page.Look {
		page.Odd += len(g.Items) + g.More
	}
	page.Plots = p.plots(page.Risk, cases, now)
	seen := f.keep(cases, now)
	page.Seen = len(seen)
	page.Shown = min(len(seen), most)
	page.Bands = p.bands(seen[:page.Shown], now)
	p.draw(w, http.StatusOK, "list.html", page)
}

// bands parts cases, which stand by urgency, where the urgency changes.
func (s *Server) bands(cases []rules.Case, now time.Time) []band {
	var out []band
	for _, c := range cases {
		title, r := urgencyWords(c, now), s.row(c, now)
		if len(out) == 0 || out[len(out)-1].Title != title {
			out = append(out, band{Title: title, Class: r.Class})
		}
		last := &out[len(out)-1]
		last.Rows = append(last.Rows, r)
	}
	return out
}

// sums is the state of things in a few figures, and in a title for the tab: what
// must be done, how much of it is late or soon, and the money behind it. They
// count all cases, whatever the filter shows.
func sums(cases []rules.Case, risks []risk, now time.Time) (out []figure, title string) {
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
	shade := func(n int, class string) string {
		if n == 0 {
			return "calm"
		}
		return class
	}
	out = []figure{
		{"overdue", strconv.Itoa(late), shade(late, "late")},
		{"within two days", strconv.Itoa(soon), shade(soon, "soon")},
		{"to act on", strconv.Itoa(act), shade(act, "")},
	}
	for _, r := range risks {
		name := "at risk"
		if r.Fees != "" {
			name += ", and " + r.Fees + " of fees if it is lost"
		}
		if r.Total != "" {
			out = append(out, figure{name, r.Total, "money"})
		}
	}
	switch {
	case late > 0:
		return out, fmt.Sprintf("%d overdue", late)
	case soon > 0:
		return out, fmt.Sprintf("%d within two days", soon)
	}
	return out, fmt.Sprintf("%d to act on", act)
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
