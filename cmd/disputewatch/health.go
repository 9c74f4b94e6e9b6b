package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// missedPolls is how many polls of a mailbox may be missed before people are
// told, and pollsPerPass within how many intervals each mailbox must have been
// read for a pass to count as complete (DESIGN.md, "Failing").
const (
	missedPolls  = 3
	stripeFresh  = 15 * time.Minute
	slackFresh   = time.Hour
	heartbeatGap = time.Minute
)

// begin looks at what the book remembers, and notes what a start has to note. A
// book that cannot be written then, for its database only reads, keeps no daemon
// from starting: it would tell nobody.
func (h *house) begin(ctx context.Context) error {
	ctx, done := context.WithTimeout(ctx, bookTime)
	defer done()
	if err := h.lookForGaps(ctx); err != nil {
		return err
	}
	h.noteStart(ctx)
	return nil
}

// noteStart notes what a start has to note, until it is noted.
func (h *house) noteStart(ctx context.Context) {
	if h.noted {
		return
	}
	var err error
	for _, note := range []func(context.Context) error{h.tellUp, h.book.SetBack, h.tellGaps, h.noteDeath} {
		if err = note(ctx); err != nil {
			break
		}
	}
	h.noted = err == nil
	h.logTroubles("start", err)
}

// lookForGaps notices from stored times that a mailbox was not read for a while
// because nothing ran.
func (h *house) lookForGaps(ctx context.Context) error {
	parts, err := h.book.Health(ctx)
	if err != nil {
		return err
	}
	now := h.now()
	for _, part := range parts {
		gap := h.allowed(part.Part, now)
		if gap == 0 || part.GoodAt.IsZero() || now.Sub(part.GoodAt) <= gap {
			continue
		}
		h.log.Warn("polls were missed", "part", part.Part, "last", part.GoodAt.UTC().Format(time.RFC3339))
		h.gaps = append(h.gaps, rules.Message{
			Key:  fmt.Sprintf("alarm/gap/%s/%d", part.Part, part.GoodAt.Unix()),
			Kind: rules.MessageAlarm, About: map[string]string{
				rules.AboutPart: part.Part, rules.AboutSince: part.GoodAt.UTC().Format(time.RFC3339),
				rules.AboutWhy: "disputewatch did not run: " + silence(part, now), rules.AboutEnded: now.UTC().Format(time.RFC3339),
			},
		})
	}
	return nil
}

// tellGaps says once of each gap that it was: a poller that died in silence must
// not come back in silence.
func (h *house) tellGaps(ctx context.Context) error {
	for _, gap := range h.gaps {
		if _, err := h.book.Queue(ctx, gap); err != nil {
			return err
		}
	}
	return nil
}

// paces are how long each mailbox may stay unread. Each poll asks that of all
// mailboxes, and a schedule is slow to work out.
type paces struct {
	mu   sync.Mutex
	at   time.Time                // when they were worked out
	gaps map[string]time.Duration // by part
}

// pacesHold is how long they hold: a schedule may change its pace at night.
const pacesHold = time.Minute

// allowed is how long a mailbox may stay unread; 0 for other parts.
func (h *house) allowed(part string, now time.Time) time.Duration {
	h.paces.mu.Lock()
	defer h.paces.mu.Unlock()
	if h.paces.gaps == nil || now.Sub(h.paces.at).Abs() >= pacesHold {
		h.paces.at, h.paces.gaps = now, map[string]time.Duration{}
		intervals := map[string]time.Duration{} // by schedule: most share one
		for _, m := range h.config.Mailboxes {
			if _, known := intervals[m.Schedule]; !known {
				intervals[m.Schedule] = interval(m.Schedule, now)
			}
			h.paces.gaps["mailbox/"+m.Name] = missedPolls * intervals[m.Schedule]
		}
	}
	return h.paces.gaps[part]
}

