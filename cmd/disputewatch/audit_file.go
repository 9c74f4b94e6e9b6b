package main

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/audit"
)

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
func (p *auditFile) write(r *audit.Report) error {
	if p == nil {
		return nil
	}
	err := r.HTML(p.tmp)
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
