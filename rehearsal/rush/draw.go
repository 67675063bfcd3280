package rush

import (
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"
)

// draw returns a source of chance of its own for each purpose: what somebody
// would answer does not depend on whom a router asked before.
func draw(seed uint64, format string, args ...any) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprintf(h, format, args...)
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

func between(r *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// lognormal returns a number whose logarithm is Gaussian, at most four times
// its median.
func lognormal(r *rand.Rand, median, sigma float64) float64 {
	return min(median*math.Exp(sigma*r.NormFloat64()), 4*median)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func minutes(m float64) time.Duration { return time.Duration(m * float64(time.Minute)) }

// a reply is what somebody does about an offer.
type reply struct {
	after   time.Duration
	outcome outcome
}

type outcome uint8

const (
	yes outcome = iota
	no
	unseen
)

// reply returns what a seller does about the nth offer of a visit. It is the
// same whichever router asks.
func (w *world) reply(s *seller, v *visit, nth int) reply {
	r := draw(w.seed, "reply %s %d %d", s.Associate.ID.Ref(), v.n, nth)
	out := reply{after: seconds(between(r, reactLeast, reactMost) * s.quick)}
	switch u := r.Float64(); {
	case u < declines:
		out.outcome = no
	case u < declines+misses:
		out.outcome = unseen
	}
	return out
}
