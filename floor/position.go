package floor

import "time"

// A Position is where a phone probably is.
//
// Zones belongs to the locator and is valid until its next call; a reader who
// keeps a Position copies it.
type Position struct {
	Phone  Phone
	At     time.Time
	Level  LevelID
	Point  Point      // the point of least expected distance, metres
	Area50 float64    // m2 of the smallest region that holds the phone half of the time
	Area90 float64    // m2 of the smallest region that does nine times in ten
	Inside float64    // probability of being inside the outline, 0 to 1
	Zones  []ZoneProb // every zone of the plan, in the plan's order
	// Unknown says that the evidence is too poor to act on; Point is then
	// the best guess and no more.
	Unknown bool
}

// ZoneProb is the probability, 0 to 1, of a phone being in a zone.
type ZoneProb struct {
	Zone ZoneID
	P    float64
}
