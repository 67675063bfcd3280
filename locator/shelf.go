package locator

// A shelf lends memory for beliefs at rest, in sizes that double. A phone that
// was just found needs a tenth of what it took at first, and what it gives back
// serves the next one: nothing is allocated unless more phones than ever are
// poorly known at once.
type shelf struct {
	most int          // cells that one phone may take
	free [][][]uint16 // by size
}

const (
	leastShelf = 128 // cells of the smallest size
	spareShelf = 32  // of a size that are kept; the garbage collector has the others
)

func newShelf(most int) *shelf {
	s := &shelf{most: most}
	for k := 0; k == 0 || s.cells(k-1) < most; k++ {
		s.free = append(s.free, make([][]uint16, 0, spareShelf))
	}
	return s
}

// cells returns how many a size holds.
func (s *shelf) cells(size int) int { return min(leastShelf<<size, s.most) }

// size returns the smallest that holds so many cells.
func (s *shelf) size(cells int) int {
	k := 0
	for s.cells(k) < cells {
		k++
	}
	return k
}

// fit gives a belief memory for n cells, at most most. What it held is lost if
// its memory changes. Memory twice as large as needed is left alone, lest a
// belief that breathes changes it at every fix.
func (s *shelf) fit(b *rest, n int) {
	if k := s.size(n); len(b.stay) < n || s.size(len(b.stay)) > k+1 {
		s.give(b)
		s.take(b, k)
	}
}

func (s *shelf) take(b *rest, size int) {
	n := s.cells(size)
	var mem []uint16
	if f := s.free[size]; len(f) > 0 {
		mem, s.free[size] = f[len(f)-1], f[:len(f)-1]
	} else {
		mem = make([]uint16, 3*n)
	}
	b.stay, b.walk, b.offset = mem[:n], mem[n:2*n], mem[2*n:]
}

// give takes a belief's memory back.
func (s *shelf) give(b *rest) {
	n := len(b.stay)
	if n == 0 {
		return
	}
	if k := s.size(n); len(s.free[k]) < spareShelf {
		s.free[k] = append(s.free[k], b.stay[:3*n])
	}
	b.stay, b.walk, b.offset = nil, nil, nil
}
