package format

import (
	"encoding/json"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

const (
	cmxTime   = "2006-01-02T15:04:05.000-0700"
	cmxAbsent = -999
	cmxErr    = 5 * time.Second // what a controller and CMX gather before they tell
	foot      = 0.3048          // metres
	// cmxSides is how many standard deviations along an axis the side of the
	// square is in which CMX is 95 % sure of a client.
	cmxSides = 4
)

// cmx reads notifications of Cisco CMX: positions, and of associated clients
// the access point by its address. CMX tells no strengths.
func cmx(p *Payload, w *rows) error {
	var e struct {
		Notifications json.RawMessage `json:"notifications"`
	}
	if err := parse(p.Body, &e); err != nil {
		return err
	}
	list, ok := w.elements(e.Notifications)
	if !ok || e.Notifications == nil {
		return ErrSyntax
	}
	for raw := range list {
		w.cmxUpdate(raw)
	}
	return nil
}

// A cmxUpdate is a notification of where a client is.
type cmxUpdate struct {
	Type   text            `json:"notificationType"`
	Device text            `json:"deviceId"`
	AP     text            `json:"apMacAddress"`
	Assoc  flag            `json:"associated"`
	IPs    json.RawMessage `json:"ipAddress"`
	Where  struct {
		X    number `json:"x"`
		Y    number `json:"y"`
		Unit text   `json:"unit"`
	} `json:"locationCoordinate"`
	Confidence number `json:"confidenceFactor"`
	Floor      text   `json:"floorId"` // 64 bits: never through a float64
	LastSeen   text   `json:"lastSeen"`
	Time       number `json:"timestamp"` // ms
}

func (w *rows) cmxUpdate(raw []byte) {
	var u cmxUpdate
	if !row(raw, &u) {
		w.bad(ErrRow)
		return
	}
	if u.Type != "locationupdate" {
		return
	}
	client, ok := w.client(u.Device)
	if !ok {
		return
	}
	r := report.Report{AP: string(u.AP), Client: client, At: w.p.onBox(u.at()), AtErr: cmxErr, IP: addresses(texts(u.IPs)...)}
	if u.Assoc.yes() && u.AP != "" {
		r.Kind, r.Assoc = floor.Serving, report.AssocYes
		w.report(&r)
	}
	unit := 1.0
	switch u.Where.Unit {
	case "FEET":
		unit = foot
	case "METERS", "METRES":
	default:
		if u.Where.X.set {
			w.bad(ErrRow) // a length in no unit
		}
		return
	}
	x, y := u.Where.X, u.Where.Y
	if x.v == cmxAbsent || y.v == cmxAbsent {
		return
	}
	x.v, y.v = x.v*unit, y.v*unit
	w.hint(&r, string(u.Floor), x, y, metres(u.Confidence)*unit/cmxSides)
}

// at returns when the client was last seen.
func (u *cmxUpdate) at() time.Time {
	t, err := time.Parse(cmxTime, string(u.LastSeen))
	if err != nil || t.Year() < 1971 || t.Year() > 9998 {
		return u.Time.millis()
	}
	return t.UTC()
}

// texts returns the strings of a list, or the only one.
func texts(raw []byte) (out []text) {
	list, ok := elements(raw)
	if !ok {
		var t text
		t.UnmarshalJSON(raw)
		return append(out, t)
	}
	for e := range list {
		var t text
		if t.UnmarshalJSON(e); len(out) < maxIPs {
			out = append(out, t)
		}
	}
	return out
}
