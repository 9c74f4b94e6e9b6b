package casebook

import (
	"context"
	"database/sql"
	"errors"
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
