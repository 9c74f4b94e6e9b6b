//go:build !race

package eml

// slow is how much longer the race detector may take: it is not here.
const slow = 1

// more is how much more memory it may hold: none here.
const more = 1
