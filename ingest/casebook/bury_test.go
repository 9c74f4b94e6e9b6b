package casebook_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/disputewatch/disputewatch/ingest/casebook"
	"github.com/disputewatch/disputewatch/rules"
)

func TestWorkOfADeadProcessIsFreeAtOnce(t *testing.T) {
	eachDB(t, func(w *world) {
		died, lives := w.another("died/1"), w.another("lives/2")
		old, err := died.Claim(w.ctx, "mailbox/a")
		w.must(err)
		_, err = lives.Claim(w.ctx, "mailbox/b")
		w.must(err)
		w.queue(rules.Message{Key: "in hand"})
		_, inHand, err := died.Take(w.ctx)
		w.must(err)

		buried, err := w.Bury(w.ctx, func(h string) bool { return h == "died/1" })
		if err != nil || len(buried) != 1 || !slices.Equal(buried["died/1"], []string{"mailbox/a", inHand.Key}) {
			w.Errorf("buried %q, %v", buried, err)
		}
		if _, err := w.Claim(w.ctx, "mailbox/a"); err != nil {
			w.Error(err)
		}
		if _, _, err := w.Take(w.ctx); err != nil {
			w.Errorf("the message in the dead one's hand: %v", err)
		}
		if _, err := w.Claim(w.ctx, "mailbox/b"); !errors.As(err, new(*casebook.HeldError)) {
			w.Errorf("the living one's claim: %v", err)
		}
		if _, err := died.Renew(w.ctx, old); !errors.As(err, new(*casebook.LostError)) {
			w.Errorf("a wrong word: the dead one renews: %v", err)
		}
	})
}
