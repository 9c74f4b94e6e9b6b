package mailbox

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"

	"github.com/emersion/go-imap/v2"
)

// ConnectError says that the server could not be reached, or not safely.
type ConnectError struct {
	Address string
	Err     error
	Hint    string // may be ""
}

func (e *ConnectError) Error() string {
	return fmt.Sprintf("connect to %s: %v%s", e.Address, e.Err, hintLine(e.Hint))
}

func (e *ConnectError) Unwrap() error { return e.Err }

// AuthError says that the server refused the login.
type AuthError struct {
	Username string
	Code     string // IMAP response code or OAuth2 status, "" where the server gave none
	Hint     string
	Token    bool // it was an access token that the server refused
}

func (e *AuthError) Error() string {
	code := ""
	if e.Code != "" {
		code = " [" + e.Code + "]"
	}
	return fmt.Sprintf("login as %s: authentication failed%s%s", e.Username, code, hintLine(e.Hint))
}

// FolderError says that a folder could not be opened.
type FolderError struct {
	Folder  string
	Missing bool // there is no such folder
	Err     error
	Hint    string
}

func (e *FolderError) Error() string {
	return fmt.Sprintf("open folder %q: %v%s", e.Folder, e.Err, hintLine(e.Hint))
}

func (e *FolderError) Unwrap() error { return e.Err }

func hintLine(hint string) string {
	if hint == "" {
		return ""
	}
	return "\nhint: " + hint
}

// fault is an error of our own words. All others that come out of the library
// may quote what the server sent, which can be a piece of a mail.
type fault string

func (f fault) Error() string { return string(f) }

const (
	errNoCertificate = fault("no PEM certificate in it")
	errNotLoopback   = fault("security none is for loopback only")
	errNoLogin       = fault("the server takes no password")
	errUnavailable   = fault("the server cannot take logins now")
	errRefused       = fault("the server refused")
	errNoFolder      = fault("no such folder")
	errNoValidity    = fault("the server names no UIDVALIDITY")
	errSilent        = fault("the server stopped answering")
	errSlow          = fault("the server answers too slowly")
	errBroken        = fault("the connection broke, or the server's answer cannot be read")
	errNotIMAP       = fault("what answers there does not speak IMAP")
)

// clean keeps an error whose text is safe and takes errBroken for any other.
func clean(err error) error {
	var network net.Error
	switch {
	case errors.As(err, new(fault)), errors.As(err, &network),
		errors.As(err, new(*tls.CertificateVerificationError)), errors.As(err, new(tls.RecordHeaderError)):
		return err
	}
	return errBroken
}

// connectError adds what can be done. What went wrong is told by types alone:
// error texts differ between systems and go stale.
func (c *Conn) connectError(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	return &ConnectError{c.account.address(), plainly(err), connectHint(err)}
}

// lineHint is what can be done where a connection does not do what it should.
func lineHint(err error) string {
	switch {
	case errors.Is(err, errSilent), errors.Is(err, errSlow):
		return "the server or the line to it is overloaded; it is tried again at the next poll, and if that lasts its operator must look"
	case errors.Is(err, errUnavailable):
		return "it is busy, or counts too many connections of this account or address; it is tried again at the next poll"
	case errors.Is(err, errLongLine), errors.Is(err, errLongText), errors.Is(err, errNoEnd), errors.Is(err, errNotIMAP):
		return "it breaks the protocol: see that host and port are those of an IMAP server, and tell its operator"
	case errors.Is(err, errBroken):
		return "it may have been restarted, or count too many connections; it is tried again at the next poll"
	}
	return ""
}

func connectHint(err error) string {
	var (
		dns      *net.DNSError
		unknown  x509.UnknownAuthorityError
		host     x509.HostnameError
		invalid  x509.CertificateInvalidError
		noTLS    tls.RecordHeaderError
		response *imap.Error
		file     *fs.PathError
	)
	switch {
	case errors.As(err, &file) && errors.Is(err, fs.ErrPermission):
		return "ca_file, and the folders above it, must be open to the user that runs disputewatch"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "no such host name: check host"
	case errors.As(err, &dns):
		return "the name server did not answer; it is tried again at the next poll"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens there: check host and port (993 for tls, 143 for starttls)"
	case errors.As(err, &unknown):
		return "the certificate is of an authority that is not trusted here: set ca_file to its certificate"
	case errors.As(err, &host):
		return "the certificate is for another name: use the host name that the provider gives"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired (or the clock here is wrong): its operator must renew it"
	case errors.As(err, &noTLS):
		return "the port does not speak TLS: try security: starttls, or port 993"
	case errors.Is(err, errNotLoopback):
		return "a password never goes over an open line: use tls or starttls"
	case errors.Is(err, errNoCertificate), errors.Is(err, os.ErrNotExist):
		return "ca_file must be a file with PEM certificates"
	case errors.As(err, &response) && response.Type == imap.StatusResponseTypeBye:
		return "it is busy, or counts too many connections of this account or address; it is tried again at the next poll"
	case errors.As(err, &response):
		return "the server refuses STARTTLS: try security: tls with port 993"
	case errors.Is(err, errLetIn):
		return "somebody on the line may be lying: use security: tls with port 993"
	case errors.Is(err, errSilent), errors.Is(err, context.DeadlineExceeded):
		return "check host and port; a firewall may swallow the connection"
	}
	return lineHint(err)
}

// loginError tells a wrong password from a server that is busy (RFC 5530).
func (c *Conn) loginError(err error) error {
	var response *imap.Error
	user := c.account.Username
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errNoLogin):
		return &AuthError{Username: user, Code: "LOGINDISABLED", Hint: "the server takes no password on this line: " + c.loginHint()}
	case !errors.As(err, &response):
		return fmt.Errorf("login as %s: %w%s", user, plainly(err), hintLine(lineHint(err)))
	}
	switch response.Code {
	case imap.ResponseCodeUnavailable, imap.ResponseCodeInUse, imap.ResponseCodeLimit, imap.ResponseCodeServerBug:
		return fmt.Errorf("login as %s: %w [%s]%s", user, errUnavailable, response.Code, hintLine(lineHint(errUnavailable)))
	}
	return &AuthError{Username: user, Code: string(response.Code), Hint: c.loginHint()}
}

// folderError tells a missing folder from one that cannot be opened. Dovecot
// gives no response code with its NO, so the folder is looked for.
func (c *Conn) folderError(ctx context.Context, folder string, err error) error {
	var response *imap.Error
	if !errors.As(err, &response) {
		return fmt.Errorf("open folder %q: %w", folder, err)
	}
	missing := response.Code == imap.ResponseCodeNonExistent || response.Code == imap.ResponseCodeTryCreate
	if response.Code == "" && response.Type == imap.StatusResponseTypeNo {
		found, err := c.exists(ctx, folder)
		missing = err == nil && !found
	}
	if missing {
		return &FolderError{folder, true, errNoFolder, "check folders; `disputewatch check` lists what there is"}
	}
	if response.Type == imap.StatusResponseTypeBad && providerOf(c.account.Host) == microsoft {
		return &FolderError{folder, false, plainly(err), connectedHint}
	}
	return &FolderError{folder, false, plainly(err), "the account must be allowed to read this folder"}
}

// plainly takes a server's own words out of an error: they may name people, and
// the library may hold them from an earlier moment. Type and code stay.
func plainly(err error) error {
	var response *imap.Error
	if !errors.As(err, &response) {
		return err
	}
	code := ""
	if response.Code != "" {
		code = " [" + string(response.Code) + "]"
	}
	return fmt.Errorf("%w (%s%s)", errRefused, response.Type, code)
}
