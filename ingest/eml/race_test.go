//go:build race

package eml

// slow is how much longer the race detector, which CI runs under, may take.
const slow = 10

// more is how much more memory it may hold: its allocations are larger, and on a
// busy machine they are cleared away later.
const more = 2
