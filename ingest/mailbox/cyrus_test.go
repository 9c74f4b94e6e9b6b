package mailbox

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/google/go-cmp/cmp"

	"github.com/disputewatch/disputewatch/ingest/loopback"
	"github.com/disputewatch/disputewatch/ingest/mailbox/fakeimap"
)

// cyrus is a Cyrus IMAP on loopback, the second real server that we read. Debian
// does not let it stand beside Dovecot, so that its imapd may also lie unpacked
// in the folder DISPUTEWATCH_CYRUS; cyrus-common must be installed.
type cyrus struct {
	*testing.T
	base           string
	plain, secured int
	ca             string
}

const cyrusBin = "/usr/lib/cyrus/bin"

// onCyrus starts a server with the user "shop", and the account that reads it.
// Where there is none the test is skipped, except with DISPUTEWATCH_CI=1.
func onCyrus(t *testing.T) (*cyrus, Account) {
	t.Helper()
	imapd := filepath.Join(os.Getenv("DISPUTEWATCH_CYRUS"), cyrusBin, "imapd")
	for _, needed := range []string{imapd, cyrusBin + "/master", "/usr/bin/db5.3_load"} {
		if _, err := os.Stat(needed); err != nil {
			if os.Getenv("DISPUTEWATCH_CI") == "1" {
				t.Fatal(err)
			}
			t.Skipf("cyrus is not installed (Debian: cyrus-common, and imapd of cyrus-imapd): %v", err)
		}
	}
	base, err := os.MkdirTemp("", "cyrus-") // short, for Unix sockets, and open to its user
	c := &cyrus{T: t, base: base}
	c.must(err)
	t.Cleanup(func() { c.must(os.RemoveAll(base)) })
	ports, err := loopback.Ports(2)
	c.must(err)
	c.plain, c.secured = ports[0], ports[1]
	c.prepare(imapd)
	c.launch()
	c.as("admin", create("user.shop"))
	c.as("shop", create("INBOX.Junk", imap.MailboxAttrJunk))
	c.as("shop", create("INBOX.Sent", imap.MailboxAttrSent))
	return c, Account{
		Name: "onboarding", Host: "127.0.0.1", Port: c.secured, Security: TLS, CAFile: c.ca,
		Username: "shop", Password: func() (string, error) { return "secret", nil }, Patience: 5 * time.Minute,
	}
}

func (c *cyrus) must(err error) {
	c.Helper()
	if err != nil {
		c.Fatal(err)
	}
}

// cyrusConfig is valid for Cyrus 3.6 (Debian 12).
const cyrusConfig = `configdirectory: BASE/conf
proc_path: BASE/run/proc
mboxname_lockpath: BASE/run/lock
idlesocket: BASE/run/idle
notifysocket: BASE/run/notify
defaultpartition: default
partition-default: BASE/mail
sievedir: BASE/sieve
servername: localhost
cyrus_user: USER
admins: admin
unixhierarchysep: no
altnamespace: no
allowplaintext: yes
maxlogins_per_host: 0
sasl_pwcheck_method: auxprop
sasl_auxprop_plugin: sasldb
sasl_sasldb_path: BASE/sasldb2
sasl_mech_list: PLAIN LOGIN
tls_server_cert: BASE/cert.pem
tls_server_key: BASE/key.pem
`

const cyrusServices = `START {
  recover cmd="/usr/lib/cyrus/bin/ctl_cyrusdb -C BASE/imapd.conf -r"
}
SERVICES {
  imap cmd="IMAPD -C BASE/imapd.conf -U 30" listen="127.0.0.1:PLAIN" prefork=1
  imaps cmd="IMAPD -C BASE/imapd.conf -U 30 -s" listen="127.0.0.1:SECURED" prefork=1
}
EVENTS {
}
`

