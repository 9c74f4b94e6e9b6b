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
	return func(mailbox, folder string, done, total int) {
		end := "\r"
		if done >= total {
			end = "\n"
		}
		fmt.Fprintf(f, "\r%s %s: %d of %d mails%s", mailbox, folder, done, total, end)
	}
}
