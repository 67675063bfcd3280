package locator

import (
	"math"
	"time"

	"foyer/floor"
)

// A watch notices access points that are no longer what the map says. It looks
// at what their readings differ by from the map (dB, less the phone's own
// offset), each judged where the others of the same fix put the phone, and
// keeps a running mean per access point and tile of the floor: however many
// phones stand at one till, the map's own fault there stays one fault, and only
// many places make evidence. It knows no phone and keeps no track.
type watch struct {
	tiles   []tile
	side    float64   // m
	first   []int     // number of each level's first tile
	across  []int     // tiles in each level's row
	mean    []float32 // dB; [ap*len(tiles) + tile]
	count   []float32 // what the mean is worth, in looks
	updated []uint32  // looks of the whole watch when the mean last changed
	missed  []float32 // nats of surprise at silence since the access point was last heard
	looks   uint32
	voices  float64     // stretches of one phone's stay that the evidence rests on, about
	state   []suspicion // by access point
	next    int         // judged next
	rough   float64     // how much worse than it says the map is, as a factor of variance
	sorted  []float64   // scratch
	some    []evidence  // scratch, of one access point
}

// A tile is a square of a level; the map is read at the cell in its middle.
type tile struct {
	level int
	at    floor.Point
	cell  int
}

// suspicion is what the watch holds against one access point.
type suspicion struct {
	Suspect
	named  bool
	trust  float32 // share of its precision that the likelihood keeps, 1 when healthy
	lift   float32 // dB that a changed power adds to its readings
	misfit float64 // chi squared of the tiles over their number, 0 if too few
	silent bool    // something has been missed since it was last heard
}

// Change says what became of an access point since the survey.
type Change uint8

// The changes: Moved hangs elsewhere, or the floor about it was changed;
// Repowered sends or hears weaker or stronger everywhere; Unheard hears no phone
// where it should.
const (
	Moved Change = iota
	Repowered
	Unheard
)

// String returns the change in a word.
func (c Change) String() string {
	switch c {
	case Moved:
		return "moved"
	case Repowered:
		return "repowered"
	default:
		return "unheard"
	}
}

// A Suspect is an access point that is not what the radio map says.
type Suspect struct {
	AP       floor.APID
	Change   Change
	Since    time.Time // when the evidence began to be enough
	Evidence float64   // nats against the access point being what it was
	Bias     float64   // dB: how much stronger it is than the map says, on average
}

const (
	lookEvery  = 5 * time.Second // event time between looks at one phone
	lookHeard  = 4               // access points in a fix, to compare one with the rest
	lookFixes  = 8               // fixes after which a phone's offset is known
	lookLasts  = 3 * time.Minute // that evidence must be enough, to name one: a peak comes by chance, and goes
	lookVoice  = 5 * time.Minute // of one phone's looks are one voice: whoever carries it shadows the same access points
	sameTile   = 0.5             // what a look is worth where the phone was at the last one
	lookMost   = 4               // looks that a tile's mean remembers
	lookClip   = 20              // dB: further out is a fault, not a measurement
	audibleFor = 0.75            // share of Hearing.Most: where weaker, who is heard at all is no fair sample

	tileSide = 4   // m, about as far as the map's faults reach
	tileMost = 256 // on the whole plan
)

func newWatch(l *Locator) *watch {
	g, n := l.grid, len(l.m.APs)
	w := &watch{side: max(tileSide, l.m.Kernel.Length), rough: 1, state: make([]suspicion, n), sorted: make([]float64, 0, n)}
	for {
		w.cut(g)
		if len(w.tiles) <= tileMost {
			break
		}
		w.side *= 1.2
	}
	k := n * len(w.tiles)
	w.mean, w.count, w.missed, w.updated = make([]float32, k), make([]float32, k), make([]float32, k), make([]uint32, k)
	w.some = make([]evidence, 0, len(w.tiles))
	for i := range w.state {
		w.state[i].AP, w.state[i].trust = l.m.APs[i].ID, 1
	}
	return w
}

// cut divides every level into tiles.
func (w *watch) cut(g *grid) {
	w.tiles, w.first, w.across = w.tiles[:0], w.first[:0], w.across[:0]
	per := w.side / g.cell
	for i := range g.levels {
		l := &g.levels[i]
		nx, ny := int(math.Ceil(float64(l.w)/per)), int(math.Ceil(float64(l.h)/per))
		w.first, w.across = append(w.first, len(w.tiles)), append(w.across, nx)
		for y := range ny {
			for x := range nx {
				cx, cy := min(l.w-1, int((float64(x)+0.5)*per)), min(l.h-1, int((float64(y)+0.5)*per))
				w.tiles = append(w.tiles, tile{i, g.at(l, cx, cy), l.at + cy*l.w + cx})
			}
		}
	}
}

// tileOf returns the tile of a cell.
func (w *watch) tileOf(g *grid, cell int) int {
	level := len(g.levels) - 1
	for cell < g.levels[level].at {
		level--
	}
	l := &g.levels[level]
	x, y := (cell-l.at)%l.w, (cell-l.at)/l.w
	per := w.side / g.cell
	return w.first[level] + int(float64(y)/per)*w.across[level] + int(float64(x)/per)
}

// Suspects returns the access points that are not what the map says, in the
// map's order; none unless Options.Watch is set.
func (l *Locator) Suspects() []Suspect {
	var out []Suspect
	if l.watch != nil {
		for i := range l.watch.state {
			if s := &l.watch.state[i]; s.named {
				out = append(out, s.Suspect)
			}
		}
	}
	return out
}

// trusted reports whether an access point's silence says where a phone is.
func (w *watch) trusted(ap int) bool { return w == nil || !w.state[ap].named }

// correct returns a reading as the access point would have made it when it was
// surveyed, and the share of its precision to keep.
func (w *watch) correct(ap int32, rssi float32) (float32, float32) {
	if w == nil {
		return rssi, 1
	}
	s := &w.state[ap]
	return rssi - s.lift, s.trust
}
