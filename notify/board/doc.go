// Package board is what people and machines look at: the page with the cases,
// one page for each case, its CSV, the metrics and the two health answers.
//
// It only reads. A page is gathered from the book when it is asked for, worded
// in Go (row.go, case.go, history.go) and drawn by the templates in page/,
// which hold no decisions. Nothing that a mail said is ever markup, and the only
// links that leave the board are Stripe's and, for a genuine mail without a sure
// Stripe dispute, Klarna's form.
package board
