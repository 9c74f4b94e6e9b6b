package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// Desk hands what is due in the outbox to people. Its fields are set once,
// before the first Deliver, which may then run any number of times at once, here
// and in other daemons: a message is held by one of them.
type Desk struct {
	Outbox Outbox
	Slack  Messenger
	Policy rules.Policy
	Now    func() time.Time

	Channel  string            // where cases are told
	Channels map[string]string // by mailbox; "" or absent is Channel
	Alarms   string            // where alarms are told; "" is Channel
	OnCall   []string          // Slack ids that "on_call" stands for
	Ops      []string          // Slack ids that "ops" stands for

	AlarmMentions []string // who is named in alarms: "ops", "on_call", "@here" or Slack ids; nil is ops
	Buttons       bool     // cards have buttons: somebody serves their clicks

	// Page wakes somebody; nil where nobody asked for it. Post.ID is the key by
	// which the other side knows a repetition.
	Page func(ctx context.Context, p Post) error
	// Queue adds a message to the outbox, once for each key: a step that pages
	// queues its page as a message of its own, so that neither waits for the
	// other. It is needed where Page is set.
	Queue func(ctx context.Context, m rules.Message) (bool, error)
	// Digest gathers the facts of a day's digest when it is told; nil where
	// there is no digest.
	Digest func(ctx context.Context, day string) (Digest, error)
	// Gathering says that many cases like this one may be coming to light just
	// now, so that its first word had better wait; nil is never. What still can
	// be answered and is of the lane of stop requests never waits.
	Gathering func(ctx context.Context, c rules.Case) (bool, error)
	// Copies lists where else a case's card stands: a step with a channel of its
	// own posts it there. nil is nowhere.
	Copies func(ctx context.Context, c rules.Case) ([]rules.Place, error)
	// Repeated says that a younger message, which waits or was told, says all that
	// m would: then m is not told any more. nil is never.
	Repeated func(ctx context.Context, m rules.Message) (bool, error)
	// ToldSince counts the messages of a kind that were told since then, up to most;
	// nil is none.
	ToldSince func(ctx context.Context, kind rules.MessageKind, since time.Time, most int) (int, error)
	// Told is called with the step's or the message kind's name for each message
	// that was told; may be nil.
	Told func(step string)
	// Wait passes the time that Slack asks for; nil waits by the clock.
	Wait func(ctx context.Context, d time.Duration) error

	// AwaitCharge is how long a dispute's first card waits for its charge to be
	// looked for: the look may find that an older case is about the same dispute,
	// and then there is nothing to post. Zero is not at all.
	AwaitCharge time.Duration

	// AwaitReading is how long a step waits for Stripe to be asked anew, where what it
	// said last is too old to act upon: the machine slept, or the daemon has just
	// begun. Zero is not at all. The lane of stop requests waits for nothing.
	AwaitReading time.Duration

	Observe bool // everything is decided and recorded, nothing is said

	mu     sync.Mutex
	silent time.Time // Slack asked for silence until then; guarded by mu
}

// The bounds of one turn. A message is held for 60 s (DESIGN.md, "Claims, not
// leaders") from when the recording of an attempt begins: that, posting, posting in two
// plainer forms, looking and settling stay below that together, or another daemon would
// post what is still under way here.
const (
	takeTime    = 10 * time.Second
	lookTime    = 12 * time.Second
	attemptTime = 10 * time.Second
	postTime    = 16 * time.Second
	plainTime   = 4 * time.Second
	settleTime  = 10 * time.Second // also after the pass was told to stop
)

// The back-off of a message that could not be told: doubled from first to cap.
// A refusal waits for a person, so it starts at the cap.
const (
	firstBackoff = 15 * time.Second
	capBackoff   = 10 * time.Minute
)

func backoff(attempts int) time.Duration {
	d := firstBackoff
	for i := 0; i < attempts && d < capBackoff; i++ {
		d *= 2
	}
	return min(d, capBackoff)
}

