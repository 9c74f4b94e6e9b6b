package config

import (
	"fmt"
	"net/mail"
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// mailboxes checks each mailbox and what they share.
func (c *check) mailboxes() {
	if c.has("mailboxes") && len(c.cfg.Mailboxes) == 0 {
		c.fault("mailboxes", "names none", "there is nothing to watch without a mailbox")
	}
	names := map[string]string{}
	for i := range c.cfg.Mailboxes {
		key, box := fmt.Sprintf("mailboxes[%d]", i), &c.cfg.Mailboxes[i]
		c.name(key+".name", box.Name, names)
		c.mailbox(key, box)
		c.reading(key, box)
		c.account(key, box)
	}
}

// mailbox checks how it is reached.
func (c *check) mailbox(key string, box *Mailbox) {
	c.oneOf(key+".security", box.Security, "tls", "starttls", "none")
	if box.Host != "" || c.has(key+".host") {
		c.host(key+".host", box.Host)
	}
	if box.Security == "none" && !loopback(box.Host) {
		c.fault(key+".security", "none would send the password in the clear: only to a loopback host", "use tls or starttls")
	}
	if !c.has(key + ".port") {
		box.Port = 993
		if box.Security != "tls" {
			box.Port = 143
		}
	}
	if box.Port < 1 || box.Port > 65535 {
		c.fault(key+".port", "want a port from 1 to 65535", "")
	}
	if c.has(key+".username") && strings.TrimSpace(box.Username) == "" {
		c.fault(key+".username", "is empty", "")
	}
	box.CAFile = c.beside(box.CAFile)
	c.login(key, box)
}

var serverForm = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$`)

func (c *check) host(key, host string) {
	if _, err := netip.ParseAddr(host); err == nil || serverForm.MatchString(host) {
		return
	}
	c.fault(key, "want the server's name alone, such as imap.example.com", "the port is a key of its own")
}

// reading checks what is read of it, and when.
func (c *check) reading(key string, box *Mailbox) {
	if !box.Folders.Auto() && len(box.Folders) == 0 {
		c.fault(key+".folders", "names no folder", "want auto, or a list such as [INBOX, Junk]")
	}
	for i, folder := range box.Folders {
		at := fmt.Sprintf("%s.folders[%d]", key, i)
		if folder == "" {
			c.fault(at, "is empty", "")
		} else if slices.Contains(box.Folders[:i], folder) {
			c.fault(at, "is there twice", "")
		}
	}
	c.schedule(key+".schedule", box.Schedule)
	c.oneOf(key+".dkim", box.DKIM, "verify", "off")
	if box.DateOrder != "" {
		c.oneOf(key+".date_order", box.DateOrder, "dmy", "mdy")
	}
	if c.has(key+".sender_domains") && len(box.SenderDomains) == 0 {
		c.fault(key+".sender_domains", "names none", "leave the key out for Klarna's known domains")
	}
	c.hosts(key+".sender_domains", box.SenderDomains)
	if !c.has(key + ".trusted_authserv") {
		box.TrustedAuthserv = authserv(strings.ToLower(box.Host))
	}
	for i, id := range box.TrustedAuthserv {
		if id == "" || strings.ContainsAny(id, " \t;") {
			c.fault(fmt.Sprintf("%s.trusted_authserv[%d]", key, i), "want the id at the start of the header Authentication-Results, such as mx.google.com", "")
		}
	}
	c.addresses(key, box)
	c.channel(key+".channel", box.Channel)
}

// addresses checks where Klarna writes to.
func (c *check) addresses(key string, box *Mailbox) {
	if !c.has(key+".addresses") && isAddress(box.Username) {
		box.Addresses = []string{strings.ToLower(box.Username)}
	}
	for i, a := range box.Addresses {
		if !isAddress(a) {
			c.fault(fmt.Sprintf("%s.addresses[%d]", key, i), "want an e-mail address, such as payments@shop.example", "")
		}
	}
}

// isAddress says that s is one bare address.
func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s
}

// account ties a mailbox to its Stripe account.
func (c *check) account(key string, box *Mailbox) {
	accounts := c.cfg.Stripe
	known := slices.ContainsFunc(accounts, func(s Stripe) bool { return s.Name == box.Stripe })
	switch {
	case box.Stripe != "" && known:
	case box.Stripe != "" && len(accounts) > 0:
		c.fault(key+".stripe", "there is no Stripe account of this name"+quoted(box.Stripe), "the key stripe names them")
	case len(accounts) == 1:
		box.Stripe = accounts[0].Name
	case len(accounts) > 1:
		c.fault(key+".stripe", "is missing", "there are several Stripe accounts: name the one that this mailbox's disputes are in")
	}
}

var accountForm = regexp.MustCompile(`^acct_[A-Za-z0-9]{1,60}$`)

// accounts checks each Stripe account.
func (c *check) accounts() {
	if c.has("stripe") && len(c.cfg.Stripe) == 0 {
		c.fault("stripe", "names none", "disputes cannot be matched without an account")
	}
	names := map[string]string{}
	for i := range c.cfg.Stripe {
		key, s := fmt.Sprintf("stripe[%d]", i), &c.cfg.Stripe[i]
		c.name(key+".name", s.Name, names)
		if s.Account != "" && !accountForm.MatchString(s.Account) {
			c.fault(key+".account", "want a connected account's id, acct_…", "")
		}
		s.APIBase = c.apiBase(key+".api_base", s.APIBase, "")
		for j, k := range s.ReferenceKeys {
			if k == "" || len(k) > 40 { // Stripe's bound of a metadata key
				c.fault(fmt.Sprintf("%s.reference_keys[%d]", key, j), "want a metadata key of 1 to 40 characters", "")
			}
		}
		if s.Lookback.Unit == "wd" {
			c.fault(key+".lookback", "want a span by the clock or the calendar, such as 200d", "")
		}
		c.secret(key+".api_key_file", s.APIKeyFile, true)
		if len(c.cfg.Stripe) > 1 && !c.given(key+".api_key_file") {
			c.fault(key+".api_key_file", "is missing", "of several accounts each names its own key")
		}
	}
}
