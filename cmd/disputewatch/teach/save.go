package teach

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/disputewatch/disputewatch/ingest/klarna/lessons"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
)

// show prints what was learned, and what each mail says now.
func (t *Call) show() {
	for _, e := range t.entries {
		fmt.Fprintf(t.Stdout, "learned %s: %s = %s\n", e.Language, e.Key, e.Phrase)
	}
	for _, p := range t.pupils {
		fmt.Fprintln(t.Stdout, p.file)
		was, is := lessons.Values(p.before.Notice), lessons.Values(p.after.Notice)
		for _, f := range lessons.Fields() {
			switch {
			case is[f] == was[f] && is[f] != "":
				fmt.Fprintf(t.Stdout, "  %-22s %s\n", f, shown(is[f]))
			case is[f] != was[f]:
				fmt.Fprintf(t.Stdout, "  %-22s %s → %s\n", f, shown(was[f]), shown(is[f]))
			}
		}
	}
}

// save appends the entries to the file, and reads the mails with what is on the
// disk then. It says whether it has written.
func (t *Call) save(ctx context.Context) (written bool, err error) {
	if t.DryRun {
		fmt.Fprintln(t.Stdout, "nothing was written")
		return false, nil
	}
	if t.Said == nil {
		yes, err := t.answer(fmt.Sprintf("write %d entries to %s? [y/N] ", len(t.entries), t.Path))
		if err != nil {
			return false, err
		}
		if !strings.EqualFold(yes, "y") && !strings.EqualFold(yes, "yes") {
			fmt.Fprintln(t.Stdout, "nothing was written")
			return false, nil
		}
	}
	if err := replaceFile(t.Path, t.text, t.text+t.section()); err != nil {
		return false, fmt.Errorf("teach: %w", err)
	}
	b, err := os.ReadFile(t.Path)
	if err != nil {
		return false, fmt.Errorf("teach: %w", err)
	}
	words, err := phrase.Load(strings.NewReader(string(b)))
	if err != nil {
		return false, fmt.Errorf("teach: %s: %w", t.Path, err)
	}
	if err := t.prove(ctx, words); err != nil {
		return false, err
	}
	fmt.Fprintf(t.Stdout, "written to %s; a running daemon reads it when it starts again, and scan --rescan reads again what was not understood in full\n", t.Path)
	return true, nil
}

// section is what is appended to the file: the entries, marked as learned from
// the user's own mails.
func (t *Call) section() string {
	var b strings.Builder
	if t.text != "" && !strings.HasSuffix(t.text, "\n") {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "\n# learned by disputewatch teach, %s\n", t.now.Format(time.DateOnly))
	mark, lang := "", ""
	for _, e := range t.entries {
		m := "[attested: a mail of our own]"
		if !e.date.IsZero() {
			m = "[attested: a mail of our own, " + e.date.Format(time.DateOnly) + "]"
		}
		if m != mark {
			fmt.Fprintln(&b, m)
		}
		if e.Language != lang {
			fmt.Fprintln(&b, "language = "+e.Language)
		}
		mark, lang = m, e.Language
		fmt.Fprintf(&b, "%s = %s\n", e.Key, e.Phrase)
	}
	return b.String()
}

// replaceFile gives a file a new content, whole or not at all, if it still holds
// the old one. Its mode and owner stay; through a link the file behind it is
// written.
func replaceFile(path, old, text string) error {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	mode, owner := fs.FileMode(0o644), (*syscall.Stat_t)(nil)
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	default:
		mode = info.Mode().Perm()
		owner, _ = info.Sys().(*syscall.Stat_t)
		is, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if string(is) != old {
			return fmt.Errorf("%s was changed meanwhile; nothing was written\nhint: run teach again", path)
		}
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".vocabulary-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // it is gone once it was renamed
	_, err = f.WriteString(text)
	err = errors.Join(err, f.Chmod(mode))
	if owner != nil && (int(owner.Uid) != os.Geteuid() || int(owner.Gid) != os.Getegid()) {
		err = errors.Join(err, f.Chown(int(owner.Uid), int(owner.Gid)))
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
