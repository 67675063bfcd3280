package radio

import (
	"fmt"
	"strings"

	"foyer/radio/format"
)

// A receiver is a Bluetooth receiver of another make: what it speaks and where
// it may publish, which are the topics of its own node, so that no receiver
// can speak for another.
type receiver struct {
	format format.Format
	topics []string // with '+' for any one level and '#' for whatever follows
}

// newReceiver returns nil for a sensor that speaks foyer's own format.
func newReceiver(s Sensor) (*receiver, error) {
	if s.Format == "" {
		return nil, nil
	}
	topics, ok := map[string][]string{
		"espresense":   {"espresense/devices/+/" + s.Node, "espresense/rooms/" + s.Node + "/#"},
		"theengs":      {"home/" + s.Node + "/BTtoMQTT/#", "home/" + s.Node + "/presence", "home/home_presence/" + s.Node, "home/" + s.Node + "/LWT", "home/" + s.Node + "/SYStoMQTT"},
		"happybubbles": {"happy-bubbles/ble/" + s.Node + "/#"},
	}[s.Format]
	if !ok || s.Node == "" || strings.ContainsAny(s.Node, "+#/") {
		return nil, fmt.Errorf("%w: %q: want format espresense, theengs or happybubbles, and a node that is one level of a topic", ErrListen, s.ID)
	}
	f, ok := format.Named(s.Format)
	if !ok {
		return nil, fmt.Errorf("%w: %q: no format %s", ErrListen, s.ID, s.Format)
	}
	return &receiver{f, topics}, nil
}

// may reports whether the receiver may publish to topic.
func (r *receiver) may(topic string) bool {
	for _, t := range r.topics {
		if matches(t, topic) {
			return true
		}
	}
	return false
}

// matches reports whether topic is one of pattern's.
func matches(pattern, topic string) bool {
	for {
		want, restWanted, more := strings.Cut(pattern, "/")
		if want == "#" {
			return true
		}
		got, rest, deeper := strings.Cut(topic, "/")
		if want != got && want != "+" || want == "+" && got == "" {
			return false
		}
		if more != deeper {
			return false
		}
		if !more {
			return true
		}
		pattern, topic = restWanted, rest
	}
}
