// Package notify tells people. The desk takes what is due from the outbox,
// finds the words for it, hands it to Slack and records the end.
//
//   - [Desk.Deliver] is one pass over the outbox: taken, attempted, posted,
//     settled; what ends unclear is looked for before it is posted again.
//   - [CardOf] and its neighbours are the words, one function for each kind of
//     message. They know nothing of Slack.
//
// Delivery is at least once. Nobody claims exactly once.
package notify
