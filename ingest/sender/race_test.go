//go:build race

package sender

// slow is how much longer the race detector, which CI runs under, may take.
const slow = 10
