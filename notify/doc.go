// Package notify tells people. The desk takes what is due from the outbox,
// finds the words for it, hands it to Slack and records the end.
//
//   - [Desk.Deliver] is one pass over the outbox: taken, attempted, posted,
//     settled; what ends unclear is looked for before it is posted again.
//   - [CardOf] and its neighbours are the words, one function for each kind of
//     message. They know nothing of Slack.
//   - [WithButtons] is what a person can say of a case by a [Click], and
//     [Listener] is whoever does it. A click is answered at its card: by the card
//     itself, or in words in its thread.
//
// Delivery is at least once. Nobody claims exactly once.
package notify
