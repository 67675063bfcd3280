package floor

// A Plan is a store's floor: what the locator walks on and what the pages
// draw. ParsePlan makes one; a Plan made otherwise is not checked.
type Plan struct {
	Name      string
	Levels    []Level
	Reference *GeoReference // nil if the plan is not tied to the earth
}

// A Level is one storey in a frame of its own.
type Level struct {
	ID           LevelID
	Name         string
	Height       Metre // of the ceiling over the floor
	Outline      Polygon
	Walls        []Wall
	Zones        []Zone
	Entrances    []Entrance
	AccessPoints []AccessPoint
	Frames       []Frame // vendors' drawings of it
}

// A Wall is a straight wall; Loss is what it takes from a signal that
// crosses it, in dB.
type Wall struct {
	From, To Point
	Loss     float64
}

// A Zone is a named part of a level. A private zone (fitting room, restroom,
// first aid, prayer) is never reported: a phone in it is just in the store.
type Zone struct {
	ID      ZoneID
	Name    string
	Outline Polygon
	Private bool
}

// An Entrance is an opening of the outline through which people come.
type Entrance struct {
	ID    string
	At    Point
	Width Metre
}

// An AccessPoint is a radio with a known place. Aliases are the names sensors
// give it: a BSSID, an Ethernet address, a serial number, "ip#interface".
// They are configuration, not anybody's phone.
type AccessPoint struct {
	ID      APID
	At      Point
	Height  Metre
	Aliases []string
}

// A GeoReference ties the plan's origin to the earth (WGS 84 degrees);
// Bearing is the direction of the frame's upward (negative y) axis, degrees
// east of north.
type GeoReference struct {
	Latitude, Longitude, Bearing float64
}

// AccessPoint returns the access point called id and its level.
func (p *Plan) AccessPoint(id APID) (AccessPoint, LevelID, bool) {
	for _, l := range p.Levels {
		for _, a := range l.AccessPoints {
			if a.ID == id {
				return a, l.ID, true
			}
		}
	}
	return AccessPoint{}, "", false
}

// Zone returns the zone called id and its level.
func (p *Plan) Zone(id ZoneID) (Zone, *Level, bool) {
	for i := range p.Levels {
		for _, z := range p.Levels[i].Zones {
			if z.ID == id {
				return z, &p.Levels[i], true
			}
		}
	}
	return Zone{}, nil, false
}
