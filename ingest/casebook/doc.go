// Package casebook is the durable record: where we stand in each folder, the
// mails and their ends, the cases with the events that made them, and the
// outbox of what must reach people. It lies in SQLite (one machine) or in
// PostgreSQL (several); one SQL text serves both, and opening it migrates it.
//
// What it promises:
//   - A [rules.Batch] is recorded whole or not at all, together with its events,
//     its cases, what they let fall due, and the position in the folder.
//   - A case changes only through [rules.Apply], and each change stands beside
//     the event that made it. Events are never removed, and nothing but a purge changes
//     them; those of a case that goes into another move there.
//   - Work that must be done once is claimed for a time. A claim's epoch is
//     checked inside each transaction that it covers, so that a holder who was
//     paused and comes back late changes nothing. Claims go by the database's
//     clock, whatever time it is on the machines that share it.
//   - A message is queued once for its key; an attempt to send it is recorded
//     before the call.
//
// Times are UTC microseconds in BIGINT, 0 for none; ids are TEXT; a case and an
// event are JSON beside the columns that are searched.
package casebook
