package mailbox

import (
	"bytes"
	"context"
	"io"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/disputewatch/disputewatch/rules"
)

const (
	// MaxMail is the size above which a mail is not read (the reader's bound):
	// it is handed on as a fault.
	MaxMail = 10 << 20
	// maxHeader bounds the few header fields of one mail; a mail with more is
	// read whole, where the reader's own bounds hold.
	maxHeader = 256 << 10
	// maxBatch bounds what one FETCH may keep in memory, however large the
	// server's answers are; what does not fit is asked for again, alone.
	maxBatch = 2 * MaxMail
)

// The header fields that decide whether a mail is a candidate. They and the
// UID, the size and the whole text are all that is ever fetched: a server's
// mistake in any other item would end the connection.
var (
	headerFields = []string{
		"FROM", "SENDER", "REPLY-TO", "SUBJECT", "LIST-ID",
		"X-ORIGINAL-FROM", "X-ORIGINAL-SENDER", "X-GOOGLE-ORIGINAL-FROM",
		"REFERENCES", "IN-REPLY-TO",
	}
	// sentFields say of a mail that was sent what it answers, who to, and whether
	// a person or a machine wrote it.
	sentFields = []string{
		"FROM", "TO", "CC", "MESSAGE-ID", "REFERENCES", "IN-REPLY-TO", "DATE",
		"AUTO-SUBMITTED", "CONTENT-TYPE",
	}
)

// part is what is fetched of a mail.
type part int

const (
	header part = iota // size and header fields
	body               // the text, whole
)

func (r *reader) options(p part) *imap.FetchOptions {
	if p == body {
		return &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}}
	}
	wanted := headerFields
	if r.want.HeadersOnly {
		wanted = sentFields
	}
	return &imap.FetchOptions{UID: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{
		{Specifier: imap.PartSpecifierHeader, HeaderFields: wanted, Peek: true},
	}}
}

// item is what a server answered about one mail.
type item struct {
	size   int64
	header []byte // whole and not empty, else nil
	body   []byte // whole and not empty, else nil
	hollow bool   // answered, but with NIL, with nothing, with less than announced, or with two different texts
	large  bool   // more than we read of such a part
	killed int    // connections that ended while this mail alone was asked for
}

func (it *item) has(p part) bool {
	if it == nil {
		return false
	}
	if p == body {
		return it.body != nil
	}
	return it.header != nil || it.large
}

// merge adds what another answer about the same mail said.
func (it *item) merge(other item) {
	it.size = max(it.size, other.size)
	it.large = it.large || other.large
	it.hollow = it.hollow || other.hollow
	if it.header == nil {
		it.header = other.header
	}
	switch {
	case it.body == nil:
		it.body = other.body
	case other.body != nil && !bytes.Equal(it.body, other.body):
		it.body, it.hollow = nil, true
	}
}

// fetch asks for one part of the mails of set. Nobody may rely on an answer for
// each. Beside a server's "no" it returns what it got; when the connection
// broke it returns nothing, since what came last may have been cut short or
// hold a piece of the next answer.
func (r *reader) fetch(ctx context.Context, set rules.UIDs, p part) (map[uint32]*item, error) {
	got := map[uint32]*item{}
	err := r.await(ctx, func() error {
		return r.collect(r.client.Fetch(toIMAP(set), r.options(p)), got)
	})
	r.strays.give(set, got)
	if r.wire.cause() != nil {
		clear(got)
	}
	return got, err
}

// collect reads all answers of a FETCH to their end: a literal left unread
// would block the connection for ever. A literal that breaks off ends the
// connection; the library would read it once more while its own goroutine
// reads too, so that one has to end first.
func (c *Conn) collect(cmd *imapclient.FetchCommand, got map[uint32]*item) error {
	client, line := c.client, c.wire
	room := int64(maxBatch)
	for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
		uid, it, broken := readItem(msg, room)
		if broken {
			line.cut(errBroken)
			<-client.Closed()
			break
		}
		room -= int64(len(it.header) + len(it.body))
		add(got, uid, it)
	}
	return cmd.Close()
}

func add(got map[uint32]*item, uid uint32, it item) {
	if uid == 0 {
		return
	}
	if got[uid] == nil {
		got[uid] = &item{}
	}
	got[uid].merge(it)
}

// readItem reads one FETCH answer, keeping at most room bytes of it. After a
// literal that is broken nothing of msg may be touched.
func readItem(msg *imapclient.FetchMessageData, room int64) (uid uint32, it item, broken bool) {
	for data := msg.Next(); data != nil; data = msg.Next() {
		switch d := data.(type) {
		case imapclient.FetchItemDataUID:
			uid = uint32(d.UID)
		case imapclient.FetchItemDataRFC822Size:
			it.size = d.Size
		case imapclient.FetchItemDataBodySection:
			if it.section(d, room) {
				return uid, it, true
			}
		}
	}
	return uid, it, false
}

// section takes the text of a header or of a whole mail. It is broken if fewer
// bytes came than were announced: a connection that closes inside a literal
// looks like its end.
func (it *item) section(d imapclient.FetchItemDataBodySection, room int64) (broken bool) {
	p, known := partOf(d.Section)
	if d.Literal == nil {
		it.hollow = it.hollow || known
		return false
	}
	announced, limit := d.Literal.Size(), int64(MaxMail)
	if p == header {
		limit = maxHeader
	}
	if !known || announced > limit || announced > room {
		it.large = it.large || known && announced > limit
		n, err := io.Copy(io.Discard, d.Literal)
		return err != nil || n < announced
	}
	text := make([]byte, announced)
	if _, err := io.ReadFull(d.Literal, text); err != nil {
		return true
	}
	if _, err := d.Literal.Read(nil); err != io.EOF { // the library waits for this
		return true
	}
	more := item{hollow: announced == 0}
	if announced > 0 && p == header {
		more.header = text
	}
	if announced > 0 && p == body {
		more.body = text
	}
	it.merge(more)
	return false
}

func partOf(s *imap.FetchItemBodySection) (part, bool) {
	switch {
	case len(s.Part) > 0 || s.Partial != nil || len(s.HeaderFieldsNot) > 0:
		return 0, false
	case s.Specifier == imap.PartSpecifierNone:
		return body, true
	case s.Specifier == imap.PartSpecifierHeader && len(s.HeaderFields) > 0:
		return header, true
	}
	return 0, false
}

// fields cuts the named header fields out of a whole mail, as a server would
// answer with, so that a mail is judged by the same text on every path.
func fields(mail []byte, names []string) []byte {
	var out bytes.Buffer
	keep := false
	for line := range bytes.Lines(mail) {
		if len(bytes.TrimRight(line, "\r\n")) == 0 {
			break
		}
		if line[0] != ' ' && line[0] != '\t' {
			name, _, isField := bytes.Cut(line, []byte(":"))
			keep = isField && slices.Contains(names, string(bytes.ToUpper(bytes.TrimRight(name, " \t"))))
		}
		if keep && out.Len() < maxHeader {
			out.Write(line)
		}
	}
	out.WriteString("\r\n")
	return out.Bytes()
}
