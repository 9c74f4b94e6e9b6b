-- +goose Up
-- +goose StatementBegin
alter table mails add column purged_at bigint not null default 0; -- when its text and bytes were removed; they do not come back
alter table cases add column purged_at bigint not null default 0; -- when all but its numbers was removed; 0 again once something happens to it
-- +goose StatementEnd

-- +goose Down
alter table mails drop column purged_at;
alter table cases drop column purged_at;
