// Package rules says what a case is and what must happen next. It is pure: no
// clock, no I/O, nothing but the standard library. Its words are the ones that
// the other packages share.
//
//   - [Apply] is the only way to change a case: Apply(case, event).
//   - [Decide] says what is due now, why, and when to ask again.
package rules
