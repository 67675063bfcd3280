package rehearsal

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// draw returns a source of chance of its own for each purpose, so that adding
// a draw in one place does not change the day everywhere else.
func draw(seed uint64, purpose string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(purpose))
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

// between returns a number drawn evenly from lo to hi.
func between(r *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }

// normal returns a number drawn from a Gaussian with mean 0, and never further
// out than 3 sd: a wall does not turn into an amplifier by a rare draw.
func normal(r *rand.Rand, sd float64) float64 {
	return sd * min(max(r.NormFloat64(), -3), 3)
}

// pick returns one element of list, each as likely as the other.
func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// poisson returns how many of many rare things happen, by Knuth's product.
func poisson(r *rand.Rand, mean float64) int {
	limit, n := math.Exp(-mean), 0
	for p := r.Float64(); p > limit; p *= r.Float64() {
		n++
	}
	return n
}
