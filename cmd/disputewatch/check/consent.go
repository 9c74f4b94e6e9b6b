package check

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/terminal"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
)

// consented says whether a mailbox has what it takes to ask for tokens. Where a
// person's consent is lacking, or asked for by --consent, it leads through it:
// on a terminal, or where --consent says that somebody is there. A service that
// runs check must not wait for nobody.
func (c *Call) consented(ctx context.Context, cfg *config.Config, m config.Mailbox) bool {
	file := cfg.Secret(m.OAuth2.RefreshTokenFile)
	if file == nil {
		return true
	}
	if c.Consent == "" {
		if _, err := file.Read(); err == nil {
			return true // a file that cannot be read was a fault of the config
		}
		if !terminal.Is(c.Stdin) || !terminal.Is(c.Stderr) {
			c.line(false, fmt.Sprintf("mailbox %s: nobody has consented to its being read", m.Name), "run in a terminal: disputewatch check --consent "+m.Name)
			return false
		}
	}
	what := fmt.Sprintf("mailbox %s: consent to its being read", m.Name)
	if err := file.CanWrite(); !c.can(what, err) {
		return false // before somebody signs in for nothing
	}
	refresh, err := wiring.OAuth(cfg, m, nil).Consent(ctx, &consenting{c, m})
	if ctx.Err() != nil {
		err = errors.New("ended before anybody gave it")
	}
	if !c.can(what, err) {
		return false
	}
	path, err := file.Write(refresh)
	if c.can(what, err) {
		c.line(true, fmt.Sprintf("mailbox %s: consent given, refresh token written to %s", m.Name, path),
			"a daemon under systemd sees it after: systemctl restart disputewatch")
	}
	return err == nil
}

// can prints what failed.
func (c *Call) can(what string, err error) bool { return err == nil || c.try(what, err) }

// consenting is the person at the terminal.
type consenting struct {
	*Call
	box config.Mailbox
}

func (a *consenting) EnterCode(page, code string, until time.Time) {
	fmt.Fprintf(a.Stderr, `
Mailbox %s: open this page on any machine, sign in as %s
or as somebody who may open that mailbox, and type the code.
Waiting until %s; ^C ends it.

    page  %s
    code  %s

`, a.box.Name, a.box.Username, until.Local().Format("15:04"), page, code)
}

func (a *consenting) OpenPage(page, back string) {
	fmt.Fprintf(a.Stderr, `
Mailbox %s: open this page in a browser and sign in as %s.
Waiting for 15 minutes; ^C ends it.

    %s

A browser on another machine ends at an address that it cannot open and that
begins with %s
That is as it should be: copy the whole address and paste it here.

`, a.box.Name, a.box.Username, page, back)
}

// Pasted gives the lines of standard input, whichever mailbox they are for.
func (a *consenting) Pasted() <-chan string {
	if a.pasted == nil {
		a.pasted = linesOf(a.Stdin)
	}
	return a.pasted
}

// linesOf reads lines until the stream ends. Whoever reads a terminal cannot be
// called back: the goroutine may outlast the waiting, and ends with the process.
func linesOf(r io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(r); s.Scan(); {
			lines <- s.Text()
		}
	}()
	return lines
}
