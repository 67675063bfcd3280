package ledger

import (
	"testing"
	"time"
)

// A clock that leaps ten years ahead opens no segment that would stay for ten
// years more: once it is right again rows expire as before.
func TestLeapingClock(t *testing.T) {
	b := newBox(t)
	believed := time.Date(2026, 11, 30, 20, 0, 0, 0, time.UTC)
	b.log.believed = func() time.Time { return believed }
	c := customer(t, "c-1")
	for _, row := range []struct {
		at    time.Time
		month string
	}{
		{believed, "2026-11"},
		{believed.AddDate(10, 0, 0), "2026-12"},
		{believed.AddDate(0, 0, 2), "2026-12"}, // right again
		{believed.AddDate(0, 3, 0), "2026-12"}, // and off again
	} {
		if _, err := b.log.Append(c, access(t, row.at)); err != nil {
			t.Fatal(err)
		}
		if b.log.head.Month != row.month {
			t.Errorf("a row of %s is in %s, want %s", row.at.Format(time.DateOnly), b.log.head.Month, row.month)
		}
	}
	believed = believed.AddDate(0, 14, 0) // all is well in January 2028
	if _, err := b.log.Append(c, access(t, believed)); err != nil {
		t.Fatal(err)
	}
	if n, err := b.log.Expire(believed.AddDate(0, 1, 0)); err != nil || n != 4 {
		t.Errorf("%d rows expired, want 4 (%v)", n, err)
	}
	if err := b.log.Verify(); err != nil {
		t.Error(err)
	}
}
