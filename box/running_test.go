package box

import (
	"testing"
	"time"

	"foyer/config"
)

// What the privacy page is told is what the configuration in force says, another
// one too, and nothing that is kept of customers is left out.
func TestThePageIsToldWhatRuns(t *testing.T) {
	var b store
	c := &config.Config{Sensors: []config.Sensor{{ID: "ap-1"}}, HQ: config.HQ{Broker: "mqtts://hq.example"},
		Visit: config.Visit{Silence: 5 * time.Minute}, Greeting: config.Greeting{Grace: 20 * time.Second, AnnounceWithin: 20 * time.Minute}}
	b.config.Store(c)
	r := b.running()
	if !r.Hears || !r.Headquarters || r.Silence != 5*time.Minute || r.Grace != 20*time.Second || r.Within != 20*time.Minute {
		t.Errorf("%+v", r)
	}
	kept := map[string]time.Duration{}
	for _, k := range r.Kept {
		kept[k.Name] = k.For
	}
	for _, name := range []string{"served", "visits", "messages", "photos", "rows", "guest-sessions", "erased"} {
		if kept[name] <= 0 {
			t.Errorf("%s is not said to be kept: %v", name, kept)
		}
	}
	if kept["attendance"] != 0 {
		t.Error("what is kept of staff is told to customers")
	}
	other := *c
	other.Sensors, other.HQ.Broker, other.Greeting.Grace = nil, "", 30*time.Second
	b.config.Store(&other)
	if r := b.running(); r.Hears || r.Headquarters || r.Grace != 30*time.Second {
		t.Errorf("under another configuration: %+v", r)
	}
}
