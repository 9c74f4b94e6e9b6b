package teach

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/klarna/lessons"
	"github.com/disputewatch/disputewatch/rules"
)

// pupil is one mail that is taught from.
type pupil struct {
	*Call
	file          string
	raw           []byte
	lang          string // of the mail, where its user says so
	lessons       []lessons.Lesson
	before, after ingest.Reading
}

// Said is what a user says of a mail: field → value.
type Said map[string]string

var language = regexp.MustCompile(`^[a-z]{2}$`)

// Parse reads what is said of a mail, each as FIELD=VALUE; nil is nothing.
func Parse(list []string) (Said, error) {
	var out Said
	for _, s := range list {
		field, value, ok := strings.Cut(s, "=")
		field, value = strings.TrimSpace(field), strings.TrimSpace(value)
		if !ok || value == "" {
			return nil, fmt.Errorf("%s: want FIELD=VALUE", s)
		}
		if _, twice := out[field]; twice {
			return nil, fmt.Errorf("%s: given twice", field)
		}
		if err := check(field, value); err != nil {
			return nil, err
		}
		if out == nil {
			out = Said{}
		}
		out[field] = value
	}
	return out, nil
}

// check says what is wrong with a value in itself.
func check(field, value string) error {
	switch {
	case field == "result_text":
		return nil
	case field == "language" && !language.MatchString(value):
		return fmt.Errorf("language: %q is no code of two letters", value)
	case field == "language":
		return nil
	}
	return lessons.Lesson{Field: field, Value: value}.Check()
}

// learn finds the phrases by which the mail reads as its user says.
func (p *pupil) learn(ctx context.Context, s Said) error {
	p.before = p.read(ctx, p.raw, p.words)
	if p.before.Message == nil {
		return p.before.Err
	}
	if s == nil {
		var err error
		if s, err = p.ask(); err != nil {
			return err
		}
	}
	p.lang = s["language"]
	for _, field := range lessons.Fields() {
		if value := s[field]; value != "" && (field != "reason_text" || s["reason"] == "") {
			p.lessons = append(p.lessons, lessons.Lesson{Field: field, Value: value, Text: s[field+"_text"]})
		}
	}
	if text := s["reason_text"]; text != "" && s["reason"] != "" {
		p.try(ctx, lessons.Lesson{Field: "reason_text", Value: text}) // it may stand without a label
	}
	pending := slices.Clone(p.lessons)
	for len(pending) > 0 {
		var why error
		left := slices.DeleteFunc(slices.Clone(pending), func(l lessons.Lesson) bool {
			err := p.try(ctx, l)
			if !errors.Is(err, errNoLanguage) || !errors.Is(why, errNoLanguage) { // said once, not of each field
				why = errors.Join(why, err)
			}
			return err == nil
		})
		if len(left) == len(pending) {
			return why
		}
		pending = left // what was learned may help the others
	}
	return nil
}

// errNoLanguage is a mail whose words cannot be filed under a language.
var errNoLanguage = errors.New("the language of the mail is not clear\nhint: name it with --set language=de")

// maxTries bounds how many phrases are tried for a field.
const maxTries = 60

// try makes the mail read as the lesson says, by the first phrase that does so
// and takes nothing away.
func (p *pupil) try(ctx context.Context, l lessons.Lesson) error {
	is := p.read(ctx, p.raw, p.words)
	o := p.options(is)
	if l.Holds(is.Notice, o) {
		return nil
	}
	list, err := lessons.Suggest(p.words, is.Message, o, l)
	if err != nil {
		return err
	}
	for _, e := range list[:min(len(list), maxTries)] {
		if p.lang != "" {
			e.Language = p.lang
		}
		if e.Language == "" {
			return errNoLanguage
		}
		words, err := p.words.With(e)
		if err != nil {
			continue // what the vocabulary does not take as a phrase
		}
		r := p.read(ctx, p.raw, words)
		if l.Holds(r.Notice, o) && len(p.spoiled(is, r, l)) == 0 {
			p.entries, p.words = append(p.entries, learned{e, is.Message.Date}), words
			return nil
		}
	}
	hint := "its label may be a word that means something else already; write the entry by hand, or set its other fields too"
	if k := is.Notice.Kind; k == rules.KindKlarnaOther || k == rules.KindCustomerMessage || k == "" {
		hint = "the mail is taken for none about a dispute; set its kind too: --set kind=dispute_request"
	}
	return fmt.Errorf("%s: no phrase was found by which the mail reads as %q\nhint: %s", l.Field, l.Value, hint)
}

// spoiled names the fields that were read before and are read otherwise now,
// but for the lesson's own and the kind of a mail that was about no dispute.
func (p *pupil) spoiled(was, is ingest.Reading, l lessons.Lesson) []string {
	lost := changed(lessons.Values(was.Notice), lessons.Values(is.Notice))
	return slices.DeleteFunc(lost, func(field string) bool {
		about := l.Field == field || l.Field == "reason" && field == "reason_text"
		for _, other := range p.lessons { // it was wrong, and is being taught
			about = about || other.Field == field && !other.Holds(was.Notice, p.options(was))
		}
		return about || field == "kind" && was.Outcome == rules.OutcomeOther
	})
}

// changed lists the fields of was that is holds otherwise or not at all.
func changed(was, is map[string]string) []string {
	var out []string
	for field, value := range was {
		if is[field] != value {
			out = append(out, field)
		}
	}
	slices.Sort(out)
	return out
}

// ask shows what was read, field by field, and lets the user confirm it or say
// what the mail says.
func (p *pupil) ask() (Said, error) {
	fmt.Fprintf(p.Stderr, "%s\nEnter confirms what was read, - leaves a field as it is.\n", p.file)
	is, out := lessons.Values(p.before.Notice), Said{}
	for _, field := range lessons.Fields() {
		if field == "result" && is["kind"] != string(rules.KindResolved) && out["kind"] != string(rules.KindResolved) {
			continue
		}
		for {
			value, err := p.answer(fmt.Sprintf("%s [%s]: ", field, is[field]))
			if err != nil {
				return nil, err
			}
			if value == "" || value == "-" || value == is[field] {
				break
			}
			if err := check(field, value); err != nil {
				fmt.Fprintln(p.Stderr, err)
				continue
			}
			out[field] = value
			break
		}
	}
	if p.before.Notice.Language == "" && len(out) > 0 {
		value, err := p.answer("language of the mail, two letters: ")
		if err != nil {
			return nil, err
		}
		out["language"] = value
	}
	return out, nil
}

// answer is a line that the user types.
func (t *Call) answer(question string) (string, error) {
	fmt.Fprint(t.Stderr, question)
	line, err := t.answers.ReadString('\n')
	if errors.Is(err, io.EOF) && line == "" {
		return "", errors.New("no answer; nothing was written\nhint: without a terminal say what the mail says with --set FIELD=VALUE")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	return strings.TrimSpace(line), nil
}
