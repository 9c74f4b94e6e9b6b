-- +goose Up
-- +goose StatementBegin
alter table mails add column understood bigint; -- 1: every field of its kind was read; null: recorded before this was kept
create index mails_klarna on mails (recorded_at) where outcome in ('notice', 'unknown');
-- +goose StatementEnd

-- +goose Down
drop index mails_klarna;
alter table mails drop column understood;
