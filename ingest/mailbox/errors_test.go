package mailbox

import (
	"context"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/emersion/go-imap/v2"
)

func TestWhatAPersonCanDoFollowsWhatWentWrong(t *testing.T) {
	for want, list := range map[string][]error{
		"overloaded":               {errSlow},
		"breaks the protocol":      {errLongLine, errLongText, errNoEnd, errNotIMAP},
		"may have been restarted":  {errBroken},
		"counts too many":          {errUnavailable, &imap.Error{Type: imap.StatusResponseTypeBye}},
		"a firewall may swallow":   {errSilent, context.DeadlineExceeded},
		"never goes over an open":  {errNotLoopback},
		"with PEM certificates":    {errNoCertificate, os.ErrNotExist},
		"certificate has expired":  {x509.CertificateInvalidError{Reason: x509.Expired}},
		"no such host name":        {&net.DNSError{IsNotFound: true}},
		"name server did not":      {&net.DNSError{IsTemporary: true}},
		"the server refuses START": {&imap.Error{Type: imap.StatusResponseTypeNo}},
	} {
		for _, err := range list {
			if got := connectHint(err); !strings.Contains(got, want) {
				t.Errorf("%v: %q, want %q", err, got, want)
			}
		}
	}
	if got := lineHint(errSilent); !strings.Contains(got, "overloaded") {
		t.Errorf("silent in the middle: %q", got)
	}
	for _, err := range []error{
		x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign},
		&net.OpError{Op: "dial", Err: os.NewSyscallError("connect", syscall.EACCES)}, // a firewall, and no file
	} {
		if got := connectHint(err); got != "" {
			t.Errorf("%v: %q, and nobody knows what can be done", err, got)
		}
	}
}

func TestErrorWithoutAHintHasNoLineForOne(t *testing.T) {
	for _, err := range []error{
		&ConnectError{Address: "a:993", Err: errBroken}, &AuthError{Username: "shop"}, &FolderError{Folder: "INBOX", Err: errRefused},
	} {
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("%q", err)
		}
	}
}

func TestRefusalIsToldByItsTypeAndCodeAlone(t *testing.T) {
	for want, err := range map[string]error{
		"the server refused (NO)":         &imap.Error{Type: imap.StatusResponseTypeNo, Text: "customer@shop.example"},
		"the server refused (NO [INUSE])": &imap.Error{Type: imap.StatusResponseTypeNo, Code: imap.ResponseCodeInUse},
	} {
		if got := plainly(err); got.Error() != want || !errors.Is(got, errRefused) {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestBusyServerRefusesNoPassword(t *testing.T) {
	c := &Conn{account: Account{Username: "shop"}}
	for code, busy := range map[imap.ResponseCode]bool{
		imap.ResponseCodeUnavailable: true, imap.ResponseCodeInUse: true, imap.ResponseCodeLimit: true, imap.ResponseCodeServerBug: true,
		imap.ResponseCodeAuthenticationFailed: false, "": false,
	} {
		err := c.loginError(&imap.Error{Type: imap.StatusResponseTypeNo, Code: code})
		if auth := errors.As(err, new(*AuthError)); auth == busy || errors.Is(err, errUnavailable) != busy {
			t.Errorf("[%s]: %v", code, err)
		}
	}
}

func TestFolderIsMissingWhereItsServerSaysSo(t *testing.T) {
	c := &Conn{} // which is asked nothing
	for code, missing := range map[imap.ResponseCode]bool{
		imap.ResponseCodeNonExistent: true, imap.ResponseCodeTryCreate: true, imap.ResponseCodeNoPerm: false,
	} {
		var folder *FolderError
		err := c.folderError(t.Context(), "Sorted", &imap.Error{Type: imap.StatusResponseTypeNo, Code: code})
		if !errors.As(err, &folder) || folder.Missing != missing || errors.Is(err, errNoFolder) != missing {
			t.Errorf("[%s]: %v", code, err)
		}
	}
}

// The daemon ends: nobody has to look at the server.
func TestDialThatIsCalledOffIsNoFaultOfTheServer(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	end()
	_, err := Dial(ctx, Account{Name: "onboarding", Host: "127.0.0.1", Port: 9, Security: None})
	if !errors.Is(err, context.Canceled) || errors.As(err, new(*ConnectError)) {
		t.Errorf("%v", err)
	}
}
