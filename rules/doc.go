// Package rules says what a case is and what must happen next. It is pure: no
// clock, no I/O, nothing but the standard library. Its words are the ones that
// the other packages share.
//
//   - [Apply] is the only way to change a case: Apply(case, event).
//   - [Decide] says what is due now, why, and when to ask again.
//   - [Policy.Flaws] says which ladders would let a case go quiet.
//
// # What one mail does
//
// It goes through what it may change in the order of takeMail: its words
// (apply_said.go), the stage that it asks for (apply_lane.go), its date
// (apply_deadline.go); then Klarna asks (apply_asking.go), or has its answer
// (apply_ending.go). What that begins anew is in round.go, what will be said of it
// in news.go. Each other event has a file of the same kind.
//
// # What becomes of a case
//
// Each row is something that happens, each column the state before it; "-" is
// refused. The claim and the snooze still last, and the answer and the end are a
// person's word. TestCaseBecomesWhatTheTableSays holds the table against Apply.
//
// Without a dispute at Stripe that is surely the case's:
//
//	                                        open      claimed   snoozed   answered  closed
//	a dispute mail, genuine                 open      claimed   open      open      open
//	a dispute mail, unverified              open      claimed   open      answered  closed
//	a reminder, genuine                     open      claimed   open      open      open
//	a follow-up, genuine                    open      claimed   open      open      open
//	an appeal is open, genuine              open      claimed   open      open      open
//	a mail nobody understands, genuine      open      claimed   open      open      open
//	a stop request, genuine                 open      open      open      open      open
//	an investigation, unverified            open      open      open      open      open
//	Klarna: resolved, genuine               closed    closed    closed    closed    closed
//	Klarna: resolved, unverified            open      claimed   open      answered  closed
//	Klarna: evidence received, genuine      answered  answered  answered  answered  closed
//	Klarna: evidence received, unverified   open      claimed   open      answered  closed
//	a mail is read again, and says more     open      claimed   snoozed   answered  closed
//	a reply to the mail in Sent             open      claimed   snoozed   answered  closed
//	a younger case joins it                 open      claimed   open      open      open
//	a person: I'm on it                     claimed   claimed   claimed   -         -
//	a person: snooze                        snoozed   snoozed   snoozed   -         -
//	a person: answered                      answered  answered  answered  answered  -
//	a person: not a dispute                 closed    closed    closed    closed    -
//	a person: reopen                        -         -         -         open      open
//	a person links a charge                 open      claimed   snoozed   answered  closed
//	a charge is found                       open      claimed   snoozed   answered  closed
//	Stripe: won, if this is the charge      open      claimed   snoozed   answered  closed
//	Stripe shows no dispute for long        open      claimed   snoozed   answered  closed
//	a step is told                          open      claimed   snoozed   answered  closed
//	its card is posted                      open      claimed   snoozed   answered  closed
//	the promised time is over               open      open      open      answered  closed
//
// Where Stripe shows a dispute that surely is the case's, which was a chargeback
// that needs a response:
//
//	                                        open      claimed   snoozed   answered  closed
//	needs_response                          open      claimed   snoozed   answered  open
//	needs_response, the answer's day later  open      open      open      open      open
//	needs_response, evidence submitted      answered  answered  answered  answered  answered
//	needs_response, refunded                open      claimed   snoozed   answered  open
//	under_review                            answered  answered  answered  answered  closed
//	warning_needs_response (another stage)  open      open      open      open      open
//	warning_needs_response, refunded        answered  answered  answered  answered  answered
//	warning_needs_response, partly refunded open      open      open      open      open
//	warning_under_review                    answered  answered  answered  answered  answered
//	warning_closed                          closed    closed    closed    closed    closed
//	won                                     closed    closed    closed    closed    closed
//	lost                                    closed    closed    closed    closed    closed
//	prevented                               closed    closed    closed    closed    closed
//	a status unknown to us                  open      claimed   snoozed   answered  closed
//	a reminder, genuine                     open      claimed   open      open      open
//	a stop request, genuine                 open      claimed   open      open      open
//	Klarna: resolved, genuine               open      claimed   open      answered  closed
//	Klarna: evidence received, genuine      open      claimed   open      answered  closed
//	a reply to the mail in Sent             open      claimed   snoozed   answered  closed
package rules
