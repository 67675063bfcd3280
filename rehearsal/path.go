package rehearsal

import (
	"container/heap"

	"foyer/floor"
)

// path returns corners of a short walk from one node to another, both ends
// included: A*, then pulled straight.
func (w *Ways) path(from, to int32) ([]floor.Point, error) {
	goal := w.place(to)
	cost := map[int32]float64{from: 0}
	came := map[int32]int32{}
	open := &frontier{{from, 0}}
	for open.Len() > 0 {
		here := heap.Pop(open).(ahead).node
		if here == to {
			return w.straighten(came, from, to), nil
		}
		w.each(here, func(j int32, metres float64) {
			c := cost[here] + metres
			if old, ok := cost[j]; ok && old <= c {
				return
			}
			cost[j], came[j] = c, here
			heap.Push(open, ahead{j, c + float64(w.place(j).Distance(goal))})
		})
	}
	return nil, ErrNoWay
}

// straighten walks back along came and leaves out every corner that can be
// cut without brushing a wall.
func (w *Ways) straighten(came map[int32]int32, from, to int32) []floor.Point {
	var nodes []floor.Point
	for i := to; i != from; i = came[i] {
		nodes = append(nodes, w.place(i))
	}
	nodes = append(nodes, w.place(from))
	var out []floor.Point
	for i := len(nodes) - 1; ; {
		out = append(out, nodes[i])
		if i == 0 {
			return out
		}
		j := 0
		for j < i-1 && !w.clear(nodes[i], nodes[j], elbow/2) {
			j++
		}
		i = j
	}
}

type ahead struct {
	node int32
	cost float64 // m walked and, at least, still to walk
}

type frontier []ahead

func (f frontier) Len() int           { return len(f) }
func (f frontier) Less(i, j int) bool { return f[i].cost < f[j].cost }
func (f frontier) Swap(i, j int)      { f[i], f[j] = f[j], f[i] }
func (f *frontier) Push(x any)        { *f = append(*f, x.(ahead)) }
func (f *frontier) Pop() any {
	old := *f
	last := old[len(old)-1]
	*f = old[:len(old)-1]
	return last
}
