package casebook

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed sqlite/*.sql postgres/*.sql
var migrations embed.FS

// ErrNewerSchema says that a later release of this program wrote the book.
var ErrNewerSchema = errors.New("the book's schema is newer than this program")

// ErrOlderSchema says that the book must be migrated before it can be read.
var ErrOlderSchema = errors.New("the book's schema is older than this program")

// provider is goose over this store's migrations.
func (b *Book) provider() (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, b.store.kind)
	if err != nil {
		return nil, b.fault("migrate", err)
	}
	dialect := goose.DialectPostgres
	if b.store.kind == "sqlite" {
		dialect = goose.DialectSQLite3
	}
	p, err := goose.NewProvider(dialect, b.db, folder, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		return nil, b.fault("migrate", err)
	}
	return p, nil
}

// latest is the schema's version that this program knows.
func latest(p *goose.Provider) int64 {
	sources := p.ListSources()
	return sources[len(sources)-1].Version
}

// migrate brings the schema up to this program's. Several programs may start
// at once: the one that comes too late to a step finds it done.
func (b *Book) migrate(ctx context.Context) error {
	p, err := b.provider()
	if err != nil {
		return err
	}
	b.version = latest(p)
	// Each failure means that another starter took a step: one of the migrations,
	// or the table that counts them.
	for left := len(p.ListSources()) + 1; ; left-- {
		if err = b.migrateOnce(ctx, p); err == nil || errors.Is(err, ErrNewerSchema) || left == 0 {
			return err
		}
	}
}

func (b *Book) migrateOnce(ctx context.Context, p *goose.Provider) error {
	have, want, err := p.GetVersions(ctx)
	if err != nil {
		return b.fault("migrate", err)
	}
	if have > want {
		return b.newer(have, want)
	}
	if have == want {
		return nil
	}
	if _, err := p.Up(ctx); err != nil {
		return b.fault("migrate", err)
	}
	return nil
}

// sameSchema compares versions without writing anything.
func (b *Book) sameSchema(ctx context.Context) error {
	p, err := b.provider()
	if err != nil {
		return err
	}
	want := latest(p)
	var have int64
	if err := b.db.QueryRowContext(ctx, `select coalesce(max(version_id), 0) from goose_db_version`).Scan(&have); err != nil {
		return fmt.Errorf("open book %s: no schema in it: %w\nhint: is this the right store? the first scan makes the schema", b.name, err)
	}
	if have > want {
		return b.newer(have, want)
	}
	if have < want {
		return fmt.Errorf("open book %s: version %d, wanted %d: %w\nhint: run disputewatch scan once: it migrates the book", b.name, have, want, ErrOlderSchema)
	}
	return nil
}

func (b *Book) newer(have, want int64) error {
	return fmt.Errorf("open book %s: version %d, this program knows %d: %w\nhint: a later release wrote it; install that release again, or restore the backup made before", b.name, have, want, ErrNewerSchema)
}
