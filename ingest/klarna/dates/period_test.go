package dates

import (
	"testing"
	"time"
)

func TestMonthFromItsLastDayEndsWithTheNext(t *testing.T) {
	d := Setting{Mail: time.Date(2027, 1, 31, 9, 0, 0, 0, time.UTC)}
	if at, ok := d.add(1, "month"); !ok || !at.Equal(time.Date(2027, 2, 28, 23, 59, 59, 0, time.UTC)) {
		t.Errorf("read %v", at)
	}
}
