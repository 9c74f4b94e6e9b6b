package audit

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"time"
)

//go:embed page.html
var pageHTML string

// HTML writes the report as one page that needs nothing else: no script, no
// font, no picture. Only its links lead elsewhere, into Stripe's Dashboard.
func (r *Report) HTML(w io.Writer) error {
	t, err := template.New("audit").Funcs(template.FuncMap{
		"date":    func(t time.Time) string { return t.Format("2 January 2006") },
		"due":     func(o Open) string { return o.Due(r.now) },
		"until":   func(o Open) string { return o.Until(r.now) },
		"lapsed":  func(u Unheeded) string { return u.Until(r.now) },
		"sums":    sumsWords,
		"money":   func(m Amount) string { return digits(m.Minor, m.Currency) + " " + m.Currency },
		"grouped": Grouped,
		"spaces":  func(s any) string { return spaces(fmt.Sprint(s)) },
	}).Parse(pageHTML)
	if err != nil {
		return err
	}
	return t.Execute(w, page{
		Report: r, Since: r.Since, Now: r.now, Zone: r.now.Location().String(), Days: days,
		Unanswered: r.unanswered(), Urgent: r.urgent(), Fees: r.feesUsed(), FeeSource: r.FeeSource, Means: unansweredMeans,
	})
}

// page is what the page shows.
type page struct {
	Report     *Report
	Since, Now time.Time
	Zone       string
	Days       int
	Unanswered Group
	Urgent     string
	Fees       []string
	FeeSource  string
	Means      string
}
