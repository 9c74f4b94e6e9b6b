package dovecot

import (
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
)

// mailUID owns the mails when we are root: Dovecot never reads mail as root.
// It need not exist as an account.
const mailUID = 10143

// config is valid for Dovecot 2.3 (Debian 12). Without root every process runs
// as we do, and none changes its root directory. A process serves one connection
// after another (service_count): a new one for each costs more than all that it
// is asked.
func (s *Server) config() (string, error) {
	me, err := user.Current()
	if err != nil {
		return "", fmt.Errorf("dovecot: who are we: %w", err)
	}
	uid, gid, unprivileged := me.Uid, me.Gid, ""
	if os.Geteuid() == 0 {
		uid, gid = strconv.Itoa(mailUID), strconv.Itoa(mailUID)
	} else {
		group, err := user.LookupGroupId(me.Gid)
		if err != nil {
			return "", fmt.Errorf("dovecot: our group: %w", err)
		}
		unprivileged = fmt.Sprintf(`
default_internal_user = %[1]s
default_internal_group = %[2]s
default_login_user = %[1]s
service anvil {
  chroot =
}
service stats {
  chroot =
}
`, me.Username, group.Name)
	}
	mechanisms := ""
	if s.options.Introspect != "" {
		unprivileged += bearer
		mechanisms = " xoauth2 oauthbearer"
	}
	return strings.NewReplacer(
		"BASE", s.base, "UID", uid, "GID", gid,
		"PLAINPORT", strconv.Itoa(s.PlainPort), "TLSPORT", strconv.Itoa(s.TLSPort),
		"SEPARATOR", s.options.Separator, "PREFIX", s.options.Prefix, "MECHANISMS", mechanisms,
	).Replace(template + unprivileged), nil
}

const template = `
base_dir = BASE/run
state_dir = BASE/state
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <BASE/cert.pem
ssl_key = <BASE/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
auth_mechanisms = plain loginMECHANISMS
first_valid_uid = 1
mail_fsync = never
mail_max_userip_connections = 1000
mail_location = maildir:~/Maildir
passdb {
  driver = passwd-file
  mechanisms = plain login
  args = scheme=PLAIN BASE/users
}
userdb {
  driver = static
  args = uid=UID gid=GID home=BASE/mail/%u
}
namespace inbox {
  inbox = yes
  separator = SEPARATOR
  prefix = PREFIX
  mailbox Junk {
    special_use = \Junk
    auto = create
  }
  mailbox Sent {
    special_use = \Sent
    auto = create
  }
}
service imap-login {
  chroot =
  service_count = 0
  inet_listener imap {
    port = PLAINPORT
  }
  inet_listener imaps {
    port = TLSPORT
    ssl = yes
  }
}
service imap {
  service_count = 1000
}
`

// bearer lets users in with an access token that the provider says is good.
const bearer = `
passdb {
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = BASE/oauth2.conf
}
`

// oauth2 is the driver's own file.
func (s *Server) oauth2() string {
	return fmt.Sprintf(`
introspection_url = %s
introspection_mode = post
username_attribute = email
active_attribute = active
active_value = true
tls_ca_cert_file = %s
`, s.options.Introspect, filepath.Join(s.base, "oauth2-ca.pem"))
}
