package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/cmd/disputewatch/health"
	"github.com/disputewatch/disputewatch/ingest/casebook"
)

// behindTime is how long a daemon that could not read a mailbox the last time stays
// behind the others, so that its own broken line does not keep them from it. A poll
// with nothing new takes a second.
const behindTime = 15 * time.Second

// triedAgain is after which time it is tried all the same: the line may be mended.
const triedAgain = 2 * time.Minute

// failing is a mailbox that this daemon could not read the last time.
type failing struct {
	is    bool
	good  time.Time // when anybody had read it well
	tried time.Time // when this daemon did
}

// note remembers how a reading ended. One that another daemon is at, or has taken over,
// says nothing of the mailbox, nor does one that the book failed.
func (p *poll) note(err error) {
	if health.Elsewhere(err) || health.Lost(err) || errors.As(err, new(*casebook.FaultError)) {
		return
	}
	p.failing = failing{}
	if err == nil || strings.HasPrefix(p.config.Store, "sqlite:") { // which has no other daemon
		return
	}
	good, asked := p.goodAt()
	p.failing = failing{asked == nil, good, p.now()}
}

// readByAnother lets the other daemons of the book read first a mailbox that this one
// could not read, and says whether one of them has since then, so that there is no need
// to try it here.
func (p *poll) readByAnother() bool {
	p.behind(p.ctx)
	good, err := p.goodAt()
	if err != nil || good.Equal(p.failing.good) {
		return p.ctx.Err() != nil
	}
	p.failing.good = good
	return p.now().Sub(p.failing.tried).Abs() < triedAgain
}

// behind waits for the others, for a part of the time between two polls.
func behind(every time.Duration) func(context.Context) {
	return func(ctx context.Context) {
		rest := time.NewTimer(min(behindTime, every/4))
		defer rest.Stop()
		select {
		case <-ctx.Done():
		case <-rest.C:
		}
	}
}

// goodAt is when anybody read the mailbox well.
func (p *poll) goodAt() (time.Time, error) {
	ctx, done := p.steps.Within(p.ctx, bookTime)
	defer done()
	part, err := p.book.Part(ctx, "mailbox/"+p.box.Account.Name)
	return part.GoodAt, err
}
