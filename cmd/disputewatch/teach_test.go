package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/view"
	"github.com/disputewatch/disputewatch/ingest"
	"github.com/disputewatch/disputewatch/ingest/klarna/phrase"
)

// strange is a mail of Klarna's in words that the vocabulary does not have.
const strange = `From: Klarna <no-reply@klarna.com>
To: payments@shop.example
Subject: Quorblatt zu Ihrem Einkauf
Message-ID: <strange-1@mail.klarna.com>
Date: Tue, 3 Mar 2026 09:00:00 +0100
Content-Type: text/plain; charset=utf-8

Guten Tag,

zu diesem Einkauf liegt uns ein Widerspruch der Kundin vor. Bitte antworten Sie.

Quibbelmarke: 2569471
Flumtag: 17.03.2026
Wuselgrund: Schnurz verblieben
Haendlerzeichen: 77-1042
Streitsumme Klirr: 124,90 EUR
`

var lessons = []string{
	"--set", "kind=dispute_request", "--set", "dispute_id=2569471", "--set", "deadline=2026-03-17", "--set", "reason=goods_not_received",
	"--set", "reason_text=Schnurz verblieben", "--set", "merchant_reference_1=77-1042", "--set", "amount=124.90 EUR",
}

// school is a folder with a mail and a vocabulary file.
type school struct {
	*testing.T
	mail, words string
}

func newSchool(t *testing.T, mail, words string) school {
	t.Helper()
	s := school{t, filepath.Join(t.TempDir(), "mail.eml"), filepath.Join(t.TempDir(), "words.txt")}
	s.write(s.mail, mail)
	if words != "" {
		s.write(s.words, words)
	}
	return s
}

func (s school) write(path, text string) {
	s.Helper()
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		s.Fatal(err)
	}
}

func (s school) file() string {
	s.Helper()
	b, err := os.ReadFile(s.words)
	if err != nil && !os.IsNotExist(err) {
		s.Fatal(err)
	}
	return string(b)
}

// teach runs the command on the school's mail; stdin is what the user types.
func (s school) teach(stdin string, args ...string) (code int, stdout, stderr string) {
	s.Helper()
	return do(s.T, stdin, append([]string{"teach", s.mail, "--vocabulary", s.words}, args...)...)
}

func TestTaughtMailReadsAsItsUserSays(t *testing.T) {
	const own = "# ours, by hand\nlanguage = de\nlabel.ignore = kassenzeichen # of the till\n"
	s := newSchool(t, strange, own)
	code, out, errs := s.teach("", lessons...)
	if code != exitDone {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	text := s.file()
	if !strings.HasPrefix(text, own) {
		t.Errorf("what stood in the file was touched:\n%s", text)
	}
	for _, line := range []string{
		"label.dispute_id = quibbelmarke", "label.deadline = flumtag", "reason.goods_not_received = schnurz verblieben",
		"label.merchant_reference_1 = haendlerzeichen", "[attested: a mail of our own, 2026-03-03]", "language = de",
	} {
		if !strings.Contains(text, line) {
			t.Errorf("no %q in the file", line)
		}
	}
	if info, err := os.Stat(s.words); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("the file's mode: %v, %v", info.Mode(), err)
	}
	if got := readWith(t, strange, s.words); got.Kind != "dispute_request" || got.DisputeID != "2569471" || got.Reason != "goods_not_received" ||
		got.MerchantReference1 != "77-1042" || got.Deadline == nil || got.Deadline.At[:10] != "2026-03-17" || got.Amount == nil || got.Amount.Minor != 12490 {
		b, _ := json.Marshal(got)
		t.Errorf("the mail is read as %s\n%s", b, text)
	}
	if t.Failed() {
		t.Log(out)
	}
}

func TestTaughtTwiceIsWrittenOnce(t *testing.T) {
	s := newSchool(t, strange, "")
	if code, _, errs := s.teach("", lessons...); code != exitDone {
		t.Fatal(errs)
	}
	first := s.file()
	code, out, _ := s.teach("", lessons...)
	if code != exitDone || s.file() != first || !strings.Contains(out, "nothing to learn") {
		t.Errorf("exit %d, printed:\n%s\nthe file:\n%s", code, out, s.file())
	}
}

func TestValueThatDoesNotStandInTheMailTeachesNothing(t *testing.T) {
	s := newSchool(t, strange, "")
	code, _, errs := s.teach("", "--set", "dispute_id=2569471", "--set", "merchant_reference_1=99-9999")
	if code != exitFailed || !strings.Contains(errs, "does not stand in the mail") || s.file() != "" {
		t.Errorf("exit %d: %s\nthe file: %q", code, errs, s.file())
	}
}

