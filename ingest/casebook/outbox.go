package casebook

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

// ErrEmpty says that nothing waits to be sent: nothing is due, or all of it is
// held by others.
var ErrEmpty = errors.New("nothing waits to be sent")

// content is what a message carries beside its columns.
type content struct {
	Escalation *rules.Escalation `json:"escalation,omitempty"`
	About      map[string]string `json:"about,omitempty"`
}

// Queue puts a message into the outbox, once for its Key: asked again it does
// nothing and says false. ID, QueuedAt and NextAt are set where they are not.
func (b *Book) Queue(ctx context.Context, m rules.Message) (bool, error) {
	var queued bool
	err := b.change(ctx, "queue a message in", func(c *change) error {
		var err error
		queued, err = c.queue(ctx, m)
		return err
	})
	return queued, err
}

func (c *change) queue(ctx context.Context, m rules.Message) (bool, error) {
	args, err := c.message(m)
	if err != nil {
		return false, err
	}
	r, err := c.ExecContext(ctx, insertMessage, args...)
	err = one(r, err, errAgain)
	if errors.Is(err, errAgain) {
		return false, nil
	}
	return err == nil, err
}

// queueLater is queue at the end of the change, which counts what it tells.
func (c *change) queueLater(m rules.Message) error {
	args, err := c.message(m)
	if err != nil {
		return err
	}
	c.later(insertMessage, func(n int64) error {
		c.told += n
		return nil
	}, args...)
	return nil
}

const insertMessage = `insert into outbox (id, key, kind, case_id, claim_key, rank, state, queued_at, next_at,
		attempts, tried_at, seen, done_at, channel, ts, error, body)
	values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, 0, 0, 0, 0, '', '', '', $9) on conflict (key) do nothing`

// message is the values of insertMessage.
func (c *change) message(m rules.Message) ([]any, error) {
	body, err := encoded(content{m.Escalation, m.About})
	if err != nil {
		return nil, err
	}
	id := cmp.Or(clean(m.ID), newID("o-", 16))
	claimKey := "message/" + id
	if m.Case != "" {
		claimKey = "messages/" + m.Case
	}
	queuedAt := m.QueuedAt
	if queuedAt.IsZero() {
		queuedAt = c.now
	}
	return []any{id, indexed(m.Key), string(m.Kind), m.Case, claimKey, int64(m.Rank), micros(queuedAt), micros(m.NextAt), body}, nil
}

// Take claims the most urgent message that is due and that nobody holds, by
// rank and then by age, or returns ErrEmpty. While a message of a case is held,
// no other of that case is handed out: the first one posts the card that the
// others hang on. TriedAt is the first attempt of which it is not known that
// the message was delivered: since then it may stand in Slack.
func (b *Book) Take(ctx context.Context) (rules.Message, rules.Claim, error) {
	var m rules.Message
	var claim rules.Claim
	err := b.change(ctx, "take a message from", func(c *change) error {
		found, key, err := c.mostUrgent(ctx)
		if err != nil {
			return err
		}
		m = found
		claim, err = c.claim(ctx, key)
		if is[*HeldError](err) {
			return errAgain // another taker was faster
		}
		if err != nil {
			return err
		}
		_, err = c.ExecContext(ctx, `update outbox set seen = coalesce((select events from cases where id = $2), 0) where id = $1`, m.ID, m.Case)
		return err
	})
	if errors.Is(err, errAgain) || is[*HeldError](err) {
		return rules.Message{}, rules.Claim{}, ErrEmpty // a crowd: others are on it
	}
	return m, claim, err
}

// longestWait is more than anybody puts a message off for.
const longestWait = 24 * time.Hour

// cardWait is how long a step waits for an earlier one of a case without a card
// whose attempt had no clear end: that one may stand in Slack as the card, and
// this one would be a second. It is longer than the desk's longest back-off, so
// that the earlier one is looked for at least once.
const cardWait = 15 * time.Minute

