package main

import (
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"time"
)

//go:embed audit.html
var auditHTML string

// auditFile is a file that is written whole or not at all.
type auditFile struct {
	path string
	tmp  *os.File
}

// newAuditFile begins the file at path, in its folder; "" is no page.
func newAuditFile(path string) (*auditFile, error) {
	if path == "" {
		return nil, nil
	}
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, &usageError{fmt.Sprintf("audit: --html %s: not a file", path)}
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".audit-*")
	if err != nil {
		return nil, fmt.Errorf("audit: --html %s: %w\nhint: its folder must be there and let you write", path, errors.Unwrap(err))
	}
	return &auditFile{path, tmp}, nil
}

// drop takes away what was begun; after write it does nothing.
func (p *auditFile) drop() {
	if p == nil || p.tmp == nil {
		return
	}
	p.tmp.Close()
	os.Remove(p.tmp.Name())
	p.tmp = nil
}

// write makes the page and puts it in its place.
func (p *auditFile) write(r *auditReport) error {
	if p == nil {
		return nil
	}
	err := r.html(p.tmp)
	if err == nil {
		err = p.tmp.Sync()
	}
	if err = errors.Join(err, p.tmp.Close()); err == nil {
		err = os.Rename(p.tmp.Name(), p.path)
	}
	if err != nil {
		return fmt.Errorf("audit: write %s: %w", p.path, err)
	}
	p.tmp = nil
	return nil
}

// html writes the report as one page that needs nothing else: no script, no
// font, no picture. Only its links lead elsewhere, into Stripe's Dashboard.
func (r *auditReport) html(f *os.File) error {
	t, err := template.New("audit").Funcs(template.FuncMap{
		"date":    func(t time.Time) string { return t.Format("2 January 2006") },
		"due":     func(o auditOpen) string { return o.Due(r.now) },
		"until":   func(o auditOpen) string { return o.Until(r.now) },
		"lapsed":  func(u auditUnheeded) string { return u.Until(r.now) },
		"sums":    sumsWords,
		"money":   func(m amountView) string { return digits(m.Minor, m.Currency) + " " + m.Currency },
		"grouped": grouped,
		"spaces":  func(s any) string { return spaces(fmt.Sprint(s)) },
	}).Parse(auditHTML)
	if err != nil {
		return err
	}
	return t.Execute(f, auditPage{
		Report: r, Since: r.since, Now: r.now, Zone: r.now.Location().String(), Days: auditDays,
		Unanswered: r.unanswered(), Urgent: r.urgent(), Fees: r.feesUsed(), FeeSource: r.FeeSource, Means: unansweredMeans,
	})
}

// auditPage is what the page shows.
type auditPage struct {
	Report     *auditReport
	Since, Now time.Time
	Zone       string
	Days       int
	Unanswered auditGroup
	Urgent     string
	Fees       []string
	FeeSource  string
	Means      string
}
