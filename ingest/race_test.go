//go:build race

package ingest_test

// slow is how much longer the race detector, which CI runs under, may take.
const slow = 10
