package eml

import (
	"strconv"
	"strings"

	"golang.org/x/net/html/atom"
)

// look is how an element shows its text.
type look struct {
	gone      bool // not shown, whatever is within: display:none, opacity:0, no height
	invisible bool // visibility:hidden, which an inner element may undo
	tiny      bool // font-size:0, which an inner element may undo: MJML wraps every mail in it
	pre       bool // white-space:pre
	block     bool // display:block; not handed down
}

func (l look) hidden() bool { return l.gone || l.invisible || l.tiny }

// within returns the look of an element with these attributes inside of l.
// mso-hide:all does not count: it hides from Outlook alone, and the usual
// "bulletproof" button is hidden from Outlook and seen by all others.
func (l look) within(a attrs) look {
	if a.hidden {
		l.gone = true
	}
	if a.style == "" {
		return l
	}
	noHeight, cut := false, false
	for declaration := range strings.SplitSeq(a.style, ";") {
		key, value, _ := strings.Cut(declaration, ":")
		key = strings.ToLower(strings.TrimSpace(key))
		value = strings.TrimSpace(strings.TrimSuffix(strings.ToLower(strings.TrimSpace(value)), "!important"))
		switch key {
		case "display":
			l.gone = l.gone || value == "none"
			l.block = value == "block" || value == "table" || value == "flex"
		case "visibility":
			l.invisible = value == "hidden" || value == "collapse"
		case "opacity":
			l.gone = l.gone || isSmall(value, 0)
		case "font-size":
			l.tiny = isSmall(value, 1)
		case "font":
			l.tiny = l.tiny || strings.HasPrefix(value, "0") && !strings.HasPrefix(value, "0.")
		case "max-height", "max-width":
			l.gone = l.gone || isSmall(value, 0)
		case "height", "width":
			noHeight = noHeight || isSmall(value, 1)
		case "overflow":
			cut = value == "hidden"
		case "color":
			l.gone = l.gone || value == "transparent"
		case "text-indent", "left", "top", "margin-left":
			l.gone = l.gone || strings.HasPrefix(value, "-999")
		case "white-space":
			l.pre = strings.HasPrefix(value, "pre") || value == "break-spaces"
		}
	}
	l.gone = l.gone || noHeight && cut
	return l
}

// isSmall says that a CSS length is a number of at most that many px or pt.
func isSmall(value string, most float64) bool {
	number := strings.TrimRight(value, "abcdefghijklmnopqrstuvwxyz% ")
	unit := strings.TrimSpace(value[len(number):])
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n < 0 {
		return false
	}
	if n == 0 {
		return true
	}
	return n <= most && (unit == "px" || unit == "pt")
}

// isQuote tells an element that quotes an earlier mail. A blockquote without any sign
// of a mail program's only sets its text in, as layouts do, unless the line above
// announces it. Gmail's div of class
// gmail_quote is none: an answer has a blockquote in it, and a forwarded mail
// stands in it without one, as it stands in the text part without ">".
func isQuote(tag atom.Atom, a attrs) bool {
	switch tag {
	case atom.Blockquote:
		return a.cites || a.class != ""
	case atom.Div:
		return strings.Contains(a.class, "yahoo_quoted") || a.name == "quote" ||
			strings.Contains(strings.ReplaceAll(strings.ToLower(a.style), " ", ""), "border-left:solidblue")
	}
	return false
}
