package policy

import "strings"

// dimensions is how many inputs a purchase's row depends on.
const dimensions = 6

// cases is the size of the domain: relation x seller x channel x sensitivity
// x age x audience.
const cases = 5 * 3 * 3 * 4 * 3 * 3

// point is one case: a value for each dimension.
type point [dimensions]uint8

// dimension is one input: its name in the table and its values' words.
type dimension struct {
	name   string
	values []string
}

func domain() [dimensions]dimension {
	return [...]dimension{
		{"relation", relations()}, {"seller", sellers()}, {"channel", channels()},
		{"sensitivity", sensitivities()}, {"age", ages()}, {"audience", audiences()},
	}
}

func (f Facts) point() point {
	return point{uint8(f.Relation), uint8(f.Seller), uint8(f.Channel), uint8(f.Sensitivity), uint8(f.Age), uint8(f.Audience)}
}

// at returns f with the dimensions of p.
func (f Facts) at(p point) Facts {
	f.Relation, f.Seller, f.Channel = p.relation(), p.seller(), p.channel()
	f.Sensitivity, f.Age, f.Audience = p.sensitivity(), p.age(), p.audience()
	return f
}

func (p point) relation() Relation       { return Relation(p[0]) }
func (p point) seller() Seller           { return Seller(p[1]) }
func (p point) channel() Channel         { return Channel(p[2]) }
func (p point) sensitivity() Sensitivity { return Sensitivity(p[3]) }
func (p point) age() Age                 { return Age(p[4]) }
func (p point) audience() Audience       { return Audience(p[5]) }

// index returns the place of a case in a dense table, or false if a value
// is none of its enum.
func (p point) index() (int, bool) {
	ok := p[0] < 5 && p[1] < 3 && p[2] < 3 && p[3] < 4 && p[4] < 3 && p[5] < 3
	i := int(p[0])
	i = i*3 + int(p[1])
	i = i*3 + int(p[2])
	i = i*4 + int(p[3])
	i = i*3 + int(p[4])
	i = i*3 + int(p[5])
	return i, ok
}

// pointAt is the inverse of index.
func pointAt(i int) point {
	var p point
	p[5], i = uint8(i%3), i/3
	p[4], i = uint8(i%3), i/3
	p[3], i = uint8(i%4), i/4
	p[2], i = uint8(i%3), i/3
	p[1], i = uint8(i%3), i/3
	p[0] = uint8(i)
	return p
}

// String names the case as the table does.
func (p point) String() string {
	var b strings.Builder
	for d, dim := range domain() {
		if d > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(dim.name + "=" + name(dim.values, p[d]))
	}
	return b.String()
}

// stricter lists the cases one step stricter than p along dimension d, two at
// most. Their transitive closure is the order of the proof: manager is a
// branch of its own, gift and personal stand side by side, old stands beside
// the rest.
func (p point) stricter(d int) (next [2]point, n int) {
	next = [2]point{p, p}
	switch {
	case p[d] == 0, d == 0 && p.relation() == RelationManager, d == 4 && p.age() == AgeOld:
		return next, 0
	case d == 3 && p.sensitivity() == SensitivityOrdinary:
		next[0][d], next[1][d] = uint8(SensitivityPersonal), uint8(SensitivityGift)
		return next, 2
	case d == 3:
		next[0][d] = uint8(SensitivitySpecial)
		return next, 1
	}
	next[0][d]--
	return next, 1
}

// When is the set of cases a rule covers: one bit a value, one byte a
// dimension, in the order relation, seller, channel, sensitivity, age,
// audience.
type When [dimensions]uint8

func (w When) covers(p point) bool {
	for d, v := range p {
		if w[d]&(1<<v) == 0 {
			return false
		}
	}
	return true
}

// anything returns the When of every case.
func anything() When {
	var w When
	for d, dim := range domain() {
		w[d] = 1<<len(dim.values) - 1
	}
	return w
}

// words returns the values of dimension d, " / " between them, or "any".
func (w When) words(d int) string {
	var names []string
	values := domain()[d].values
	for v := len(values) - 1; v >= 0; v-- { // loosest first, as people read it
		if w[d]&(1<<v) != 0 {
			names = append(names, values[v])
		}
	}
	if len(names) == len(values) {
		return "any"
	}
	return strings.Join(names, " / ")
}

// String names what is not "any".
func (w When) String() string {
	var parts []string
	for d, dim := range domain() {
		if s := w.words(d); s != "any" {
			parts = append(parts, dim.name+"="+s)
		}
	}
	if len(parts) == 0 {
		return "any"
	}
	return strings.Join(parts, " ")
}