// alarm tells whoever can mend it that a part has been failing for a while:
// after three failures in a row, then again when the time since it broke has
// doubled, and once more when it works again.
func (h *house) alarm(ctx context.Context, was rules.Health, cause error) error {
	now := h.now()
	about := map[string]string{rules.AboutPart: was.Part, rules.AboutSince: was.BadSince.UTC().Format(time.RFC3339)}
	key := fmt.Sprintf("alarm/%s/%d/%d", was.Part, was.BadSince.Unix(), was.Told)
	switch {
	case was.BadSince.IsZero() || cause == nil && was.Told == 0:
		return nil
	case cause == nil:
		key += "/ended"
		about[rules.AboutEnded] = now.UTC().Format(time.RFC3339)
		about[rules.AboutWhy], _ = apart(errors.New(was.Error)) // what was told of it may have been overtaken
	case was.Failures < missedPolls || now.Sub(was.BadSince) < againAfter(was.Told):
		return nil
	default:
		about[rules.AboutWhy], about[rules.AboutHint] = apart(cause)
	}
	if cause == nil {
		_, err := h.book.Queue(ctx, rules.Message{Key: key, Kind: rules.MessageAlarm, About: about})
		return err
	}
	_, err := h.book.Alarm(ctx, was.Part, rules.Message{Key: key, Kind: rules.MessageAlarm, About: about})
	return err
}

// againAfter is how long after it broke a part is told of for the nth time: at
// once, after an hour, two, four, … at most daily.
func againAfter(told int) time.Duration {
	if told == 0 {
		return 0
	}
	if told > 5 {
		return time.Duration(told-4) * 24 * time.Hour
	}
	return time.Hour << (told - 1)
}

// apart takes an error apart into what is wrong and what to do about it.
func apart(err error) (why, hint string) {
	var whys, hints []string
	for line := range strings.Lines(err.Error()) {
		line = strings.TrimSpace(line)
		if text, ok := strings.CutPrefix(line, "hint: "); ok {
			hints = append(hints, text)
		} else if line != "" {
			whys = append(whys, line)
		}
	}
	return strings.Join(whys, "; "), strings.Join(hints, "; ")
}

// complete says whether everything works as it should, and tells the outside:
// silence is a fault, so the heartbeat is sent only while all of this holds.
func (h *house) complete(ctx context.Context) error {
	if ctx.Err() != nil {
		return nil
	}
	ctx, done := h.within(ctx, bookTime)
	defer done()
	why, err := h.lacking(ctx)
	if err != nil {
		return err
	}
	if len(why) > 0 {
		h.tell("STATUS=not well: " + strings.Join(why, "; "))
		return nil
	}
	now := h.now()
	h.metrics.Passed(now)
	_, err = h.book.Good(ctx, "pass")
	h.tell("STATUS=all mailboxes read, last complete pass " + now.In(h.policy.Calendar.Location).Format("15:04"))
	h.beat(ctx, now)
	return err
}

// lacking names what keeps a pass from being complete: every mailbox read
// within 3 of its intervals, Stripe, and Slack within the hour.
func (h *house) lacking(ctx context.Context) ([]string, error) {
	parts, err := h.book.Health(ctx)
	if err != nil {
		return nil, err
	}
	now, good := h.now(), map[string]time.Time{}
	for _, p := range parts {
		good[p.Part] = p.GoodAt
	}
	var why []string
	want := func(part string, within time.Duration) {
		if now.Sub(good[part]) > within {
			why = append(why, part+": "+silence(rules.Health{GoodAt: good[part]}, now))
		}
	}
	for _, m := range h.config.Mailboxes {
		want("mailbox/"+m.Name, h.allowed("mailbox/"+m.Name, now))
	}
	for _, s := range h.config.Stripe {
		want("stripe/"+s.Name, stripeFresh)
	}
	want("slack", slackFresh)
	return why, nil
}

// httpTime bounds a call of the page's webhook or of the heartbeat.
const httpTime = 15 * time.Second

// beat calls the heartbeat's URL. A failure is logged: whoever waits for the
// beat learns of it by not hearing it.
func (h *house) beat(ctx context.Context, now time.Time) {
	url := h.config.Secret(h.config.Heartbeat.URLFile)
	h.beatMu.Lock()
	due := url != nil && now.Sub(h.beatAt).Abs() >= heartbeatGap
	if due {
		h.beatAt = now
	}
	h.beatMu.Unlock()
	if !due {
		return
	}
	target, err := url.Read()
	if err == nil {
		err = get(ctx, target)
	}
	if err != nil {
		h.log.Error("heartbeat was not sent", "err", err)
	}
}

// get makes one HTTP request whose answer must be a 2xx. Its errors do not hold
// the URL, which is a secret.
func get(ctx context.Context, target string) error {
	ctx, done := context.WithTimeout(ctx, httpTime)
	defer done()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return errors.New("the file holds no URL")
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return errors.Unwrap(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return nil
}
