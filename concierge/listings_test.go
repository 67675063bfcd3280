package concierge

import (
	"errors"
	"sync/atomic"
	"testing"
)

// While one name of a list is written down, others are read; whoever reads the same
// name waits until it is on the disk; and it is written once a day.
func TestANameIsWrittenDownOnceAndHoldsNobodyUp(t *testing.T) {
	var l listings
	var n atomic.Int32
	begun, disk, ends := make(chan struct{}), make(chan struct{}), make(chan error, 2)
	slow := func() error {
		n.Add(1)
		close(begun)
		<-disk
		return nil
	}
	go func() { ends <- l.once("2026-11-26", "keller", slow) }()
	<-begun
	other := false
	must(t, l.once("2026-11-26", "weber", func() error { other = true; return nil }))
	if !other {
		t.Error("another name is not written down")
	}
	go func() { ends <- l.once("2026-11-26", "keller", slow) }()
	select {
	case err := <-ends:
		t.Fatalf("read before it is written down: %v", err)
	default:
	}
	close(disk)
	must(t, errors.Join(<-ends, <-ends))
	if n.Load() != 1 {
		t.Errorf("written down %d times", n.Load())
	}
	full := errors.New("disk full")
	if err := l.once("2026-11-27", "keller", func() error { return full }); !errors.Is(err, full) {
		t.Errorf("a name that could not be written down: %v", err)
	}
	again := false
	must(t, l.once("2026-11-27", "keller", func() error { again = true; return nil }))
	if !again {
		t.Error("the next day, or after a failure, nothing is written down")
	}
}
