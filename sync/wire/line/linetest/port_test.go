package linetest

import "testing"

// However many ask, no two are given the same port while their tests run.
func TestPort(t *testing.T) {
	given := map[int]bool{}
	for range 300 {
		p := Port(t)
		if given[p] {
			t.Fatalf("port %d is given twice", p)
		}
		given[p] = true
	}
}