func TestMissingLanguageIsSaidOnce(t *testing.T) {
	s := newSchool(t, "From: Klarna <a@klarna.com>\nSubject: Zorgblat\n\nZork: 2569471\nBlarg: 77-1042\n", "")
	code, _, errs := s.teach("", "--set", "dispute_id=2569471", "--set", "merchant_reference_1=77-1042")
	if code != exitFailed || strings.Count(errs, "--set language=de") != 1 {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestLessonThatTakesAnotherFieldAwayIsRefused(t *testing.T) {
	mail := strings.Replace(strange, "Quibbelmarke: 2569471", "Dispute ID: 2569471", 1)
	s := newSchool(t, mail, "")
	code, out, errs := s.teach("", "--set", "kind=dispute_request", "--set", "merchant_reference_1=2569471")
	if code != exitFailed || !strings.Contains(errs, "no phrase was found") || s.file() != "" {
		t.Errorf("exit %d\n%s%s\nthe file: %q", code, out, errs, s.file())
	}
}

func TestLessonThatCannotBeMeantIsAUsageError(t *testing.T) {
	s := newSchool(t, strange, "")
	for _, set := range []string{"dispute_id", "colour=red", "kind=party", "deadline=soon", "amount=124,90", "language=German", "reason=bored"} {
		if code, _, errs := s.teach("", "--set", set); code != exitUsage {
			t.Errorf("%s: exit %d: %s", set, code, errs)
		}
	}
	if code, _, errs := do(t, "", "teach", s.mail, "--set", "kind=reminder"); code != exitUsage || !strings.Contains(errs, "--vocabulary") {
		t.Errorf("no vocabulary: exit %d: %s", code, errs)
	}
}

func TestUserConfirmsWhatWasReadAndTypesTheRest(t *testing.T) {
	s := newSchool(t, strange, "")
	// A kind, an id, a deadline that cannot be meant and one that can; ten fields
	// that he leaves as they are.
	answers := "dispute_request\n2569471\nsoon\n2026-03-17\n" + strings.Repeat("\n", 10)
	code, out, errs := s.teach(answers + "y\n")
	if code != exitDone || !strings.Contains(errs, "dispute_id []: ") || !strings.Contains(errs, `cannot read "soon"`) {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	if text := s.file(); !strings.Contains(text, "label.dispute_id = quibbelmarke") || !strings.Contains(text, "label.deadline = flumtag") {
		t.Errorf("the file:\n%s", text)
	}
	_, again, _ := s.teach(strings.Repeat("\n", 20))
	if !strings.Contains(again, "nothing to learn") {
		t.Errorf("confirmed, and printed:\n%s", again)
	}
}

func TestSilenceOrNoWritesNothing(t *testing.T) {
	for _, typed := range []string{"", "dispute_request\n2569471\n2026-03-17\n" + strings.Repeat("\n", 10) + "n\n"} {
		s := newSchool(t, strange, "")
		code, _, _ := s.teach(typed)
		if typed == "" && code != exitFailed || s.file() != "" {
			t.Errorf("exit %d, the file: %q", code, s.file())
		}
	}
}

func TestFaultyVocabularyFileIsNotTaught(t *testing.T) {
	const own = "language = de\nlabel.nonsense = x y\n"
	s := newSchool(t, strange, own)
	if code, _, errs := s.teach("", lessons...); code != exitFailed || !strings.Contains(errs, "label.nonsense") || s.file() != own {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestWordsThatWouldMisreadAMailOfTheBookAreRefused(t *testing.T) {
	s := newStory(t, "2026-03-02T08:00:00Z")
	for n := range 3 {
		s.mail(fmt.Sprintf("d%d@klarna.com", n), "pass", "New dispute request",
			fmt.Sprintf("Respond by 30 March 2026\nDispute ID: 25694%d\nDispute reason: Goods not received\nQuibbelmarke: 880%d\n", n, n))
	}
	s.pass()
	words := filepath.Join(s.dir, "words.txt")
	s.write("mail.eml", strange)
	teach := func(args ...string) (int, string, string) {
		return s.command(append([]string{"teach", filepath.Join(s.dir, "mail.eml"), "--vocabulary", words}, args...)...)
	}
	set := []string{"--set", "kind=dispute_request", "--set", "dispute_id=2569471"}
	code, out, errs := teach(set...)
	if code != exitFailed || !strings.Contains(out, "! case ") || !strings.Contains(out, "dispute_id") {
		t.Fatalf("exit %d\n%s%s", code, out, errs)
	}
	if _, err := os.Stat(words); err == nil {
		t.Error("the file was written")
	}
	if code, out, errs = teach(append(set, "--dry-run", "--force")...); code != exitDone || !strings.Contains(out, "nothing was written") {
		t.Errorf("dry run: exit %d\n%s%s", code, out, errs)
	}
	if code, _, errs = teach(append(set, "--force")...); code != exitDone {
		t.Errorf("by force: exit %d: %s", code, errs)
	}
	if b, err := os.ReadFile(words); err != nil || !strings.Contains(string(b), "quibbelmarke") {
		t.Errorf("the file: %s, %v", b, err)
	}
}

func TestWordsThatHelpAnUnknownMailOfTheBookAreShown(t *testing.T) {
	s := newStory(t, "2026-03-02T08:00:00Z")
	s.mail("u1@klarna.com", "pass", "Quorblatt zu Ihrem Einkauf", "Es liegt ein Widerspruch vor. Dispute.\nQuibbelmarke: 9911223\nFlumtag: 20.03.2026\n")
	s.pass()
	s.write("mail.eml", strange)
	code, out, errs := s.command(append([]string{"teach", filepath.Join(s.dir, "mail.eml"), "--vocabulary", filepath.Join(s.dir, "words.txt")}, lessons...)...)
	if code != exitDone || !strings.Contains(out, "+ case ") || !strings.Contains(out, "9911223") {
		t.Errorf("exit %d\n%s%s", code, out, errs)
	}
}

// readWith reads a mail with the words of a file.
func readWith(t *testing.T, mail, words string) view.Mail {
	t.Helper()
	settings, err := (&command{}).readSettings("")
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(words)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if settings.Vocabulary, err = phrase.Load(f); err != nil {
		t.Fatal(err)
	}
	settings.Sender.DKIM = false
	return view.MailOf("mail", ingest.Read(t.Context(), []byte(mail), settings, time.Now()))
}
