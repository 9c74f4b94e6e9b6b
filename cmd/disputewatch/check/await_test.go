package check

import (
	"slices"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/mailbox"
)

// Else a mail that comes meanwhile is seen in that folder alone.
func TestFolderOfAllMailIsLookedIntoBeforeTheOthers(t *testing.T) {
	inbox, all, junk := mailbox.Folder{Name: "INBOX"}, mailbox.Folder{Name: "All", Special: `\All`}, mailbox.Folder{Name: "Junk", Special: `\Junk`}
	listed := []mailbox.Folder{inbox, all, junk}
	if got, want := allMailFirst(listed), []mailbox.Folder{all, inbox, junk}; !slices.Equal(got, want) || listed[0] != inbox {
		t.Errorf("%v of %v, want %v", got, listed, want)
	}
}
