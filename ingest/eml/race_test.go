//go:build race

package eml

// slow is how much longer the race detector, which CI runs under, may take.
const slow = 10
