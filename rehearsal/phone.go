package rehearsal

import (
	"math"
	"math/rand/v2"
	"net/netip"
	"time"

	"foyer/floor"
)

// What differs from phone to phone and from reading to reading.
const (
	offsetSD    = 4.0 // dB between phones: transmit power, antenna, grip
	readingSD   = 3.0 // dB a reading, small-scale fading and quantisation
	stillFading = 0.6 // correlation of fading from second to second, standing still (Horus: up to 0.9)
	lossShare   = 0.1 // readings that never arrive
	bodyLeast   = 5.0 // dB behind the carrier's back: RADAR measured up to 5,
	bodyMost    = 8.0 // dB later work at 5 GHz more
	pocketShare = 0.4 // phones carried elsewhere than in front

	crowdPerMetre = 0.05            // people in the way, per metre of the link
	crowdFar      = 20.0            // m beyond which the ceiling link passes over heads
	crowdLoss     = 3.5             // dB, at most per person
	crowdLasts    = 6 * time.Second // on average, until they have moved on

	roamGain    = 8.0                    // dB that another access point must be stronger to change to it
	joinAbove   = -82.0                  // dBm needed to associate
	everySecond = time.Second            // between readings of an associated phone
	readJitter  = 150 * time.Millisecond // either way
)

// A Phone is one simulated phone and its carrier. It has a made-up, locally
// administered hardware address and a loopback address of its own, from which
// its owner's browser dials.
type Phone struct {
	world   *World
	carrier Carrier
	opts    PhoneOptions
	r       *rand.Rand
	addr    address
	offset  float64 // dB
	body    float64 // dB, fully behind the carrier
	mount   float64 // radians between the carrier's heading and where the phone faces
	links   []link
	power   []float64
	serving int       // access point it is associated with, -1 if none
	next    time.Time // of the next reading
	burst   int       // readings left in a burst of probes
	heard   bool      // by any access point, ever
}

// PhoneOptions say what kind of phone it is.
type PhoneOptions struct {
	// Number, 0 to 64,515, tells phones apart: it decides the loopback address
	// and, with the world's seed, everything that is drawn.
	Number int
	// IP, if valid, is the phone's address in place of the one its number
	// gives: that of a browser which is not made up.
	IP netip.Addr
	// Probing phones are on no Wi-Fi: bursts of probe requests every half
	// minute or so, each burst from a new random address.
	Probing bool
	// Malformed is the share of readings, 0 to 1, that are accompanied by a
	// broken line with the phone's address in it.
	Malformed float64
}

// link is what goes on between a phone and one access point.
type link struct {
	fading     float64 // dB
	crowd      float64 // dB
	crowdUntil time.Time
}

// NewPhone returns a phone in this air. The same world and number give the
// same phone.
func (w *World) NewPhone(c Carrier, o PhoneOptions) *Phone {
	r := draw(w.seed+uint64(o.Number)*0x9e3779b97f4a7c15, "phone")
	p := &Phone{world: w, carrier: c, opts: o, r: r, serving: -1}
	p.addr = drawAddress(r)
	p.offset = offsetSD * r.NormFloat64()
	p.body = between(r, bodyLeast, bodyMost)
	if r.Float64() < pocketShare {
		p.mount = between(r, -math.Pi, math.Pi)
	}
	p.links = make([]link, w.AccessPoints())
	return p
}

// IP returns the phone's own loopback address, 127.1.x.y.
func (p *Phone) IP() netip.Addr {
	if p.opts.IP.IsValid() {
		return p.opts.IP
	}
	n := p.opts.Number
	return netip.AddrFrom4([4]byte{127, 1, byte(n / 254), byte(n%254 + 1)})
}

// hear calls each with what the access points hear of the phone at once, in
// whole dBm, as radios report. A reading may be lost or too weak.
func (p *Phone) hear(at time.Time, s Spot, each func(ap int, rssi floor.DBm)) {
	p.power = p.world.Power(p.power, s.Point, at)
	p.roam()
	keep := stillFading
	if s.Moving {
		keep = 0 // half a wavelength is 3 cm
	}
	for i := range p.links {
		a := &p.world.antennas[i]
		k := &p.links[i]
		k.fading = keep*k.fading + math.Sqrt(1-keep*keep)*readingSD*p.r.NormFloat64()
		rssi := p.power[i] + p.offset + k.fading - p.bodyLoss(a, s) - p.crowdLoss(k, a, s.Point, at)
		if p.r.Float64() >= lossShare && rssi >= sensitivity {
			each(i, floor.DBm(math.Round(min(rssi, -10))))
		}
	}
}

// bodyLoss returns what the carrier's own body takes: nothing in front, all of
// it behind, less towards an access point overhead.
func (p *Phone) bodyLoss(a *antenna, s Spot) float64 {
	dx, dy := float64(a.at.X-s.Point.X), float64(a.at.Y-s.Point.Y)
	flat := math.Hypot(dx, dy)
	behind := (1 - math.Cos(math.Atan2(dy, dx)-s.Heading-p.mount)) / 2
	return p.body * behind * behind * flat / math.Hypot(flat, a.up)
}

// crowdLoss returns what other people take who happen to stand in between.
func (p *Phone) crowdLoss(k *link, a *antenna, at floor.Point, now time.Time) float64 {
	if !now.Before(k.crowdUntil) {
		k.crowdUntil = now.Add(time.Duration(p.r.ExpFloat64() * float64(crowdLasts)))
		k.crowd = 0
		for range poisson(p.r, crowdPerMetre*min(float64(a.at.Distance(at)), crowdFar)) {
			k.crowd += between(p.r, 1, crowdLoss)
		}
	}
	return k.crowd
}

// roam moves a phone to another access point as phones do: late.
func (p *Phone) roam() {
	if p.opts.Probing {
		return
	}
	best := -1
	for i, v := range p.power {
		if best < 0 || v > p.power[best] {
			best = i
		}
	}
	switch {
	case best < 0 || p.power[best]+p.offset < joinAbove:
		p.serving = -1
	case p.serving < 0 || p.power[best] > p.power[p.serving]+roamGain:
		p.serving = best
	}
}
