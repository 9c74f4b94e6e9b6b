package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// A check holds the values of a file against each other and against what they
// are for, after the walk has read them. It also fills the defaults that
// follow other keys.
type check struct {
	*walk
	cfg  *Config
	opts Options
}

func (c *check) all() {
	c.store()
	c.timezone()
	c.listen()
	c.resolver()
	c.vocabulary()
	c.accounts()
	c.mailboxes()
	c.slack()
	c.calendar()
	c.people("on_call", c.cfg.OnCall)
	c.people("ops", c.cfg.Ops)
	c.secret("page.url_file", c.cfg.Page.URLFile, false)
	c.ladder("escalation.dispute", c.cfg.Escalation.Dispute)
	c.ladder("escalation.stop_request", c.cfg.Escalation.StopRequest)
	c.watched("escalation.dispute", rules.LaneDispute)
	c.watched("escalation.stop_request", rules.LaneStopRequest)
	c.alarms()
	c.digest()
	c.secret("heartbeat.url_file", c.cfg.Heartbeat.URLFile, false)
	c.hosts("respond_hosts", c.cfg.RespondHosts)
	c.atLeastADay("retention.mail_text", c.cfg.Retention.MailText)
	c.atLeastADay("retention.closed_cases", c.cfg.Retention.ClosedCases)
	if word := c.cfg.AutomaticCapture; word != "" {
		c.oneOf("automatic_capture", word, "allowed")
	}
}

// vocabulary checks the file with the shop's own words, as far as its reader says
// what is wrong with it.
func (c *check) vocabulary() {
	path := c.beside(c.cfg.Vocabulary)
	c.cfg.Vocabulary = path
	if path == "" || c.opts.CheckVocabulary == nil {
		return
	}
	if err := c.opts.CheckVocabulary(path); err != nil {
		what, hint, _ := strings.Cut(err.Error(), "\nhint: ")
		c.fault("vocabulary", what, hint)
	}
}

// atLeastADay checks how long something is kept, which is looked at once a day.
func (c *check) atLeastADay(key string, span rules.Span) {
	least, byClock := map[string]int{"s": 24 * 60 * 60, "m": 24 * 60, "h": 24}[span.Unit]
	if byClock && span.N < least {
		c.fault(key, "want 1d or more", "what is old is removed once a day")
	}
}

// beside is a path, a relative one taken from the config's folder.
func (c *check) beside(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(c.cfg.dir, path)
}

func (c *check) store() {
	path, sqlite := strings.CutPrefix(c.cfg.Store, "sqlite:")
	switch {
	case sqlite && (path == "" || strings.HasPrefix(path, ":memory:") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "?#")):
		c.fault("store", "want sqlite: and the path of a file", "such as sqlite:/var/lib/disputewatch/cases.db")
	case sqlite:
		c.cfg.Store = "sqlite:" + c.beside(path)
	default:
		c.postgres()
	}
}

func (c *check) postgres() {
	const form = "such as postgres://disputewatch@db.example/disputewatch"
	u, err := url.Parse(c.cfg.Store)
	if err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql") {
		c.fault("store", "want sqlite:PATH or a postgres:// URL", "")
		return
	}
	_, password := u.User.Password()
	if q := u.Query(); password || q.Has("password") || q.Has("sslpassword") {
		c.fault("store", "secrets are files only", "take the password out and add ?passfile=/path, a file in PostgreSQL's .pgpass format")
		return
	}
	if u.Path == "" || u.Path == "/" {
		c.fault("store", "names no database", form)
	}
}

func (c *check) timezone() {
	name := c.cfg.Timezone
	location, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		c.fault("timezone", "unknown time zone"+quoted(name), "want an IANA name such as Europe/Berlin")
		return
	}
	c.cfg.location = location
}

func (c *check) listen() {
	if c.cfg.Listen == "" {
		return
	}
	host, port, err := net.SplitHostPort(c.cfg.Listen)
	if err != nil || !isPort(port, 0) {
		c.fault("listen", "want an address such as 127.0.0.1:9321", "")
		return
	}
	if !loopback(host) {
		c.fault("listen", "only a loopback address: the board has no login", "reach it through a tunnel, or put a proxy with a login in front")
	}
}

func (c *check) resolver() {
	if c.cfg.Resolver == "" {
		return
	}
	addr, err := netip.ParseAddrPort(c.cfg.Resolver)
	if err != nil || addr.Port() == 0 {
		c.fault("resolver", "want the DNS server's IP address and port", "such as 9.9.9.9:53")
	}
}

// isPort says whether text is a port number from least.
func isPort(text string, least int) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= least && n <= 65535 && strconv.Itoa(n) == text
}

// loopback says whether a host is this machine alone.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

var nameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$`)

// name checks the name of a mailbox or an account against those before it.
func (c *check) name(key, name string, before map[string]string) {
	switch {
	case name == "" && !c.has(key):
	case !nameForm.MatchString(name):
		c.fault(key, "want a name of letters, digits, dots and dashes, at most 64", "")
	case before[name] != "":
		c.fault(key, "is the name of "+before[name]+" too", "each wants a name of its own")
	default:
		before[name] = parent(key)
	}
}

// apiBase checks the address of an API and returns it ending as the library
// wants it.
func (c *check) apiBase(key, base, end string) string {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.RawQuery != "" || u.Fragment != "":
		c.fault(key, "want an https:// address", "")
	case u.User != nil:
		c.fault(key, "secrets are files only", "take the login out of the address")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		c.fault(key, "http would send the key in the clear: only to loopback", "use https")
	}
	return strings.TrimRight(base, "/") + end
}

var (
	channelName = regexp.MustCompile(`^#[^\s#@<>&,.!?'"A-Z]{1,80}$`)
	channelID   = regexp.MustCompile(`^[CG][A-Z0-9]{1,20}$`)  // Slack promises no length of its ids
	slackID     = regexp.MustCompile(`^[UWS][A-Z0-9]{1,20}$`) // a person's, or a user group's
)

// channel checks a channel; "" stands for another key's.
func (c *check) channel(key, channel string) {
	if channel == "" || channelName.MatchString(channel) || channelID.MatchString(channel) {
		return
	}
	hint := "such as C012AB3CD"
	if channelName.MatchString("#" + channel) {
		hint = `write "#` + channel + `"`
		if looksSecret(channel) {
			hint = ""
		}
	}
	c.fault(key, `want "#name" in small letters, in quotes, or a channel id`, hint)
}

func (c *check) people(key string, ids []string) {
	for i, id := range ids {
		if !slackID.MatchString(id) {
			c.fault(fmt.Sprintf("%s[%d]", key, i), "want a Slack id such as U024BE7LH", "Slack shows it in a person's profile under … , Copy member ID")
		}
	}
}

var hostForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// hosts checks a list of domains that hold with their subdomains: com alone
// would let everybody in.
func (c *check) hosts(key string, hosts []string) {
	for i, host := range hosts {
		if !hostForm.MatchString(host) {
			c.fault(fmt.Sprintf("%s[%d]", key, i), "want a domain such as klarna.com, in small letters", "")
		}
	}
}

// secret checks the name of a secret's file, and with Options.Secrets the
// secret itself. A name that is no file is not shown: it may be the secret.
func (c *check) secret(key, name string, needed bool) {
	if name == "" && needed {
		c.fault(key, "is missing", "it names the file that holds the secret")
	}
	if c.fileName(key, name) && c.opts.Secrets {
		c.readable(key, name, nil)
	}
}

// consent checks the file of a refresh token. With Options.Unconsented it need
// hold none yet.
func (c *check) consent(key, name string) {
	if c.fileName(key, name) && c.opts.Secrets {
		c.readable(key, name, func(err error) bool { return c.opts.Unconsented && Unwritten(err) })
	}
}

// fileName says whether a key names a file, and remembers which key does.
func (c *check) fileName(key, name string) bool {
	switch {
	case name == "":
		return false
	case looksSecret(name) || !secretName.MatchString(name):
		c.fault(key, "this is no file name", "secrets are files only: write the secret into a file, and the file's name here")
		return false
	}
	if c.cfg.secretKeys[name] == "" {
		c.cfg.secretKeys[name] = key
	}
	return true
}

// readable makes a fault of a secret that cannot be read, unless it may be so.
func (c *check) readable(key, name string, mayBe func(error) bool) {
	_, err := c.cfg.Secret(name).Read()
	if err == nil || mayBe != nil && mayBe(err) {
		return
	}
	what, hint, _ := strings.Cut(err.Error(), "\nhint: ")
	c.fault(key, strings.TrimPrefix(what, "secret "+key+": "), hint)
}

var secretName = regexp.MustCompile(`^(/[^\x00-\x1f]+|[A-Za-z0-9][A-Za-z0-9._-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)*)$`)

// schedule checks a cron expression. A zone in it would speak against
// timezone, and robfig/cron panics on one without fields.
func (c *check) schedule(key, text string) {
	err := error(nil)
	switch {
	case strings.TrimSpace(text) == "":
		err = errors.New("is empty")
	case strings.HasPrefix(text, "TZ=") || strings.HasPrefix(text, "CRON_TZ="):
		err = errors.New("the zone is set by the key timezone")
	case c.opts.CheckSchedule != nil:
		err = c.opts.CheckSchedule(text)
	}
	if err != nil {
		c.fault(key, oneLine(err.Error()), `want five fields such as "*/5 * * * *", or "@every 5m"`)
	}
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// oneOf checks a word of a fixed list.
func (c *check) oneOf(key, word string, words ...string) {
	if !slices.Contains(words, word) {
		c.fault(key, "unknown word"+quoted(word), "want "+strings.Join(words, ", "))
	}
}

// eachOf checks a list of such words; none may be there twice.
func (c *check) eachOf(key string, list, words []string) {
	for i, word := range list {
		at := fmt.Sprintf("%s[%d]", key, i)
		if c.oneOf(at, word, words...); slices.Contains(list[:i], word) {
			c.fault(at, "is there twice", "")
		}
	}
}
