//go:build !race

package sender

// slow is how much longer the race detector may take: it is not here.
const slow = 1
