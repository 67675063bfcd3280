package box

import (
	"fmt"
	"time"

	"foyer/firmware"
	"foyer/firmware/spool"
	"foyer/web/setup"
)

// healthPage is how the box is, for its manager.
func (b *store) healthPage() setup.Health {
	s := b.status()
	h := setup.Health{Warnings: s.Warnings, Version: s.Version, Started: b.started, Waiting: s.HQ.Backlog}
	for _, x := range s.Sensors {
		h.Sensors = append(h.Sensors, setup.Sensor{ID: x.ID, Last: x.Last, PerMinute: x.PerMinute, Fails: x.Fails})
	}
	if s.Firmware != nil {
		h.Update = updateOf(*s.Firmware, b.in.Now())
	}
	return h
}

// updateOf says in words how an update stands; nil where there is none.
func updateOf(st spool.Status, now time.Time) *setup.Update {
	u := &setup.Update{Wanted: st.Wanted, Percent: -1}
	switch st.State {
	case firmware.Downloading:
		u.State = "Version " + st.Wanted + " is being downloaded"
		if u.Percent = 0; st.Size > 0 {
			u.Percent = int(100 * st.Got / st.Size)
		}
	case firmware.Downloaded:
		u.State, u.Percent = "Version "+st.Wanted+" is here, and checked", 100
		u.Held = "It is installed when the store is closed, and kept if the box is well for ten minutes. Nothing is to be done."
	case firmware.Installing:
		u.State, u.Held = "Version "+st.Wanted+" is being installed", "The box starts again by itself. Pages are away for a moment."
	case firmware.Trial:
		u.State, u.Held = "Version "+st.Running+" is on trial", fmt.Sprintf("It is kept after %d minutes in which all is well; else the one before runs again by itself.", int(firmware.TrialHealthy/time.Minute))
		if !st.Since.IsZero() {
			u.Percent = min(99, max(0, int(100*now.Sub(st.Since)/firmware.TrialHealthy)))
		}
	case firmware.RolledBack:
		u.State, u.Failed = "Version "+st.Wanted+" was not kept", true
		u.Held = "The one before runs again. " + reasonWords(st)
	case firmware.Failed:
		u.State, u.Failed = "Version "+st.Wanted+" is held", true
		u.Held = reasonWords(st)
	case firmware.Idle:
		if st.Wanted == "" || st.Detail == "" {
			return nil
		}
		u.State, u.Held = "Version "+st.Wanted+" is to come", "It is held until its time: "+st.Detail+"."
	default:
		return nil
	}
	return u
}

// reasonWords say why an update goes no further, and who can help.
func reasonWords(st spool.Status) string {
	words := map[firmware.Reason]string{
		firmware.Unreachable: "The place it is fetched from does not answer. If the shop’s internet works, it is tried again by itself.",
		firmware.Untrusted:   "It is not signed as it must be. Tell headquarters.",
		firmware.Expired:     "What was signed for it has expired, or the clock is wrong. Tell headquarters.",
		firmware.Older:       "It is older than what runs.",
		firmware.WrongModel:  "It is made for another kind of machine. Tell headquarters.",
		firmware.Unlisted:    "The place it is fetched from does not have it. Tell headquarters.",
		firmware.Damaged:     "What came is not what was signed. It is fetched again by itself.",
		firmware.TooLarge:    "It is larger than may be. Tell headquarters.",
		firmware.NoSpace:     "There is no room on the disk. Tell headquarters.",
		firmware.Interrupted: "The installer gave no answer. Tell headquarters.",
		firmware.Crashed:     "It did not stay up. Headquarters knows.",
		firmware.Unhealthy:   "It came up and was not well for long enough. Headquarters knows.",
	}[st.Reason]
	if words == "" {
		words = "Something went wrong while it was installed. Headquarters knows."
	}
	return words
}
