package main

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// progressOn shows how far the reading of a folder is, on a terminal only.
func progressOn(w io.Writer) func(mailbox, folder string, done, total int) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	const clear = "\r\x1b[K" // ECMA-48: to the line's start, and erase it
	return func(mailbox, folder string, done, total int) {
		fmt.Fprintf(f, clear+"%s: %d of %d mails", clip(mailbox+" "+folder, 40), done, total)
		if done >= total {
			fmt.Fprint(f, clear) // the report says what was read
		}
	}
}
