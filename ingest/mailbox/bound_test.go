package mailbox

import (
	"strings"
	"testing"
)

// said is what servers say, as it is known of them; a line ends at each LF.
var said = map[string]string{
	"Gmail": `* OK Gimap ready for requests from 203.0.113.7 ffacd0b85a97d-3a8c74a1b2mb42
* CAPABILITY IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN AUTH=OAUTHBEARER
T1 NO [ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)
* NO [WEBALERT https://accounts.google.com/signin/continue?sarp=1&scc=1&plt=AKgn(sb)] Web login required.
T2 NO [ALERT] Please log in via your web browser: "https://support.google.com/mail/accounts/answer/78754" (Failure)
+ eyJzdGF0dXMiOiI0MDAiLCJzY2hlbWVzIjoiQmVhcmVyIn0=
T3 OK customer@shop.example authenticated (Success)
* LIST (\All \HasNoChildren) "/" "[Gmail]/Alle Nachrichten"
* LIST (\HasChildren \Noselect) "/" "[Gmail]"
* LIST (\HasNoChildren \Junk) "/" "[Gmail]/Spam (1)"
* FLAGS (\Answered \Flagged \Draft \Deleted \Seen $Forwarded $NotPhishing $Phishing)
* OK [PERMANENTFLAGS ()] Flags permitted.
* OK [UIDVALIDITY 1] UIDs valid.
* 0 RECENT
* OK [HIGHESTMODSEQ 990432]
T4 OK [READ-ONLY] INBOX selected. (Success)
* SEARCH
T5 BAD Could not parse command
T6 NO [THROTTLED] Account exceeded command or bandwidth limits. {x}
* BYE [OVERQUOTA] Session expired, please "login" again {12}
`,
	"Exchange": `* OK The Microsoft Exchange IMAP4 service is ready. [RABCADcAUABSADAANgBDAEEAMAAwADIAMgAuAGUAdQByAHAAcgBkADAANgAuAHAAcgBvAGQALgBvAHUAdABsAG8AbwBrAC4AYwBvAG0A]
* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+
T1 NO AUTHENTICATE failed.
T2 BAD User is authenticated but not connected.
T3 OK AUTHENTICATE completed.
* LIST (\HasNoChildren) "/" "Entw&APw-rfe"
* LIST (\Marked \HasNoChildren) "/" INBOX
* LIST (\HasNoChildren) "/" {14}
A "folder" (x)
* LIST (\HasNoChildren \Junk) "/" "a {3}"
* 2 EXISTS
* 2 FETCH (UID 7 FLAGS (\Seen) RFC822.SIZE 5 BODY[HEADER.FIELDS (MESSAGE-ID "DKIM-SIGNATURE")] {5}
("{9} FLAGS (\Seen))
* 3 FETCH (UID 8 BODY[] "Subject: (((( \"x\" \\ {44}")
* 4 FETCH (UID 9 BODY[] NIL BODY[HEADER] "")
* BYE Server Unavailable. 15
* BAD Command Error. 12 "
T4 NO [INUSE] Server Busy
`,
	"Dovecot": `* OK [CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ STARTTLS AUTH=PLAIN AUTH=LOGIN] Dovecot (Debian) ready.
* OK Waiting for authentication process to respond..
T1 OK [CAPABILITY IMAP4rev1 ESEARCH SPECIAL-USE PREVIEW=FUZZY SNIPPET=FUZZY LITERAL+ NOTIFY] Logged in (x)
T2 NO [AUTHENTICATIONFAILED] Authentication failed.
T3 NO [UNAVAILABLE] Temporary authentication failure. [mail:2026-03-02 08:00:00]
* LIST (\HasNoChildren \UnMarked \Junk) "." "Junk \"E-Mail\" \\ {7}"
* LIST (\NoInferiors) NIL INBOX
* OK [PERMANENTFLAGS (\Answered \Seen $label(1 \*)] Flags permitted.
* OK [UNSEEN 3] First unseen.
* ESEARCH (TAG "T9") UID ALL 1:3,7,9:1234567
* ESEARCH (TAG "T10") UID
* VANISHED (EARLIER) 41,43:116
* STATUS "a (b" (MESSAGES 3 UIDNEXT 4)
* 3 FETCH (UID 7 BODY[HEADER] {0}
 BODY[TEXT]<0> "")
T4 OK Fetch completed (0.001 + 0.000 + 0.002 secs).
T5 NO [SERVERBUG] Internal error occurred. Refer to server log for more information. [2026-03-02 08:00:00] (0.001 secs).
* BYE Disconnected for inactivity.
`,
	"Cyrus": `* OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE STARTTLS AUTH=PLAIN SASL-IR] mail.shop.example Cyrus IMAP 3.6.1-Debian-3.6.1-4 server ready
T1 OK [CAPABILITY IMAP4rev1 RIGHTS=kxten X-REPLICATION URLAUTH=BINARY] User logged in SESSIONID=<cyrus-1-1-1>
* OK [ALERT] The disk of "shop" is at 95% (of 1 GB)
* LIST (\HasChildren) "." "INBOX.M&APw-ll"
* OK [PERMANENTFLAGS ()]
* OK [URLMECH INTERNAL]
* OK [ANNOTATIONS 65536] Ok
T2 NO [NONEXISTENT] Mailbox does not exist
`,
	"Courier": `* OK [CAPABILITY IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=ORDEREDSUBJECT THREAD=REFERENCES SORT QUOTA IDLE ACL ACL2=UNION] Courier-IMAP ready. Copyright 1998-2026 Double Precision, Inc.  See COPYING for distribution information.
* LIST (\Unmarked \HasNoChildren) "." "INBOX.a\\b"
* NO [ALERT] Cannot open private shared folders index: No such file or directory
* OK [PERMANENTFLAGS (\* \Draft \Answered)] Limited
* OK [MYRIGHTS "acdilrsw"] ACL
`,
	"others": `* OK IMAP4rev1 Service at imap.zoho.eu ready "
* OK IMAP4 Ready mx1 (v1.0) [
* ok imap.gmx.net IMAP server ready H mieue007 12345 IMAP-0Lj
* Ok [ALERT]  Domino IMAP4 Server (Release 12) [x] "
* PREAUTH
* OK  [x y
* OK [REFERRAL imap://user;AUTH=*@server2/ "x" (] go
* BYE
* bye [alert] {3}
* capability IMAP4rev1  IDLE   AUTH=PLAIN 
* lsub () "/" "x"
* list () "/" "Ünlesbar \" ÄÖ(("
* LIST () "\\" INBOX
* LIST() "/" x
* 3 fetch (uid 3 body[] {3}
"(")
* QUOTAROOT INBOX ""
* QUOTA "" (STORAGE 10 512)
* NAMESPACE (("" "/")("#x" "/")) NIL (("#shared/" "/"))
* ID ("name" "Zimbra" "version" "9.0.0_GA_4583" "release" "(x")
* X-OWN "a" (b) {2}
() c
* XLIST (\Inbox) "/" "Inbox"
* SEARCH 1 2 3 (MODSEQ 917162500)
* FLAGS () 
+
+ 
+ idling [ "
T1 OK
T2 NO
T3 ok [capability IMAP4rev1] hMailServer (x)
T4 BAD {7}
* 3 EXISTS 

`,
}

// What ends a line, and how the bytes come, makes no difference.
func TestWhatServersSayEndsNothing(t *testing.T) {
	for name, text := range said {
		for _, end := range []string{"\r\n", "\n"} {
			text := strings.ReplaceAll(text, "\n", end)
			for size := 1; size <= len(text); size++ {
				var b bound
				for at := 0; at < len(text); at += size {
					piece := text[at:min(at+size, len(text))]
					if _, err := b.pass([]byte(piece)); err != nil {
						t.Fatalf("%s, in pieces of %d: %v at %q", name, size, err, piece)
					}
				}
				if b.line != 0 || b.literal != 0 || b.opened != 0 || b.kind != isUnknown {
					t.Fatalf("%s, in pieces of %d: what comes next is measured as more of it", name, size)
				}
			}
		}
	}
}