func (c *change) mostUrgent(ctx context.Context) (rules.Message, string, error) {
	var m rules.Message
	var key, body string
	var rank, queued, next, attempts, tried int64
	err := c.QueryRowContext(ctx, `select o.id, o.key, o.kind, o.case_id, o.claim_key, o.rank, o.queued_at, o.next_at,
			o.attempts, o.tried_at, o.error, o.body
		from outbox o left join claims l on l.key = o.claim_key
		where o.state = 'waiting' and (o.next_at <= $1 or o.next_at > $3) and (l.key is null or l.until <= $5 or l.until > $2)
			and not (o.kind = 'step' and o.case_id <> '' and o.queued_at > $4
				and exists (select 1 from outbox p where p.case_id = o.case_id and p.case_id <> '' and p.kind = 'step' and p.state = 'waiting'
					and p.tried_at > 0 and (p.queued_at, p.id) < (o.queued_at, o.id))
				and not exists (select 1 from outbox t where t.case_id = o.case_id and t.case_id <> '' and t.kind = 'step' and t.state = 'told'))
		order by o.rank, o.queued_at, o.id limit 1`+c.book.store.skipLocked,
		micros(c.now), c.book.shared(c.now.Add(2*claimLasts)), micros(c.now.Add(longestWait)), micros(c.now.Add(-cardWait)), c.book.shared(c.now)).
		Scan(&m.ID, &m.Key, &m.Kind, &m.Case, &key, &rank, &queued, &next, &attempts, &tried, &m.Error, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return m, "", ErrEmpty
	}
	if err != nil {
		return m, "", err
	}
	var in content
	if err := json.Unmarshal([]byte(body), &in); err != nil {
		return m, "", err
	}
	m.Escalation, m.About = in.Escalation, in.About
	m.Rank, m.Attempts = int(rank), int(attempts)
	m.QueuedAt, m.NextAt, m.TriedAt = moment(queued), moment(next), moment(tried)
	return m, key, nil
}

// Repeated says that a message which was queued after m, and which waits or was
// told, says all that m would.
func (b *Book) Repeated(ctx context.Context, m rules.Message) (bool, error) {
	const what = "look for repeats in"
	rows, err := b.db.QueryContext(ctx, `select body from outbox
		where case_id = $1 and kind = $2 and state in ('waiting', 'told') and (queued_at, id) > ($3, $4)`,
		m.Case, string(m.Kind), micros(m.QueuedAt), m.ID)
	if err != nil {
		return false, b.fault(what, err)
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		var in content
		if err := rows.Scan(&body); err != nil {
			return false, b.fault(what, err)
		}
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			return false, b.fault(what, err)
		}
		if (rules.Message{Kind: m.Kind, Case: m.Case, Escalation: in.Escalation, About: in.About}).Repeats(m) {
			return true, nil
		}
	}
	return false, b.fault(what, rows.Err())
}

// Digests lists the days whose digests were told, of those queued since then.
func (b *Book) Digests(ctx context.Context, since time.Time) ([]string, error) {
	const what = "list digests in"
	rows, err := b.db.QueryContext(ctx, `select body from outbox where kind = $1 and case_id = '' and state = 'told' and queued_at >= $2 order by queued_at`,
		string(rules.MessageDigest), micros(since))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var days []string
	for rows.Next() {
		var body string
		var in content
		if err := rows.Scan(&body); err != nil {
			return nil, b.fault(what, err)
		}
		if err := json.Unmarshal([]byte(body), &in); err != nil {
			return nil, b.fault(what, err)
		}
		days = append(days, in.About[rules.AboutDay])
	}
	return days, b.fault(what, rows.Err())
}

// ToldSince counts the messages of a kind, about no case, that were told since then,
// up to most.
func (b *Book) ToldSince(ctx context.Context, kind rules.MessageKind, since time.Time, most int) (int, error) {
	var n int
	err := b.db.QueryRowContext(ctx, `select count(*) from (select 1 from outbox
		where kind = $1 and case_id = '' and state = 'told' and done_at >= $2 limit $3) as told`,
		string(kind), micros(since), int64(most)).Scan(&n)
	return n, b.fault("count messages in", err)
}

// Outbox says how many messages wait, and since when the oldest does.
func (b *Book) Outbox(ctx context.Context) (waiting int, oldest time.Time, err error) {
	var since int64
	err = b.db.QueryRowContext(ctx, `select count(*), coalesce(min(queued_at), 0) from outbox where state = 'waiting'`).Scan(&waiting, &since)
	return waiting, moment(since), b.fault("count messages in", err)
}
