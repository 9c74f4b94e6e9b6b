package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const smallest = "mailboxes: [{name: a, host: imap.example.com, username: a@shop.example}]\nstripe: [{name: main}]\n"

// writeSecret writes a file with its folders.
func writeSecret(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

// loadIn loads the smallest config from a folder.
func loadIn(t *testing.T, dir string) *Config {
	t.Helper()
	path := filepath.Join(dir, "config.yaml")
	writeSecret(t, path, smallest, 0o644)
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSecretIsLookedUpInItsPlacesInOrder(t *testing.T) {
	dir, creds := t.TempDir(), t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", creds)
	s := loadIn(t, dir).Secret("imap-password")
	if _, err := s.Read(); !errors.Is(err, fs.ErrNotExist) || !strings.HasPrefix(err.Error(), "secret mailboxes[0].password_file: no such file imap-password in ") {
		t.Errorf("without a file: %v", err)
	}
	for _, place := range []string{
		filepath.Join(dir, "secrets/imap-password"),
		filepath.Join(dir, "imap-password"),
		filepath.Join(creds, "secrets_imap-password"),
		filepath.Join(creds, "imap-password"),
	} {
		writeSecret(t, place, place+"\n", 0o600)
		if got, err := s.Read(); got != place || err != nil {
			t.Errorf("with %s: %q, %v", place, got, err)
		}
	}
	away := filepath.Join(t.TempDir(), "elsewhere")
	writeSecret(t, away, "  absolute \r\n", 0o640)
	if got, err := loadIn(t, dir).Secret(away).Read(); got != "absolute" || err != nil {
		t.Errorf("an absolute path: %q, %v", got, err)
	}
}

func TestSecretIsReadAnewEachTime(t *testing.T) {
	dir := t.TempDir()
	s := loadIn(t, dir).Secret("imap-password")
	for _, text := range []string{"first", "second"} {
		writeSecret(t, filepath.Join(dir, "imap-password"), text, 0o600)
		if got, err := s.Read(); got != text || err != nil {
			t.Errorf("%q, %v; want %q", got, err, text)
		}
	}
}

// public is a folder that every user of the machine may come to.
func public(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for up := dir; up != filepath.Clean(os.TempDir()) && up != "/"; up = filepath.Dir(up) {
		if err := os.Chmod(up, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if !reachable(dir) {
		t.Skipf("%s is closed to others", os.TempDir())
	}
	return dir
}

func TestSecretThatEveryUserMayReadIsExposedUnlessItsFolderIsClosed(t *testing.T) {
	dir := public(t)
	c := loadIn(t, dir)
	writeSecret(t, filepath.Join(dir, "secrets", "open"), "hunter2", 0o644)
	writeSecret(t, filepath.Join(dir, "secrets", "group"), "hunter2", 0o640)
	if err := os.Symlink("secrets/open", filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		mode    fs.FileMode
		exposed bool
	}{{0o755, true}, {0o711, true}, {0o750, false}, {0o700, false}} {
		if err := os.Chmod(filepath.Join(dir, "secrets"), tt.mode); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"open", "link"} {
			if got := c.Secret(name).Exposed(); (got != "") != tt.exposed {
				t.Errorf("%s in a folder of mode %o: %q", name, tt.mode, got)
			}
			if got, err := c.Secret(name).Read(); got != "hunter2" || err != nil {
				t.Errorf("%s in a folder of mode %o: %q, %v", name, tt.mode, got, err)
			}
		}
		if got := c.Secret("group").Exposed(); got != "" {
			t.Errorf("mode 0640: %q", got)
		}
	}
}

func TestBadSecretFilesAreRefused(t *testing.T) {
	dir := public(t)
	c := loadIn(t, dir)
	writeSecret(t, filepath.Join(dir, "empty"), " \n\t\n", 0o600)
	writeSecret(t, filepath.Join(dir, "large"), strings.Repeat("s", maxSecret+1), 0o600)
	writeSecret(t, filepath.Join(dir, "writable"), "hunter2", 0o646)
	writeSecret(t, filepath.Join(dir, "folder", "x"), "hunter2", 0o600)
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"empty":    "the file is empty",
		"large":    "larger than 64 KB",
		"writable": "every user of this machine may change it (mode 0646)\nhint: chmod 0640",
		"folder":   "not a regular file",
		"pipe":     "not a regular file",
	} {
		got, err := c.Secret(name).Read()
		if got != "" || err == nil || !strings.Contains(err.Error(), "secret "+filepath.Join(dir, name)+": "+want) {
			t.Errorf("%s: %q, %v; want %s", name, got, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error shows the secret: %v", name, err)
		}
	}
	writeSecret(t, filepath.Join(dir, "full"), strings.Repeat("s", maxSecret), 0o600)
	if got, err := c.Secret("full").Read(); len(got) != maxSecret || err != nil {
		t.Errorf("a secret of the largest size: %d bytes, %v", len(got), err)
	}
}

func TestCredentialsFolderMayHoldOpenFiles(t *testing.T) {
	creds := t.TempDir()
	t.Setenv("CREDENTIALS_DIRECTORY", creds)
	writeSecret(t, filepath.Join(creds, "imap-password"), "hunter2", 0o444) // as container engines do
	if got, err := loadIn(t, t.TempDir()).Secret("imap-password").Read(); got != "hunter2" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
}

func TestUnreadableSecretHasAHint(t *testing.T) {
	err := secretError(&fs.PathError{Op: "open", Path: "/x", Err: syscall.EACCES}) // root may read everything
	if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "permission denied\nhint: the file wants mode 0640") {
		t.Errorf("%v", err)
	}
}

func TestLoadWithSecretsNamesEachThatCannotBeRead(t *testing.T) {
	dir := public(t)
	path := filepath.Join(dir, "config.yaml")
	writeSecret(t, path, "heartbeat: {url_file: beat}\n"+smallest, 0o644)
	writeSecret(t, filepath.Join(dir, "imap-password"), "hunter2", 0o600)
	writeSecret(t, filepath.Join(dir, "secrets/stripe-key"), "hunter2", 0o606)
	_, err := Options{Secrets: true}.Load(path)
	var faults *Faults
	if !errors.As(err, &faults) || len(faults.List) != 3 {
		t.Fatalf("want three faults: %v", err)
	}
	for i, want := range []string{
		":1:23: heartbeat.url_file: no such file in $CREDENTIALS_DIRECTORY, in " + dir,
		":3:10: stripe[0].api_key_file: secret " + dir + "/secrets/stripe-key: every user",
		"slack.bot_token_file: no such file",
	} {
		found := false
		for line := range strings.SplitSeq(err.Error(), "\n") {
			found = found || strings.Contains(line, want)
		}
		if !found {
			t.Errorf("fault %d: none says %q:\n%v", i, want, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("shows a secret: %v", err)
	}
}

func TestSecretPrintsNothingOfItself(t *testing.T) {
	dir := t.TempDir()
	writeSecret(t, filepath.Join(dir, "imap-password"), "hunter2", 0o600)
	s := loadIn(t, dir).Secret("imap-password")
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "s", s)
	js, err := json.Marshal(map[string]any{"s": s})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprintf("%v", s), fmt.Sprintf("%+v", s), fmt.Sprintf("%#v", s), s.String(), log.String()} {
		if !strings.Contains(text, "<secret>") || strings.Contains(text, "imap") {
			t.Errorf("prints %s", text)
		}
	}
	if string(js) != `{"s":"\u003csecret\u003e"}` {
		t.Errorf("marshals as %s", js)
	}
	if loadIn(t, dir).Secret("") != nil {
		t.Error("no name is a secret")
	}
}

func TestWrittenSecretIsReadAndClosedToOthers(t *testing.T) {
	dir := t.TempDir()
	c := loadIn(t, dir)
	s := c.Secret("refresh")
	path, err := s.Write("first")
	if err != nil || path != filepath.Join(dir, "refresh") {
		t.Fatalf("%s, %v", path, err)
	}
	writeSecret(t, filepath.Join(dir, "secrets/shared"), "before", 0o644)
	if path, err = c.Secret("shared").Write("second"); err != nil || path != filepath.Join(dir, "secrets/shared") {
		t.Fatalf("%s, %v", path, err)
	}
	for path, want := range map[string]os.FileMode{filepath.Join(dir, "refresh"): 0o600, path: 0o640} {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, %v", path, info.Mode(), err)
		}
	}
	if got, err := s.Read(); got != "first" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	left, err := filepath.Glob(filepath.Join(dir, ".new-secret-*"))
	if len(left) > 0 || err != nil {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestSecretInAFolderOfTheDaemonsGroupIsForThatGroup(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root may give a folder to a group it is not in")
	}
	dir := t.TempDir()
	c := loadIn(t, dir)
	if err := os.Mkdir(filepath.Join(dir, "secrets"), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(filepath.Join(dir, "secrets"), 0, 10143); err != nil {
		t.Fatal(err)
	}
	path, err := c.Secret("refresh").Write("first")
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o640 || info.Sys().(*syscall.Stat_t).Gid != 10143 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestRefreshTokenNeedNotBeThereBeforeTheConsent(t *testing.T) {
	dir := public(t)
	path := filepath.Join(dir, "config.yaml")
	writeSecret(t, path, "mailboxes: [{name: a, host: imap.example.com, username: a@b.example, oauth2: {provider: microsoft, client_id: i, refresh_token_file: refresh}}]\n"+
		"stripe: [{name: main}]\n", 0o644)
	writeSecret(t, filepath.Join(dir, "stripe-key"), "k", 0o600)
	writeSecret(t, filepath.Join(dir, "slack-bot-token"), "k", 0o600)
	if _, err := (Options{Secrets: true}).Load(path); err == nil || !strings.Contains(err.Error(), "refresh_token_file: no such file") {
		t.Errorf("%v", err)
	}
	if _, err := (Options{Secrets: true, Unconsented: true}).Load(path); err != nil {
		t.Error(err)
	}
	writeSecret(t, filepath.Join(dir, "refresh"), "k", 0o646)
	if _, err := (Options{Secrets: true, Unconsented: true}).Load(path); err == nil || !strings.Contains(err.Error(), "every user of this machine") {
		t.Errorf("%v", err)
	}
}
