package casebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/disputewatch/disputewatch/rules"
)

const timeForm = time.RFC3339

// maxLures is how many forged mails are looked after at once: each costs Stripe
// a few requests, and a flood of them must not.
const maxLures = 5

// Lures lists the forged mails of a Stripe account whose orders are to be looked
// for now, the oldest first.
func (b *Book) Lures(ctx context.Context, account string) ([]rules.LuredMail, error) {
	const what = "list forged mails in"
	rows, err := b.db.QueryContext(ctx, `select id, recorded_at, lure from mails
		where lure_at > 0 and lure_at <= $1 and lure <> '' order by lure_at, id`, micros(b.now()))
	if err != nil {
		return nil, b.fault(what, err)
	}
	defer rows.Close()
	var all []rules.LuredMail
	for rows.Next() && len(all) < maxLures {
		var m rules.LuredMail
		var at int64
		var body string
		if err := rows.Scan(&m.ID, &at, &body); err != nil {
			return nil, b.fault(what, err)
		}
		if err := json.Unmarshal([]byte(body), &m.Lure); err != nil {
			return nil, b.fault(what, err)
		}
		if m.At = moment(at); m.Account == account {
			all = append(all, m)
		}
	}
	return all, b.fault(what, rows.Err())
}

// Sought records which charges have what a forged mail names, and when to look
// again; zero is never. What waits to be told of the mail says so, and is told
// now; where it was told already, an order that exists is news.
func (b *Book) Sought(ctx context.Context, claim rules.Claim, id string, found []string, again time.Time) error {
	return b.change(ctx, "record the orders of a forged mail in", func(c *change) error {
		if err := c.under(ctx, &claim); err != nil {
			return err
		}
		var hash, body string
		var l rules.Lure
		err := c.QueryRowContext(ctx, `select hash, lure from mails where id = $1 and lure_at > 0`, id).Scan(&hash, &body)
		if errors.Is(err, sql.ErrNoRows) {
			return nil // it was dismissed, or is no longer called forged
		}
		if err == nil {
			err = json.Unmarshal([]byte(body), &l)
		}
		if err != nil {
			return err
		}
		news := slices.DeleteFunc(slices.Clone(found), func(id string) bool { return slices.Contains(l.Charges, id) })
		l.Charges = append(l.Charges, news...)
		if body, err = encoded(l); err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, `update mails set lure = $2, lure_at = $3 where id = $1`, id, body, micros(again)); err != nil {
			return err
		}
		if len(news) > 0 {
			if err := c.mailEvent(ctx, id, rules.MailEvent{Type: rules.MailOrder, By: "stripe " + l.Account, Charges: news}); err != nil {
				return err
			}
		}
		return c.tellLure(ctx, hash, strings.Join(l.Charges, " "), len(news) > 0)
	})
}

func (c *change) tellLure(ctx context.Context, hash, orders string, news bool) error {
	m, err := c.queued(ctx, "forged/"+hash)
	if err != nil || m.id == "" {
		return err
	}
	delete(m.about, rules.AboutSought)
	if orders != "" {
		m.about[rules.AboutOrders] = orders
	}
	if m.state == "waiting" && m.attempts == 0 {
		body, err := encoded(content{About: m.about})
		if err != nil {
			return err
		}
		_, err = c.ExecContext(ctx, `update outbox set body = $2, next_at = 0 where id = $1`, m.id, body)
		return err
	}
	if !news {
		return nil
	}
	_, err = c.queue(ctx, rules.Message{Key: "forged-order/" + hash, Kind: rules.MessageForged, Rank: rules.RankForged, About: m.about})
	return err
}

// queuedMessage is a row of the outbox; the zero value is none.
type queuedMessage struct {
	id, kind, state string
	attempts        int64
	channel, ts     string
	about           map[string]string
}

func (c *change) queued(ctx context.Context, key string) (queuedMessage, error) {
	var m queuedMessage
	var body string
	err := c.QueryRowContext(ctx, `select id, kind, state, attempts, channel, ts, body from outbox where key = $1`, indexed(key)).
		Scan(&m.id, &m.kind, &m.state, &m.attempts, &m.channel, &m.ts, &body)
	if errors.Is(err, sql.ErrNoRows) {
		return queuedMessage{}, nil
	}
	if err != nil {
		return m, err
	}
	var in content
	if err := json.Unmarshal([]byte(body), &in); err != nil {
		return m, err
	}
	if m.about = in.About; m.about == nil {
		m.about = map[string]string{} // a purge emptied it
	}
	return m, nil
}
