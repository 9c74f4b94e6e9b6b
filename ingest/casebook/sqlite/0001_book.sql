-- +goose Up
-- +goose StatementBegin
create table folders (
  mailbox      text   not null,
  folder       text   not null,
  uid_validity bigint not null,
  uid_next     bigint not null,
  seen         text   not null, -- an IMAP set: 1:3,7
  swept_at     bigint not null,
  read_at      bigint not null,
  primary key (mailbox, folder)
) without rowid;

create table cases (
  id        text   not null primary key,
  state     text   not null, -- when it was written; claims and snoozes lapse later
  stage     text   not null,
  mailbox   text   not null,
  account   text   not null, -- the Stripe account's name in the config
  dispute   text   not null, -- Klarna's dispute id, '' where unknown
  opened_at bigint not null,
  closed_at bigint not null,
  next_at   bigint not null, -- when rules.Decide wants to be asked again; 0 is never
  events    bigint not null, -- how many it has had: the number of the last one
  writes    bigint not null, -- grows with each transaction that takes the row's lock
  into_id   text   not null, -- the elder case that it went into
  body      text   not null  -- rules.Case
);
create index cases_next on cases (next_at) where next_at > 0;
create index cases_dispute on cases (dispute) where dispute <> '';

create table case_keys (
  key     text not null primary key,
  case_id text not null references cases (id)
) without rowid;
create index case_keys_case on case_keys (case_id);

create table mails (
  id           text   not null primary key,
  identity     text   unique, -- digest of Message-ID and hash; null while the body could not be had
  message_id   text   not null,
  hash         text   not null,
  mailbox      text   not null, -- where it was seen first
  folder       text   not null,
  uid_validity bigint not null,
  uid          bigint not null,
  mail_date    bigint not null,
  size         bigint not null,
  outcome      text   not null,
  kind         text   not null,
  verdict      text   not null,
  why          text   not null,
  error        text   not null,
  raw          blob,
  words        text   not null, -- readable text, until retention ends it
  case_id      text   not null, -- '' where it belongs to none
  recorded_at  bigint not null
);
create index mails_case on mails (case_id) where case_id <> '';

create table sightings (
  mailbox      text   not null,
  folder       text   not null,
  uid_validity bigint not null,
  uid          bigint not null,
  mail_id      text   not null references mails (id),
  seen_at      bigint not null,
  primary key (mailbox, folder, uid_validity, uid)
) without rowid;
create index sightings_mail on sightings (mail_id);

create table events (
  case_id text   not null references cases (id),
  n       bigint not null, -- from 1 in each case
  type    text   not null,
  at      bigint not null,
  who     text   not null,
  origin  text   not null, -- the case that it happened to, before a merge moved it
  mail_id text   not null, -- '' unless a mail said it
  body    text   not null, -- rules.Event
  primary key (case_id, n)
) without rowid;

create table outbox (
  id        text   not null primary key,
  key       text   not null unique,
  kind      text   not null,
  case_id   text   not null,
  claim_key text   not null, -- messages of one case go out one after the other
  rank      bigint not null,
  state     text   not null, -- waiting, told, dropped
  queued_at bigint not null,
  next_at   bigint not null,
  attempts  bigint not null,
  tried_at  bigint not null, -- the first attempt whose end is not known to be a delivery
  seen      bigint not null, -- the number of its case's last event when it was taken
  done_at   bigint not null,
  channel   text   not null, -- where it stands
  ts        text   not null,
  error     text   not null, -- of the last attempt, or why it was dropped
  body      text   not null  -- escalation and facts
);
create index outbox_waiting on outbox (rank, queued_at) where state = 'waiting';
create index outbox_case on outbox (case_id) where case_id <> '';

create table claims (
  key    text   not null primary key,
  holder text   not null,
  epoch  bigint not null,
  until  bigint not null
) without rowid;

create table health (
  part      text   not null primary key,
  good_at   bigint not null,
  bad_since bigint not null,
  failures  bigint not null,
  error     text   not null,
  told      bigint not null
) without rowid;

create table tokens (
  name       text   not null primary key,
  secret     text   not null, -- a rotated refresh token
  changed_at bigint not null
) without rowid;
-- +goose StatementEnd

-- +goose Down
drop table tokens;
drop table health;
drop table claims;
drop table outbox;
drop table events;
drop table sightings;
drop table mails;
drop table case_keys;
drop table cases;
drop table folders;
