// Package eml turns the bytes of a mail into headers and readable rows of
// text, within bounds. A mail is hostile input: whatever it holds, Parse ends
// soon, in little memory, with what could be read or with the reason why not.
package eml

import "time"

// Bounds of one mail; they are checked before anything else touches it.
const (
	MaxSize   = 10 << 20  // bytes of the whole mail
	MaxDepth  = 20        // nested parts and messages
	MaxParts  = 200       // parts in all
	MaxHeader = 256 << 10 // bytes of header over all parts
	MaxFields = 1000      // header fields over all parts
	MaxField  = 64 << 10  // bytes of one field
	MaxText   = 4 << 20   // bytes of decoded text over all parts
	MaxRows   = 20000     // rows over all parts
)

// Message is one mail, or one forwarded inside another.
type Message struct {
	Raw    []byte  // its own bytes, as they came: DKIM is checked on these
	Body   []byte  // what follows the header in them, undecoded
	Fields []Field // all header fields, top first

	From, Sender, ReplyTo []Address
	Subject               string
	MessageID             string // "<…>", "" where there is none that can be read
	InReplyTo, References []string
	Date                  time.Time // zero where there is none that can be read

	Parts     []Part     // the readable parts, in order of appearance
	Forwarded []*Message // message/rfc822 parts, in order of appearance

	// Malformed says what in the header breaks RFC 5322, or which bound cut it;
	// "" where nothing does. Two readers may see two different mails in such a
	// one, so it proves nothing of its sender.
	Malformed string

	Hash     string   // SHA-256 of the body's bytes, hexadecimal: with MessageID the mail's identity
	Warnings []string // what was odd and how it was read all the same
}

// Field is one header field.
type Field struct {
	Name  string // as it came
	Value string // unfolded, RFC 2047 words decoded, valid UTF-8
	Raw   string // as it came, folded
}

// Address is one mailbox of a From, Sender or Reply-To field.
type Address struct {
	Name string // decoded; "group: name" of one in a group
	Addr string // local@domain, lower-cased domain; "" where it cannot be read
	Raw  string
}

// Part is one readable text of a mail.
type Part struct {
	Type string // text/plain or text/html
	Rows []Row
}

// Row is one line or one table row of text. A table row has one cell for each
// td or th (an empty one is ""), a dt with its dd is a row of two, any other row
// has just one cell. A cell's white space is folded, except that the tabs and
// runs of spaces inside a line of text/plain stay, since they part its columns.
// A row without cells stands for the empty line between two paragraphs; there
// are never two of them in a row, nor one at either end. Only an image that is
// a link has no cells either, but it has the link.
type Row struct {
	Cells  []string
	Links  []Link
	Quote  int  // depth of quotation: "> " or blockquote; 0 is new text
	Hidden bool // display:none and the like: a preheader
}

// Link is an anchor of an HTML part.
type Link struct {
	Text string
	URL  string
}
