package main

import (
	"fmt"
	"time"
)

// roofline sets a fix beside the least time that this machine's memory needs
// for the bytes it touches (Williams, Waterman and Patterson 2009).
func (b *bench) roofline(micros, touched float64) {
	bandwidth := streamed(b.rounds)
	least := touched / bandwidth * 1e6 // us
	b.add(figure{What: "memory read, one core", Value: bandwidth / 1e9, Unit: "GB/s", How: "a stream over a buffer larger than the caches; the best of some rounds"})
	b.add(figure{What: "a fix touches", Value: touched / 1024, Unit: "KiB", How: "entries of the radio tables, nodes and cells, each counted once a fix"})
	b.add(figure{What: "a fix, times what its memory takes", Value: micros / least, Unit: "x",
		How: fmt.Sprintf("%.0f KiB at %.1f GB/s would take %.1f us. A fix takes longer because it computes on what it touches: the belief passes some ten times (diffusion both ways, likelihood, regions) and each entry costs a division and two table look-ups, in a language without vector instructions. Its data stay in the caches, so that arithmetic and not memory is the limit",
			touched/1024, bandwidth/1e9, least)})
}

// streamBytes is more than the caches of the machines foyer runs on; a virtual
// machine may see more of a shared cache than it is told of.
const streamBytes = 128 << 20

// streamed returns how many bytes a second one core reads in order.
func streamed(rounds int) float64 {
	buffer := make([]uint64, streamBytes/8)
	for i := range buffer { // pages that were never written are all the same one
		buffer[i] = uint64(i)
	}
	best := 0.0
	var sum uint64
	for range rounds + 2 {
		began := time.Now()
		sum += total(buffer)
		best = max(best, streamBytes/time.Since(began).Seconds())
	}
	if sum == 1 { // no compiler may leave the reading out
		return 0
	}
	return best
}

// total adds up, eight numbers at a time so that memory is what it waits for.
func total(v []uint64) uint64 {
	var a, b, c, d uint64
	for ; len(v) >= 8; v = v[8:] {
		a += v[0] + v[1]
		b += v[2] + v[3]
		c += v[4] + v[5]
		d += v[6] + v[7]
	}
	return a + b + c + d
}