// Deliver tells what is due, most urgent first, until nothing is or ctx ends,
// and counts what was told. A message that fails is tried again later and stops
// no other; each cause is returned once. Where Slack asks to wait, Deliver waits
// up to two minutes, as long as ctx lasts; what it asks beyond that is kept by the
// next passes too. Pages wait for nothing of Slack's.
func (d *Desk) Deliver(ctx context.Context) (told int, err error) {
	p := pass{desk: d, refused: map[string]error{}, said: map[string]bool{}, spoken: map[string]spoken{}}
	for ctx.Err() == nil {
		m, claim, err := d.take(ctx)
		if errors.Is(err, ErrEmpty) || err != nil && ctx.Err() != nil {
			break // in the middle of asking the pass's own time ran out: no fault of the book's
		}
		if err != nil {
			p.fault("outbox", err)
			break
		}
		if !p.turn(ctx, m, claim) {
			break
		}
	}
	return p.told, errors.Join(p.errs...)
}

// take asks the outbox within a time of its own, so that a pass which lasted
// its ten minutes is not told as a book that does not answer.
func (d *Desk) take(ctx context.Context) (rules.Message, rules.Claim, error) {
	ctx, done := context.WithTimeout(ctx, takeTime)
	defer done()
	return d.Outbox.Take(ctx)
}

// pass is what one Deliver learns on its way. Only its goroutine touches it.
type pass struct {
	desk    *Desk
	told    int
	refused map[string]error // by channel: not asked again in this pass
	said    map[string]bool  // causes that are among errs
	errs    []error
	spoken  map[string]spoken // by channel
}

// fault keeps an error to return, once for each cause.
func (p *pass) fault(cause string, err error) {
	if !p.said[cause] {
		p.said[cause] = true
		p.errs = append(p.errs, err)
	}
}

// turn brings one message to an end and says whether the pass goes on.
func (p *pass) turn(ctx context.Context, m rules.Message, claim rules.Claim) bool {
	end, err := p.deliver(ctx, m, claim)
	goOn := true
	if err != nil {
		end, goOn = p.failed(ctx, m, err)
	}
	settle, done := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer done()
	if err := p.desk.Outbox.Settle(settle, claim, m.ID, end); err != nil {
		p.fault("settle", fmt.Errorf("settle message %s: %w", m.ID, err))
		return false
	}
	if end.Kind == Told {
		p.told++
		if p.desk.Told != nil {
			p.desk.Told(stepOf(m))
		}
	}
	return goOn && p.pause(ctx, err)
}

// failed decides when a message is tried again, and whether any other may be
// tried in this pass.
func (p *pass) failed(ctx context.Context, m rules.Message, err error) (End, bool) {
	now := p.desk.Now()
	if errors.Is(err, ErrGone) {
		return End{Kind: Dropped, Why: "overtaken by a newer message"}, true
	}
	end := End{Kind: Again, Next: now.Add(backoff(m.Attempts)), Why: firstLine(err)}
	var later *Later
	var refused *Refused
	switch {
	case ctx.Err() != nil:
		end.Next = now // stopped in the middle: the next pass looks first
		return end, false
	case errors.As(err, &later):
		end.Next = now.Add(max(later.After, time.Second))
		return end, true
	case errors.As(err, &refused):
		end.Next = now.Add(capBackoff)
		p.fault("refused "+refused.Code, fmt.Errorf("tell %s: %w", m.Kind, err))
		return end, refused.Whom != Everything
	}
	p.fault(firstLine(err), fmt.Errorf("tell %s %s: %w", m.Kind, m.ID, err))
	return end, true
}

// stepOf names a message for the counter: the step, or the kind.
func stepOf(m rules.Message) string {
	if m.Escalation != nil && m.Kind == rules.MessageStep {
		return m.Escalation.Step
	}
	return string(m.Kind)
}

// firstLine is an error without its hint: the record keeps one line.
func firstLine(err error) string {
	s, _, _ := strings.Cut(err.Error(), "\n")
	return s
}
