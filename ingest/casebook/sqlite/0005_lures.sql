-- +goose Up
-- +goose StatementBegin
alter table mails add column lure text not null default ''; -- rules.Lure: what a forged mail names of an order, and what was found
alter table mails add column lure_at bigint not null default 0; -- when Stripe is asked for it; 0 is never
create index mails_lure on mails (lure_at) where lure_at > 0;

create table mail_events (
  mail_id text   not null references mails (id),
  n       bigint not null, -- from 1 for each mail
  type    text   not null, -- dismiss, reread, order
  at      bigint not null,
  who     text   not null,
  body    text   not null, -- rules.MailEvent
  primary key (mail_id, n)
) without rowid;
-- +goose StatementEnd

-- +goose Down
drop table mail_events;
drop index mails_lure;
alter table mails drop column lure_at;
alter table mails drop column lure;
