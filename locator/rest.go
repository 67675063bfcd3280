package locator

const (
	bytesPerCell = 6   // stay, walk, offset: two bytes each
	leastBeliefs = 100 // cells that a phone's belief must be able to tell apart
)

// beliefs returns how many cells the belief of one phone may take at rest.
func (o *Options) beliefs() int { return (o.Phone - trackOverhead) / bytesPerCell }

// rest is a phone's belief between fixes: the cells of its windows, one level
// after the other, row by row. Where that is more than a phone may take, a
// square of coarse x coarse cells is kept as one: such a belief is nearly flat,
// or in pieces that the next second blurs anyway. Numbers are bfloat16 (the
// upper half of a float32, 0.4 % steps), which is what lets a thousand phones
// fit a small box.
type rest struct {
	stay, walk []uint16
	offset     []uint16 // dB, mean per cell
	wins       []window // by level: where the belief is
	coarse     int32
}

// squares returns the window of the squares of side cells that cover it.
func (w window) squares(side int32) window {
	return window{w.x0 / side, w.y0 / side, (w.x1 + side - 1) / side, (w.y1 + side - 1) / side}
}

// fits returns the least coarseness at which windows take no more than most
// cells, and how many they take.
func fits(wins []window, most int) (side int32, n int) {
	for side = 1; ; side++ {
		n = 0
		for _, win := range wins {
			if !win.empty() {
				n += win.squares(side).size()
			}
		}
		if n <= most {
			return side, n
		}
	}
}

// load unpacks a phone's belief into windows r cells larger.
func (w *work) load(b *rest, r int) {
	at := 0
	for i, win := range b.wins {
		l := &w.g.levels[i]
		if w.wins[i] = win.grow(l, r); win.empty() {
			continue
		}
		if b.coarse > 1 {
			at = w.spread(b, l, win, at)
			continue
		}
		for y := win.y0; y < win.y1; y++ {
			from, to := win.row(l, y)
			n := to - from
			stay, walk, offset := w.stay[from:to], w.walk[from:to], w.offset[from:to]
			s, k, o := b.stay[at:at+n], b.walk[at:at+n], b.offset[at:at+n]
			for c := range stay {
				stay[c], walk[c], offset[c] = unpack(s[c]), unpack(k[c]), unpack(o[c])
			}
			at += n
		}
	}
}

// spread unpacks a level that was kept in squares, each evenly to those of its
// cells where one may be.
func (w *work) spread(b *rest, l *gridLevel, win window, at int) int {
	sq := win.squares(b.coarse)
	for j := sq.y0; j < sq.y1; j++ {
		for i := sq.x0; i < sq.x1; i++ {
			in := win.square(i, j, b.coarse)
			n := float32(0)
			w.cells(l, in, func(c int) { n++ })
			stay, walk, offset := unpack(b.stay[at])/max(1, n), unpack(b.walk[at])/max(1, n), unpack(b.offset[at])
			w.cells(l, in, func(c int) { w.stay[c], w.walk[c], w.offset[c] = stay, walk, offset })
			at++
		}
	}
	return at
}

// square returns the part of the window in square i, j.
func (w window) square(i, j, side int32) window {
	return window{max(w.x0, i*side), max(w.y0, j*side), min(w.x1, (i+1)*side), min(w.y1, (j+1)*side)}
}

// cells calls f for the cells of a window where one may be.
func (w *work) cells(l *gridLevel, in window, f func(c int)) {
	for y := in.y0; y < in.y1; y++ {
		from, to := in.row(l, y)
		for c := from; c < to; c++ {
			if w.g.walk[c] {
				f(c)
			}
		}
	}
}

// store packs what the fix leaves and zeroes the fields.
func (w *work) store(b *rest, memory *shelf) {
	copy(b.wins, w.tight)
	var n, at int
	b.coarse, n = fits(b.wins, memory.most)
	memory.fit(b, n)
	for i, win := range b.wins {
		switch l := &w.g.levels[i]; {
		case win.empty():
		case b.coarse > 1:
			at = w.gather(b, l, win, at)
		default:
			for y := win.y0; y < win.y1; y++ {
				from, to := win.row(l, y)
				n := to - from
				stay, walk, offset := w.stay[from:to], w.walk[from:to], w.offset[from:to]
				s, k, o := b.stay[at:at+n], b.walk[at:at+n], b.offset[at:at+n]
				for c := range stay {
					s[c], k[c], o[c] = pack(stay[c]), pack(walk[c]), pack(offset[c])
				}
				at += n
			}
		}
		w.clean(i)
	}
}

// gather packs a level in squares.
func (w *work) gather(b *rest, l *gridLevel, win window, at int) int {
	sq := win.squares(b.coarse)
	for j := sq.y0; j < sq.y1; j++ {
		for i := sq.x0; i < sq.x1; i++ {
			var stay, walk, moment float32
			w.cells(l, win.square(i, j, b.coarse), func(c int) {
				stay += w.stay[c]
				walk += w.walk[c]
				moment += (w.stay[c] + w.walk[c]) * w.offset[c]
			})
			b.stay[at], b.walk[at], b.offset[at] = pack(stay), pack(walk), 0
			if stay+walk > 0 {
				b.offset[at] = pack(moment / (stay + walk))
			}
			at++
		}
	}
	return at
}

// clean zeroes a level's fields.
func (w *work) clean(level int) {
	l := &w.g.levels[level]
	for y := w.wins[level].y0; y < w.wins[level].y1; y++ {
		from, to := w.wins[level].row(l, y)
		for _, f := range [...][]float32{w.stay, w.walk, w.offset, w.p} {
			clear(f[from:to])
		}
	}
	w.forget(level)
}
