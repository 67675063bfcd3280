package diary_test

import (
	"testing"
	"time"

	"foyer/concierge/diary"
	"foyer/floor"
)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, time.UTC)
}

func shift(day, from, to int) floor.Shift {
	return floor.Shift{From: at(day, from, 30), To: at(day, to, 0)}
}

func TestFree(t *testing.T) {
	now := at(23, 9, 40)
	shifts := []floor.Shift{shift(23, 9, 13), shift(24, 9, 12), {From: at(9, 9, 0).AddDate(0, 1, 0), To: at(9, 12, 0).AddDate(0, 1, 0)}}
	taken := []diary.Span{{From: at(24, 10, 30), To: at(24, 11, 30)}}
	got := diary.Free(shifts, taken, now, time.UTC)
	want := []time.Time{at(23, 11, 0), at(23, 12, 0)} // 10:00 is too soon, the 24th is taken, the next month too far
	if len(got) != len(want) {
		t.Fatalf("free %v, want %v", got, want)
	}
	for i, g := range got {
		if !g.From.Equal(want[i]) || g.To.Sub(g.From) != diary.Length {
			t.Errorf("%d: %v, want %v", i, g, want[i])
		}
	}
}

// A clock that is set back has its hours all the same, none of them twice.
func TestFreeWhenTheClockIsSetBack(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Skip("SKIPPED: no time zones here")
	}
	day := time.Date(2026, 10, 25, 0, 0, 0, 0, zone)
	s := floor.Shift{From: day.Add(time.Hour), To: day.Add(6 * time.Hour)}
	free := diary.Free([]floor.Shift{s}, nil, day.Add(-5*time.Hour), zone)
	for i := 1; i < len(free); i++ {
		if free[i].Overlaps(free[i-1]) {
			t.Errorf("%v and %v overlap", free[i-1], free[i])
		}
	}
	if len(free) < 4 {
		t.Errorf("only %v", free)
	}
}

// A half day does not say which hours of it somebody works.
func TestHalves(t *testing.T) {
	early := diary.Halves(diary.Free([]floor.Shift{shift(24, 9, 12)}, nil, at(23, 9, 0), time.UTC), time.UTC)
	late := diary.Halves(diary.Free([]floor.Shift{shift(24, 11, 13)}, nil, at(23, 9, 0), time.UTC), time.UTC)
	if len(early) != 1 || len(late) != 1 || early[0] != late[0] {
		t.Errorf("two shifts of one morning are told apart: %v, %v", early, late)
	}
	both := diary.Halves(diary.Free([]floor.Shift{shift(24, 9, 18)}, nil, at(23, 9, 0), time.UTC), time.UTC)
	if len(both) != 2 || !both[1].From.Equal(at(24, 13, 0)) || !both[1].To.Equal(at(25, 0, 0)) {
		t.Errorf("a whole day is %v", both)
	}
	if !diary.Fits(both[1], both) || diary.Fits(diary.Span{From: at(24, 14, 0), To: at(24, 15, 0)}, both) {
		t.Error("an hour fits, or a half does not")
	}
}
