package casebook

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Token returns the secret that was kept last under a name, "" where none was:
// a refresh token that its provider has rotated since the file was written.
func (b *Book) Token(ctx context.Context, name string) (string, error) {
	var secret string
	err := b.db.QueryRowContext(ctx, `select secret from tokens where name = $1`, indexed(name)).Scan(&secret)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return secret, b.fault("read token "+name+" in", err)
}

// KeepToken keeps a secret under a name, in place of the one before. No error
// holds it.
func (b *Book) KeepToken(ctx context.Context, name, secret string) error {
	return b.change(ctx, "keep token "+name+" in", func(c *change) error {
		_, err := c.ExecContext(ctx, `insert into tokens (name, secret, changed_at) values ($1, $2, $3)
			on conflict (name) do update set secret = excluded.secret, changed_at = excluded.changed_at`,
			indexed(name), secret, micros(c.now))
		return err
	})
}

// RotateToken keeps a secret under a name in place of the one that it was made
// from, "" where none was kept; one that stays the same counts as used now. Where another one stands there by now, somebody
// else has rotated meanwhile: nothing changes, and the error is a *LostError.
func (b *Book) RotateToken(ctx context.Context, name, from, to string) error {
	return b.change(ctx, "rotate token "+name+" in", func(c *change) error {
		text := `update tokens set secret = $3, changed_at = $4 where name = $1 and secret = $2`
		if from == "" {
			text = `insert into tokens (name, secret, changed_at) select $1, cast($3 as text), cast($4 as bigint)
				where cast($2 as text) = '' on conflict (name) do nothing`
		}
		r, err := c.ExecContext(ctx, text, indexed(name), from, to, micros(c.now))
		return one(r, err, &LostError{"token " + name, clean(c.book.o.Holder)})
	})
}

// ForgetTokens removes the secrets that were last used before a time, and
// says how many: a new consent has taken their place, or nobody reads that
// mailbox any more.
func (b *Book) ForgetTokens(ctx context.Context, before time.Time) (n int64, err error) {
	err = b.change(ctx, "forget tokens in", func(c *change) error {
		n, err = c.count(ctx, `delete from tokens where changed_at < $1`, micros(before))
		return err
	})
	return n, err
}
