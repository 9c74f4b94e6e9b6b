package eml

import "strings"

// readPlain makes a row of each line of a text/plain part, and joins the lines
// of format=flowed (RFC 3676).
func readPlain(s string, typ mediaType, out *rows) {
	flowed := strings.EqualFold(typ.param("format"), "flowed")
	delsp := strings.EqualFold(typ.param("delsp"), "yes")
	var open strings.Builder // the flowed lines so far
	openQuote, isOpen := 0, false
	flush := func() {
		if isOpen {
			out.add(textRow(open.String(), openQuote))
			open.Reset()
			isOpen = false
		}
	}
	begin, shallow := len(out.list), false
	defer func() {
		if !shallow {
			outdent(out.list[begin:])
		}
	}()
	for line := range strings.Lines(s) {
		if out.over {
			return
		}
		for part := range strings.SplitSeq(strings.TrimRight(line, "\r\n"), "\r") {
			quote, body := unquoteLine(part)
			shallow = shallow || quote == 1
			if !flowed {
				out.add(textRow(body, quote))
				continue
			}
			body = strings.TrimPrefix(body, " ") // space-stuffing
			soft := strings.HasSuffix(body, " ") && body != "-- "
			if isOpen && (quote != openQuote || body == "-- ") {
				flush()
			}
			if soft && delsp {
				body = body[:len(body)-1]
			}
			open.WriteString(body)
			openQuote, isOpen = quote, true
			if !soft {
				flush()
			}
		}
	}
	flush()
}

// outdent takes the quotation off rows of a text in which nothing is quoted once: ">>"
// is an ornament there.
func outdent(list []Row) {
	for i := range list {
		list[i].Quote = 0
	}
}

func textRow(s string, quote int) Row {
	s = cleanLine(s)
	if s == "" {
		return Row{Quote: quote}
	}
	return Row{Cells: []string{s}, Quote: quote}
}

// unquoteLine counts and takes off the ">" before a line. ">From " is no quote
// but how an mbox writes "From ".
func unquoteLine(s string) (depth int, rest string) {
	if strings.HasPrefix(s, ">From ") {
		return 0, s[1:]
	}
	rest = s
	for {
		mark := strings.TrimLeft(rest, " ")
		if len(rest)-len(mark) > 3 || !strings.HasPrefix(mark, ">") {
			return depth, rest
		}
		depth++
		rest = mark[1:]
	}
}