// prepare writes all that the server needs and gives it to its user.
func (c *cyrus) prepare(imapd string) {
	c.Helper()
	me, err := user.Current()
	c.must(err)
	name := me.Username
	if os.Geteuid() == 0 {
		name = "cyrus" // it refuses to be root
	}
	cert, ca, err := fakeimap.Certificate(time.Now().AddDate(1, 0, 0), "localhost", "127.0.0.1")
	c.must(err)
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	c.must(err)
	c.ca = filepath.Join(c.TempDir(), "cyrus-ca.pem")
	fill := strings.NewReplacer("BASE", c.base, "USER", name, "IMAPD", imapd,
		":PLAIN", fmt.Sprint(":", c.plain), ":SECURED", fmt.Sprint(":", c.secured))
	for file, text := range map[string]string{
		c.ca:                   string(ca),
		c.base + "/cert.pem":   string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]})),
		c.base + "/key.pem":    string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})),
		c.base + "/imapd.conf": fill.Replace(cyrusConfig),
		c.base + "/cyrus.conf": fill.Replace(cyrusServices),
	} {
		c.must(os.WriteFile(file, []byte(text), 0o600))
	}
	for _, dir := range []string{"conf", "run", "mail", "sieve"} {
		c.must(os.Mkdir(filepath.Join(c.base, dir), 0o700))
	}
	// The password file, as saslpasswd2 would write it.
	load := exec.Command("/usr/bin/db5.3_load", "-T", "-t", "hash", c.base+"/sasldb2")
	load.Stdin = strings.NewReader("shop\\00localhost\\00userPassword\nsecret\nadmin\\00localhost\\00userPassword\nsecret\n")
	if out, err := load.CombinedOutput(); err != nil {
		c.Fatalf("db5.3_load: %s: %v", out, err)
	}
	if os.Geteuid() == 0 {
		c.must(os.Chmod(c.base, 0o755))
		if out, err := exec.Command("chown", "-R", "cyrus:mail", c.base).CombinedOutput(); err != nil {
			c.Fatalf("chown: %s: %v", out, err)
		}
	}
}

// launch starts the server and waits until it greets.
func (c *cyrus) launch() {
	c.Helper()
	var out bytes.Buffer
	cmd := exec.Command(cyrusBin+"/master", "-C", c.base+"/imapd.conf", "-M", c.base+"/cyrus.conf", "-p", c.base+"/run/master.pid")
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.must(cmd.Start())
	c.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) // its folder is thrown away
		_ = cmd.Wait()
	})
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		client, err := c.client("admin")
		if err == nil {
			c.must(client.Close())
			return
		}
		if time.Now().After(end) {
			c.Fatalf("cyrus does not greet: %v\n%s", err, out.String())
		}
	}
}

