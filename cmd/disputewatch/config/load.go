package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"syscall"
	_ "time/tzdata" // timezone is understood on a machine without zoneinfo

	yaml "github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of a config file. 200 mailboxes with every key are about 200 KB; the
// YAML library needs time in the square of the nesting.
const (
	maxFile    = 512 << 10
	maxNesting = 32
	maxFaults  = 100
)

// Options are what Load cannot know by itself.
type Options struct {
	// CheckSchedule says what is wrong with a cron expression; nil checks
	// none. It is never given a text that begins with TZ= or CRON_TZ=.
	CheckSchedule func(string) error
	// CheckVocabulary says what is wrong with the vocabulary, a file; nil is for
	// whom it may be missing. It is given none where the file names none.
	CheckVocabulary func(path string) error
	// Secrets also reads every secret that the file names, once, and makes a
	// fault of one that cannot be read.
	Secrets bool
	// Unconsented makes no fault of a refresh token that is not there yet, for
	// the command that gets it.
	Unconsented bool
}

// Load reads the file at path with the zero [Options].
func Load(path string) (*Config, error) { return Options{}.Load(path) }

// Load reads the file at path. What its writer did wrong comes back as
// [*Faults], all of it at once; any other error is I/O.
func (o Options) Load(path string) (*Config, error) {
	data, err := slurp(path)
	if err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("config %s: %w", path, err)
	}
	base := Config{dir: filepath.Dir(abs), credentials: os.Getenv("CREDENTIALS_DIRECTORY")}
	return o.read(path, data, base)
}

// UnopenedError is of a config file that is not there, or may not be read: a
// fault of whoever named it, as what stands in it is.
type UnopenedError struct{ error }

func (e *UnopenedError) Unwrap() error { return e.error }

func slurp(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, &UnopenedError{fmt.Errorf("config %s: %w%s", path, errors.Unwrap(err), openHint(err))}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if errors.Is(err, syscall.EISDIR) {
		return nil, &UnopenedError{fmt.Errorf("config %s: is a folder\nhint: name the file in it", path)}
	}
	if err != nil {
		return nil, fmt.Errorf("config %s: read: %w", path, errors.Unwrap(err))
	}
	if len(data) > maxFile {
		return nil, &Faults{File: path, List: []Fault{{1, 1, "", fmt.Sprintf("larger than %d KB", maxFile>>10), "is this the right file?"}}}
	}
	return data, nil
}

func openHint(err error) string {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "\nhint: run as the user disputewatch, or join the group that may read it"
	case errors.Is(err, fs.ErrNotExist):
		return "\nhint: begin with a copy of config.example.yaml"
	}
	return ""
}

// Find is the config file to use: the one that --config named, else the
// system's, else the one in the current folder.
func Find(flag string) (string, error) {
	if flag != "" {
		return flag, nil
	}
	places := []string{"/etc/disputewatch/config.yaml", "config.yaml"}
	for _, place := range places {
		if _, err := os.Stat(place); !errors.Is(err, fs.ErrNotExist) {
			return place, nil
		}
	}
	return "", fmt.Errorf("find config: neither %s: %w\nhint: name one with --config; begin with a copy of config.example.yaml",
		strings.Join(places, " nor ./"), fs.ErrNotExist)
}

// read makes a Config of the file's bytes. base holds where it was found.
func (o Options) read(file string, data []byte, base Config) (*Config, error) {
	c := Default()
	c.dir, c.credentials = base.dir, base.credentials
	text := strings.TrimPrefix(string(data), "\ufeff")
	w := &walk{
		src:    strings.Split(text, "\n"),
		at:     map[string]position{},
		faulty: map[string]bool{},
		meant:  map[string]bool{},
	}
	if body := w.parse(text); body != nil {
		w.fill("", body, reflect.ValueOf(c).Elem())
		(&check{walk: w, cfg: c, opts: o}).all()
	}
	if len(w.faults) == 0 {
		return c, nil
	}
	faults := &Faults{file, w.faults, c}
	faults.sort()
	if more := len(faults.List) - maxFaults; more > 0 {
		last := faults.List[maxFaults]
		faults.List = append(faults.List[:maxFaults], Fault{last.Line, last.Col, "", fmt.Sprintf("%d more faults from here on", more), ""})
	}
	return nil, faults
}

// parse is the syntax tree of the file's one document; nil after a fault.
func (w *walk) parse(text string) ast.Node {
	tokens := lexer.Tokenize(text)
	if tk := tooDeep(tokens); tk != nil {
		w.tell(place(tk), "", fmt.Sprintf("nested deeper than %d", maxNesting), "")
		return nil
	}
	f, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		w.syntax(err)
		return nil
	}
	docs := slices.DeleteFunc(f.Docs, func(d *ast.DocumentNode) bool {
		_, directive := d.Body.(*ast.DirectiveNode) // %YAML 1.2, which the parser takes for a document
		return d.Body == nil || directive
	})
	if len(docs) == 0 {
		w.tell(position{1, 1}, "", "the file is empty", "begin with a copy of config.example.yaml")
		return nil
	}
	if len(docs) > 1 {
		w.tell(start(docs[1].Body), "", "a second document begins here, which nobody would read", "keep one, and drop the line ---")
	}
	return docs[0].Body
}

// tooDeep is the token at which the nesting passes what a config can need.
func tooDeep(tokens token.Tokens) *token.Token {
	depth, line, dashes := 0, 0, 0
	for _, tk := range tokens {
		if tk.Position.Line != line {
			line, dashes = tk.Position.Line, 0
		}
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth--
		case token.SequenceEntryType, token.MappingKeyType:
			dashes++
		}
		if depth > maxNesting || dashes > maxNesting || tk.Position.IndentNum > 10*maxNesting {
			return tk
		}
	}
	return nil
}

// syntax tells of a file that is no YAML. The library's message alone is
// shown: with its source it would print neighbouring lines, a secret among
// them.
func (w *walk) syntax(err error) {
	var e yaml.Error
	if !errors.As(err, &e) {
		w.tell(position{1, 1}, "", "is not YAML", "")
		return
	}
	at := place(e.GetToken())
	w.tell(at, "", "is not YAML: "+e.GetMessage(), w.syntaxHint(at))
}

// markForm is a value that begins with a mark of YAML's own.
var markForm = regexp.MustCompile(`(?:^|[:\[,-])\s*([*@#])`)

// syntaxHint knows the marks that people forget to quote.
func (w *walk) syntaxHint(at position) string {
	if at.line > len(w.src) {
		return ""
	}
	line := w.src[at.line-1]
	if strings.HasPrefix(line, "\t") {
		return "indent with spaces, not with tabs"
	}
	if m := markForm.FindStringSubmatch(line); m != nil {
		example := map[string]string{"*": "*/5 * * * *", "@": "@here", "#": "#leads"}[m[1]]
		return fmt.Sprintf("put quotes around a value that begins with %s, such as %q", m[1], example)
	}
	return "nothing else was checked; a value that holds : or # or begins with a mark wants quotes"
}
