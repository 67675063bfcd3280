package wire

import (
	"encoding/json"
	"time"
)

// Config is an overlay of settings (down/config): one JSON object whose keys
// config.Overlay checks.
type Config = json.RawMessage

// Policy is a discretion table (down/policy), read by policy.Parse.
type Policy = json.RawMessage

// Plan is a floor plan (down/plan), read by floor.ParsePlan.
type Plan = json.RawMessage

// Guidance is the lines of conversation guidance by identifier and language
// (down/guidance).
type Guidance struct {
	Lines []GuidanceLine `json:"lines"`
}

// GuidanceLine is one line; it is chosen by identifier, never generated.
type GuidanceLine struct {
	ID       string `json:"id"`
	Language string `json:"language"`
	Text     string `json:"text"`
}

// Content is what the store tells everybody (down/content).
type Content struct {
	Items []ContentItem `json:"items"`
}

// ContentItem is a new arrival, an event or a trend.
type ContentItem struct {
	ID        string    `json:"id"`
	Kind      string    `json:"kind"` // new_arrival, event, trend
	Title     string    `json:"title"`
	Text      string    `json:"text"`
	When      time.Time `json:"when,omitzero"`   // an event's beginning
	Place     string    `json:"place,omitempty"` // where in the store
	Interests []string  `json:"interests,omitempty"`
}

// Notice is the legal text a customer is shown (down/notice), in one language
// and, as translations of the same version, in others. A notice that names
// purposes allows no others to be asked for; a translation names them by its own
// words only.
type Notice struct {
	Language     string          `json:"language"` // BCP 47
	Version      string          `json:"version"`
	Text         string          `json:"text"`
	Controller   string          `json:"controller,omitempty"` // who answers for it
	Contact      string          `json:"contact,omitempty"`
	URL          string          `json:"url,omitempty"` // the whole policy
	Purposes     []NoticePurpose `json:"purposes,omitempty"`
	Translations []Notice        `json:"translations,omitempty"`
}

// NoticePurpose is what a notice says of one purpose. A consent given under
// this version, or under one in Covers, holds; any other is suspended until she
// agrees anew. So whoever widens a purpose leaves the older versions out, and
// "none" stands for consents from before there was a notice.
type NoticePurpose struct {
	Purpose   string   `json:"purpose"`
	Text      string   `json:"text"`
	Covers    []string `json:"covers,omitempty"`
	Retention string   `json:"retention,omitempty"`
}

// Revocations lists what must no longer be trusted (down/revocations): staff
// devices by identifier, certificates by serial number in lower-case hex. Keys
// is every key headquarters signs with from now on, in PEM, where it rotates
// them: the old and the new one, then the new one alone. Empty, nothing changes.
type Revocations struct {
	Devices      []string `json:"devices,omitempty"`
	Certificates []string `json:"certificates,omitempty"`
	Keys         string   `json:"keys,omitempty"`
}

// Firmware points at an update (down/firmware). It decides nothing: the signed
// metadata behind URL does.
type Firmware struct {
	Version string `json:"version"`
	URL     string `json:"url"`
}

// Keyshare is headquarters' part of the customers' keys (down/keyshare): without
// it nothing about them opens. It is sent whenever a box comes and every hour
// while it is there. The box deletes it at Expires, and thirty days after
// headquarters was last heard.
type Keyshare struct {
	Share   []byte    `json:"share"` // 32 bytes
	Expires time.Time `json:"expires,omitzero"`
}

// Certificate is a new certificate for a key made on the box, or why there is
// none (down/certificate). Use is mqtt, lan or guest.
type Certificate struct {
	Use string `json:"use"`
	PEM string `json:"pem,omitempty"` // leaf first
	// Refused says why the box's last request for this use is not granted, for
	// people; there is no PEM then.
	Refused string `json:"refused,omitempty"`
}

// Ack tells a box what headquarters has on its disk (down/ack): every sequence
// number of Epoch up to Through, and those of Also. Only this deletes an event
// from the box's outbox. Resume says that headquarters has just come back and
// may have missed what was sent meanwhile: the box sends again at once. Epoch
// is 0 if headquarters knows none.
type Ack struct {
	Epoch   uint64  `json:"epoch"`
	Through uint64  `json:"through"`
	Also    []Range `json:"also,omitempty"`
	Resume  bool    `json:"resume,omitempty"`
}

// Range is the sequence numbers From to To, both included.
type Range struct {
	From uint64 `json:"from"`
	To   uint64 `json:"to"`
}
