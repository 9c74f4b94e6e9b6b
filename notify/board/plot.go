package board

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// The size of a plot in its own units. It is no wider than a phone, so that its
// words stay readable there.
const (
	plotWidth = 360
	plotBars  = 110 // the height of the tallest bar
	plotTop   = 24  // room for its figure
	plotFoot  = 20  // room for the names
)

// plot is a bar chart and, for those who do not see it, the same as a table.
type plot struct {
	ID, Title, Note string
	Width, Height   int
	Base            int // the y of the ground line
	Bars            []bar
	Head            []string // of the table's columns
}

// bar is one column of the chart and one row of the table.
type bar struct {
	X, Width, Middle int
	Name, Value      string
	ValueY, NameY    int
	Pieces           []piece // from the ground up
	Cells            []string
}

// piece is one colour of a bar.
type piece struct {
	Y, Height int
	Class     string
}

// stack is what a bar is made of, before it is drawn.
type stack struct {
	name, value string
	parts       []int64
	classes     []string
	cells       []string
}

// draw scales the stacks to the plot.
func (p plot) draw(stacks []stack) plot {
	p.Width, p.Height, p.Base = plotWidth, plotTop+plotBars+plotFoot, plotTop+plotBars
	var top int64 = 1
	for _, s := range stacks {
		top = max(top, sum(s.parts))
	}
	slot := plotWidth / len(stacks)
	for i, s := range stacks {
		b := bar{X: i*slot + 5, Width: slot - 10, Middle: i*slot + slot/2, Name: s.name, Value: s.value, Cells: s.cells}
		y := p.Base
		for j, v := range s.parts {
			h := int(math.Round(float64(v) / float64(top) * plotBars))
			if v > 0 {
				h = max(h, 2) // little is not nothing
			}
			y -= h
			b.Pieces = append(b.Pieces, piece{y, h, s.classes[j]})
		}
		b.ValueY, b.NameY = y-4, p.Base+14
		p.Bars = append(p.Bars, b)
	}
	return p
}

func sum(parts []int64) int64 {
	var n int64
	for _, v := range parts {
		n += max(v, 0)
	}
	return n
}

// mostPlots is how many currencies are drawn; all of them stand in the table.
const mostPlots = 3

// plots draws the money at risk by currency, and the answers by week.
func (s *Server) plots(risks []risk, cases []rules.Case, now time.Time) []plot {
	var out []plot
	for _, r := range risks {
		if r.Currency != unknownAmount && len(out) < mostPlots {
			out = append(out, riskPlot(r, len(out)))
		}
	}
	return append(out, ratePlot(answeredWeeks(cases, s.zone(), now)))
}

func riskPlot(r risk, n int) plot {
	p := plot{
		ID: "risk-" + strconv.Itoa(n), Title: "At risk: " + r.Total,
		Note: "What is neither answered nor closed, by the time that is left.",
		Head: []string{"Time left", "Amount", "Cases"},
	}
	var stacks []stack
	for i, b := range r.Buckets {
		class := "ahead"
		switch i {
		case 0:
			class = "late"
		case 1:
			class = "soon"
		}
		stacks = append(stacks, stack{
			name: b.Name, value: short(b.Amount, b.Cases), parts: []int64{b.Amount.Minor}, classes: []string{class},
			cells: []string{b.Name, apart(b.Amount.String()), strconv.Itoa(b.Cases)},
		})
	}
	return p.draw(stacks)
}

// short writes an amount in whole units, or in thousands; the table has it to
// the cent.
func short(m rules.Money, cases int) string {
	if cases == 0 {
		return ""
	}
	whole := float64(m.Minor) / math.Pow10(rules.Exponent(m.Currency))
	switch {
	case whole >= 1e7:
		return fmt.Sprintf("%.0fM", whole/1e6)
	case whole >= 1e4:
		return fmt.Sprintf("%.0fk", whole/1e3)
	}
	return fmt.Sprintf("%.0f", whole)
}

func ratePlot(all []week) plot {
	p := plot{
		ID: "rate", Title: "Answered in time",
		Note: "By the week of the last deadline; the lower part of a bar was answered in time, the upper part was not. Cases that ended without needing an answer, and those without a date, are left out.",
		Head: []string{"Week from", "In time", "Missed", "Rate"},
	}
	var stacks []stack
	good, asked := 0, 0
	for _, w := range all {
		n := w.InTime + w.Missed
		good, asked = good+w.InTime, asked+n
		st := stack{
			name:    w.Start.Format("2 Jan"),
			parts:   []int64{int64(w.InTime), int64(w.Missed)},
			classes: []string{"done", "late"},
			cells:   []string{w.Start.Format("2 Jan 2006"), strconv.Itoa(w.InTime), strconv.Itoa(w.Missed), rate(w.InTime, n)},
		}
		if n > 0 {
			st.value = fmt.Sprintf("%d/%d", w.InTime, n)
		}
		stacks = append(stacks, st)
	}
	p.Title = fmt.Sprintf("Answered in time: %s in %d weeks", rate(good, asked), weeks)
	return p.draw(stacks)
}

// rate is a share in whole percent, rounded down: 99.9 % is not all.
func rate(good, of int) string {
	if of == 0 {
		return "nothing was due"
	}
	return strconv.Itoa(good*100/of) + " %"
}
