package office

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"foyer/sync/wire"
)

// DrawnPlan is a floor plan that was drawn in a store and put in use there. The
// document is in the log of events.
type DrawnPlan struct {
	Digest string    `json:"digest"`         // SHA-256 in hexadecimal
	Over   string    `json:"over,omitempty"` // the same of headquarters' plan then
	By     string    `json:"by,omitempty"`   // the manager
	At     time.Time `json:"at"`
}

// drew takes note of a plan that was drawn in the store.
func (s *store) drew(e Event) {
	p, err := wire.Decode[wire.PlanDrawn](e.Payload)
	if err != nil {
		return // of another version of the box
	}
	if s.rec.Drawn == nil || !p.At.Before(s.rec.Drawn.At) {
		s.rec.Drawn = &DrawnPlan{Digest: p.Digest, Over: p.Over, By: p.By, At: p.At}
	}
}

// drawn returns the plan that was drawn in the store if it is in use there: until
// headquarters pushes another than the one it was drawn over.
func (s *store) drawn() *DrawnPlan {
	d := s.rec.Drawn
	sent, pushed := s.docs[wire.DownPlan]
	if d == nil || pushed && sha256Hex(sent.Payload) != d.Over || !pushed && d.Over != "" {
		return nil
	}
	c := *d
	return &c
}

func sha256Hex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
