//go:build !race

package eml

// slow is how much longer the race detector may take: it is not here.
const slow = 1