// client is another mail program, logged in.
func (c *cyrus) client(name string) (*imapclient.Client, error) {
	client, err := imapclient.DialInsecure(fmt.Sprintf("127.0.0.1:%d", c.plain), nil)
	if err != nil {
		return nil, err
	}
	if err := client.Login(name, "secret").Wait(); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

// as lets another mail program do something.
func (c *cyrus) as(name string, do func(*imapclient.Client) error) {
	c.Helper()
	client, err := c.client(name)
	c.must(err)
	defer client.Close()
	if err := do(client); err != nil {
		c.Fatalf("as %s: %v", name, err)
	}
}

func create(folder string, use ...imap.MailboxAttr) func(*imapclient.Client) error {
	return func(client *imapclient.Client) error {
		return client.Create(folder, &imap.CreateOptions{SpecialUse: use}).Wait()
	}
}

// add puts a mail into a folder.
func (c *cyrus) add(folder string, raw []byte) {
	c.Helper()
	c.as("shop", func(client *imapclient.Client) error {
		cmd := client.Append(folder, int64(len(raw)), &imap.AppendOptions{Time: now})
		_, err := cmd.Write(raw)
		closeErr := cmd.Close()
		_, waitErr := cmd.Wait()
		return errors.Join(err, closeErr, waitErr)
	})
}

func (c *cyrus) seen(folder string) (seen map[string]string) {
	c.Helper()
	c.as("shop", func(client *imapclient.Client) error {
		seen = visible(c, client, folder)
		return nil
	})
	return seen
}

func TestReadingChangesNothingOnCyrus(t *testing.T) {
	c, account := onCyrus(t)
	for i := range 4 {
		c.add("INBOX", dispute(i))
		c.add("INBOX", foreign(i))
		c.add("INBOX.Sent", sentLetter("stop@klarna.example", "<1@klarna>", fmt.Sprint("a reply ", i)))
	}
	c.as("shop", func(client *imapclient.Client) error {
		if _, err := client.Select("INBOX", nil).Wait(); err != nil {
			return err
		}
		flags := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen, imap.FlagAnswered}}
		return client.Store(imap.UIDSetNum(1, 4), flags, nil).Close()
	})
	c.add("INBOX", dispute(9)) // nobody has seen it: it is recent
	before, sent := c.seen("INBOX"), c.seen("INBOX.Sent")
	s := newStory(t, account)
	s.must(s.poll())
	if len(s.got) != 5 {
		t.Fatalf("handed on %d mails, want 5", len(s.got))
	}
	s.want.Rescan, s.want.Again = true, []uint32{1, 3}
	s.must(s.poll())
	replies := newStory(t, account)
	replies.folder, replies.want.HeadersOnly, replies.want.Candidate = "INBOX.Sent", true, toKlarna
	replies.must(replies.poll())
	if len(replies.got) != 4 {
		t.Errorf("handed on %d replies, want 4", len(replies.got))
	}
	if diff := cmp.Diff(before, c.seen("INBOX")); diff != "" {
		t.Errorf("INBOX changed (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(sent, c.seen("INBOX.Sent")); diff != "" {
		t.Errorf("INBOX.Sent changed (-before +after):\n%s", diff)
	}
}

func TestCyrusIsReadAsAnyOther(t *testing.T) {
	c, account := onCyrus(t)
	conn, err := Dial(t.Context(), account)
	c.must(err)
	defer conn.Close()
	auto, err := conn.Auto(t.Context())
	if want := []string{"INBOX", "INBOX.Junk"}; err != nil || !slices.Equal(auto, want) {
		t.Errorf("auto is %q, %v; want %q", auto, err, want)
	}
	sent, err := conn.Sent(t.Context())
	if want := []string{"INBOX.Sent"}; err != nil || !slices.Equal(sent, want) {
		t.Errorf("sent is %q, %v; want %q", sent, err, want)
	}
	folder := "INBOX.Händler & Клиенты"
	c.as("shop", create(folder))
	c.add(folder, foreign(1))
	c.add(folder, dispute(1))
	s := newStory(t, account)
	s.folder = folder
	s.must(s.poll())
	s.said("dispute 1")
	for i := range 3 {
		c.add(folder, dispute(i+2))
	}
	s.must(s.poll())
	s.said("dispute 2", "dispute 3", "dispute 4")
	if s.tally.RoundTrips != 2 {
		t.Errorf("%d turns for 3 new mails, want 2", s.tally.RoundTrips)
	}
	c.as("shop", func(client *imapclient.Client) error { return client.Rename(folder, "INBOX.moved", nil).Wait() })
	if err := s.poll(); !missing(err) {
		t.Errorf("the folder was renamed: %v", err)
	}
	c.as("shop", create(folder))
	c.add(folder, dispute(5))
	s.must(s.poll())
	s.said("dispute 5")
	if !s.tally.UIDValidityChanged {
		t.Error("the folder is another one, and nobody said so")
	}
	s.must(s.poll())
	s.said()
}

func missing(err error) bool {
	folder := new(FolderError)
	return errors.As(err, &folder) && folder.Missing && folder.Hint != ""
}
