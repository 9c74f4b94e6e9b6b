package systemd

import (
	"context"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/coreos/go-systemd/v22/journal"
)

// The journal's priorities as the first bytes of a line, sd-daemon(3).
const (
	priorityError = "<3>"
	priorityWarn  = "<4>"
	priorityInfo  = "<6>"
)

// Log logs lines of text. Those that go to the journal bear their priority,
// so that "journalctl -p err" finds them, and no time, for the journal has it.
func Log(w io.Writer) *slog.Logger {
	if !toJournal(w) {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(journalHandler(w))
}

// toJournal says whether what is written to w is read by the journal.
func toJournal(w io.Writer) bool {
	if w != io.Writer(os.Stderr) {
		return false
	}
	is, err := journal.StderrIsJournalStream()
	return is && err == nil // else lines look odd there, which is no reason to stop
}

// levels is a handler for each priority.
type levels struct{ info, warn, err slog.Handler }

func journalHandler(w io.Writer) slog.Handler {
	timeless := &slog.HandlerOptions{ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}
	at := func(priority string) slog.Handler { return slog.NewTextHandler(prefixed{priority, w}, timeless) }
	return levels{at(priorityInfo), at(priorityWarn), at(priorityError)}
}

func (l levels) of(level slog.Level) slog.Handler {
	switch {
	case level >= slog.LevelError:
		return l.err
	case level >= slog.LevelWarn:
		return l.warn
	}
	return l.info
}

// Enabled is as slog.Handler wants it, and so are the three below.
func (l levels) Enabled(ctx context.Context, level slog.Level) bool {
	return l.of(level).Enabled(ctx, level)
}

func (l levels) Handle(ctx context.Context, r slog.Record) error {
	return l.of(r.Level).Handle(ctx, r)
}

func (l levels) WithAttrs(attrs []slog.Attr) slog.Handler {
	return levels{l.info.WithAttrs(attrs), l.warn.WithAttrs(attrs), l.err.WithAttrs(attrs)}
}

func (l levels) WithGroup(name string) slog.Handler {
	return levels{l.info.WithGroup(name), l.warn.WithGroup(name), l.err.WithGroup(name)}
}

// prefixed puts a priority before each line: slog writes a line at once.
type prefixed struct {
	priority string
	to       io.Writer
}

func (p prefixed) Write(line []byte) (int, error) {
	if _, err := io.WriteString(p.to, p.priority+string(line)); err != nil {
		return 0, err
	}
	return len(line), nil
}

// LastWords is the error that ends a command, as a person or the journal reads it.
func LastWords(w io.Writer, err error) string {
	text := "disputewatch: " + err.Error() + "\n"
	if toJournal(w) {
		return priorityError + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n"+priorityError) + "\n"
	}
	return text
}
