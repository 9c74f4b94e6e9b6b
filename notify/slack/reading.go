package slack

import (
	"errors"

	"github.com/disputewatch/disputewatch/notify"
)

// reading takes the doubt out of the error of a call that only reads: whatever
// became of it, nothing was said.
func reading(err error) error {
	var unclear *notify.Ambiguous
	if errors.As(err, &unclear) {
		return unclear.Err
	}
	return err
}
