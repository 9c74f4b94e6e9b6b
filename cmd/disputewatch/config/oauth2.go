package config

import (
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// OAuth2 is a login by access tokens in place of a password. Which files it
// names says how they are got: a service account's key; a refresh token, which
// a person's consent gives and check writes; or else the app's own credentials.
type OAuth2 struct {
	// Provider is google, microsoft or custom.
	Provider string `yaml:"provider"`
	// Tenant is Microsoft's: an id or a domain. Default common, which an app's
	// own credentials do not work with.
	Tenant string `yaml:"tenant"`
	// ClientID is the app's.
	ClientID string `yaml:"client_id"`
	// ClientSecretFile is the secret with the app's own; "" is a public app.
	ClientSecretFile string `yaml:"client_secret_file"`
	// RefreshTokenFile is the secret with the refresh token. It need not be
	// there before check has led a person through the consent.
	RefreshTokenFile string `yaml:"refresh_token_file"`
	// ServiceAccountFile is the secret with a Google service account's key, the
	// JSON as it was downloaded. It acts for the mailbox's username.
	ServiceAccountFile string `yaml:"service_account_file"`
	// TokenURL is where tokens are got. Default the provider's; custom needs it.
	TokenURL string `yaml:"token_url"`
	// DeviceURL and AuthURL are where a consent begins: by a code that is typed
	// on any machine, or in a browser. Default the provider's.
	DeviceURL string `yaml:"device_url"`
	AuthURL   string `yaml:"auth_url"`
	// Scopes are what is asked for. Default what reading by IMAP takes at Google
	// and Microsoft.
	Scopes []string `yaml:"scopes"`
}

// Off says that a password is used.
func (o OAuth2) Off() bool { return reflect.ValueOf(o).IsZero() }

var (
	tenantForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$`)
	wordForm   = regexp.MustCompile(`^[\x21-\x7e]{1,300}$`)
)

// login checks that a mailbox has one way to log in, with all that it takes.
func (c *check) login(key string, box *Mailbox) {
	if c.faulty[key+".oauth2"] {
		return
	}
	if box.OAuth2.Off() {
		c.secret(key+".password_file", box.PasswordFile, true)
		if len(c.cfg.Mailboxes) > 1 && !c.given(key+".password_file") {
			c.fault(key+".password_file", "is missing", "of several mailboxes each names its own: the default would send one's password to the other's server")
		}
		return
	}
	if c.has(key + ".password_file") {
		c.fault(key+".password_file", "goes not with oauth2", "keep one of the two")
	}
	box.PasswordFile = ""
	known := box.OAuth2.Provider == "google" || box.OAuth2.Provider == "microsoft"
	if known && !strings.Contains(box.Username, "@") && c.has(key+".username") {
		c.fault(key+".username", "want the mailbox's whole address", "Google and Microsoft know it by nothing else")
	}
	c.oauth2(key+".oauth2", &box.OAuth2)
}

func (c *check) oauth2(key string, o *OAuth2) {
	if o.Provider == "" {
		c.fault(key+".provider", "is missing", "want google, microsoft, custom")
	}
	if c.oneOf(key+".provider", o.Provider, "google", "microsoft", "custom"); c.faulty[key+".provider"] {
		return // what else it needs follows from it
	}
	c.oauth2Files(key, o)
	c.oauth2App(key, o)
	c.endpoint(key+".token_url", o.TokenURL)
	c.endpoint(key+".device_url", o.DeviceURL)
	c.endpoint(key+".auth_url", o.AuthURL)
	if o.Provider == "custom" && o.TokenURL == "" {
		c.fault(key+".token_url", "is missing", "only of google and microsoft it is known")
	}
	for i, scope := range o.Scopes {
		if !wordForm.MatchString(scope) {
			c.fault(fmt.Sprintf("%s.scopes[%d]", key, i), "want a scope without blanks", "write each as an entry of its own")
		}
	}
}

// oauth2Files checks the files, and that they do not speak of two ways at once.
func (c *check) oauth2Files(key string, o *OAuth2) {
	c.secret(key+".client_secret_file", o.ClientSecretFile, false)
	c.consent(key+".refresh_token_file", o.RefreshTokenFile)
	c.secret(key+".service_account_file", o.ServiceAccountFile, false)
	switch {
	case o.ServiceAccountFile != "":
		c.serviceAccount(key, o)
	case o.RefreshTokenFile != "":
		if o.Provider == "google" && o.ClientSecretFile == "" {
			c.fault(key+".client_secret_file", "is missing", "Google gives one to each app, a Desktop app too")
		}
	case o.Provider == "google":
		c.fault(key, "wants refresh_token_file or service_account_file", "Google has no login by an app's credentials alone")
	case o.ClientSecretFile == "":
		c.fault(key, "wants refresh_token_file, or client_secret_file for a login by the app's own credentials", "")
	case o.Provider == "microsoft" && o.TokenURL == "" && slices.Contains([]string{"", "common", "organizations", "consumers"}, o.Tenant):
		c.fault(key+".tenant", "want the tenant's id or domain", "an app's own credentials are of one tenant")
	}
	if o.RefreshTokenFile == "" || o.ServiceAccountFile != "" {
		for _, k := range []string{"device_url", "auth_url"} {
			if c.has(key + "." + k) {
				c.fault(key+"."+k, "is of use only with refresh_token_file", "leave it out")
			}
		}
	}
}

// serviceAccount checks that a service account's key stands alone.
func (c *check) serviceAccount(key string, o *OAuth2) {
	if o.Provider != "google" {
		c.fault(key+".service_account_file", "is Google's alone", "use client_id and client_secret_file")
	}
	for _, k := range []string{"client_id", "client_secret_file", "refresh_token_file"} {
		if c.has(key + "." + k) {
			c.fault(key+"."+k, "goes not with service_account_file", "keep one of the two")
		}
	}
}

// oauth2App checks what names the app.
func (c *check) oauth2App(key string, o *OAuth2) {
	switch {
	case o.ServiceAccountFile != "":
	case o.ClientID == "":
		c.fault(key+".client_id", "is missing", "the provider shows it on the app's page")
	case !wordForm.MatchString(o.ClientID):
		c.fault(key+".client_id", "want the app's id, without blanks", "")
	}
	switch {
	case o.Tenant == "":
	case o.Provider != "microsoft":
		c.fault(key+".tenant", "is Microsoft's alone", "leave it out")
	case o.TokenURL != "":
		c.fault(key+".tenant", "goes not with token_url, which names the tenant", "keep one of the two")
	case !tenantForm.MatchString(o.Tenant):
		c.fault(key+".tenant", "want the tenant's id or domain", "")
	}
}

// endpoint checks an address that secrets are sent to.
func (c *check) endpoint(key, address string) {
	if address == "" {
		return
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || u.Fragment != "":
		c.fault(key, "want an https:// address", "")
	case u.User != nil || strings.Contains(u.RawQuery, "secret"):
		c.fault(key, "secrets are files only", "take the login out of the address")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		c.fault(key, "http would send the secret in the clear: only to loopback", "use https")
	}
}
