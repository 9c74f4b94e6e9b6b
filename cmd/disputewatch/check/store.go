package check

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/config"
	"github.com/disputewatch/disputewatch/cmd/disputewatch/wiring"
)

// store looks whether the book is there, or could be made.
func (c *Call) store(ctx context.Context, cfg *config.Config) {
	if path, isFile := strings.CutPrefix(cfg.Store, "sqlite:"); isFile && !c.storeFile(path) {
		return
	}
	book, err := wiring.Book(ctx, cfg, true, time.Now)
	if err == nil {
		err = book.Close()
	}
	c.try("store", err)
}

// storeFile says whether the book's file is there to be opened. To be of use it and
// its folder, where SQLite keeps its journal, must be open to the user that checks.
func (c *Call) storeFile(path string) bool {
	const write, enter = 2, 1 // access(2)
	dir := filepath.Dir(path)
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		c.line(false, "store: the folder "+dir+" is not there", "make it, owned by the user that runs disputewatch; under systemd StateDirectory does")
		return false
	}
	if err := syscall.Access(dir, write|enter); err != nil {
		c.line(false, "store: the folder "+dir+" cannot be written: "+err.Error(), "it must belong to the user that runs disputewatch, on a disk that is not read-only; check as that user: sudo -u disputewatch disputewatch check")
		return false
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		c.line(true, "store: sqlite:"+path+" will be made at the first start", "")
		return false
	}
	if err := syscall.Access(path, write); err != nil {
		c.line(false, "store: "+path+" cannot be written: "+err.Error(), "give it to the user that runs disputewatch: chown disputewatch "+path)
		return false
	}
	return true
}
