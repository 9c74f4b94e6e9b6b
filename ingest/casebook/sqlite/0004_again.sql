-- +goose Up
-- +goose StatementBegin
alter table mails add column again bigint not null default 0; -- 1: not understood in full, or forged: a re-scan reads it once more
update mails set again = 1 where outcome = 'notice' and (understood = 0 and kind <> 'stripe_notice' or verdict = 'forged');
-- +goose StatementEnd

-- +goose Down
alter table mails drop column again;
