package box

import (
	"strings"
	"testing"
	"time"

	"foyer/firmware"
	"foyer/firmware/spool"
)

// The manager sees of every state of an update what it is, how far, and why it is
// held; of none she sees a program's words.
func TestAnUpdateInWords(t *testing.T) {
	for _, tt := range []struct {
		st      spool.Status
		state   string
		percent int
		held    string
	}{
		{spool.Status{State: firmware.Downloading, Wanted: "1.5.0", Got: 25, Size: 100}, "1.5.0 is being downloaded", 25, ""},
		{spool.Status{State: firmware.Downloading, Wanted: "1.5.0"}, "is being downloaded", 0, ""},
		{spool.Status{State: firmware.Downloaded, Wanted: "1.5.0", Got: 100, Size: 100}, "is here, and checked", 100, "when the store is closed"},
		{spool.Status{State: firmware.Installing, Wanted: "1.5.0"}, "is being installed", -1, "starts again by itself"},
		{spool.Status{State: firmware.Trial, Running: "1.5.0", Since: at.Add(-4 * time.Minute)}, "1.5.0 is on trial", 40, "kept after 10 minutes"},
		{spool.Status{State: firmware.Trial, Running: "1.5.0", Since: at.Add(-time.Hour)}, "is on trial", 99, ""},
		{spool.Status{State: firmware.RolledBack, Wanted: "1.5.0", Reason: firmware.Crashed}, "was not kept", -1, "did not stay up"},
		{spool.Status{State: firmware.Failed, Wanted: "1.5.0", Reason: firmware.Unreachable}, "is held", -1, "tried again by itself"},
		{spool.Status{State: firmware.Failed, Wanted: "1.5.0", Reason: "new"}, "is held", -1, "Something went wrong"},
		{spool.Status{State: firmware.Idle, Wanted: "1.5.0", Detail: "not before Monday"}, "is to come", -1, "held until its time"},
	} {
		u := updateOf(tt.st, at)
		if u == nil || !strings.Contains(u.State, tt.state) || u.Percent != tt.percent || !strings.Contains(u.Held, tt.held) ||
			u.Failed != (tt.st.State == firmware.Failed || tt.st.State == firmware.RolledBack) {
			t.Errorf("%+v: %+v", tt.st, u)
		}
	}
	for _, s := range []firmware.State{firmware.Idle, firmware.Confirmed} {
		if u := updateOf(spool.Status{State: s}, at); u != nil {
			t.Errorf("%s: %+v", s, u)
		}
	}
}
