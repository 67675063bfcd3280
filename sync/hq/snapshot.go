package hq

import (
	"errors"
	"fmt"

	"foyer/sync/wire"
)

// part remembers which part of which snapshot was put in force last. It is
// forgotten with the connection: headquarters begins a new snapshot then.
type part struct {
	id     string
	n      int
	sha256 string
}

// follows reports whether p comes after this part.
func (t part) follows(p wire.Snapshot) (before string, ok bool) {
	if p.Part == 1 {
		return "", true
	}
	return t.sha256, p.ID == t.id && p.Part == t.n+1
}

// snapshot puts the messages of one chunk in force, in their order, and says so
// at once, for headquarters sends a few chunks ahead only.
func (l *Link) snapshot(in *inbound, m wire.Message, invalid error) error {
	have, known := in.held(m)
	if !known {
		l.refuse(m.Kind, wire.ErrReplay)
		return nil
	}
	if invalid != nil {
		l.refuse(m.Kind, invalid)
		in.resync(m, have)
		return nil
	}
	p, err := wire.Decode[wire.Snapshot](m.Payload)
	before, ok := in.part.follows(p)
	if err == nil && (!ok || m.Prev > have) {
		in.resync(m, have) // a part is missing
		return nil
	}
	var lines []wire.SnapshotLine
	if err == nil {
		lines, err = p.Unpack(before)
	}
	if err != nil {
		l.refuse(m.Kind, err)
		in.resync(m, have)
		return l.settle(in)
	}
	in.part = part{p.ID, p.Part, p.SHA256}
	for i := 0; i < len(lines); {
		n := run(lines[i:])
		if all, err := l.takeRun(in, m, lines[i:i+n]); err != nil || !all {
			return errors.Join(err, l.settle(in)) // up to what cannot be put in force for now
		}
		i += n
	}
	if m.Rev > have {
		in.have = revision{m.Epoch, m.Rev}
	} else {
		in.repeat(m)
	}
	l.coming(p.Left)
	return l.settle(in)
}

// coming notes how much of a snapshot is left.
func (l *Link) coming(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status.Coming = n
}

// held returns up to where m's numbering is in force here; not known, if m is of
// one that is over.
func (in *inbound) held(m wire.Message) (have uint64, known bool) {
	switch {
	case m.Epoch < in.have.Epoch:
		return 0, false
	case m.Epoch > in.have.Epoch:
		return 0, true
	}
	return in.have.Rev, true
}

// run returns how many lines from the first on are of its kind.
func run(lines []wire.SnapshotLine) int {
	for i, line := range lines {
		if line.Kind != lines[0].Kind {
			return i
		}
	}
	return len(lines)
}

// takeRun puts messages of one kind in force, and reports whether all are, or are
// refused for good.
func (l *Link) takeRun(in *inbound, m wire.Message, lines []wire.SnapshotLine) (all bool, err error) {
	have, _ := in.held(m)
	for len(lines) > 0 && lines[0].Rev <= have {
		lines = lines[1:] // in force already, before the break
	}
	if len(lines) > 1 && l.takeMany(in, m, lines) {
		return true, nil
	}
	for _, line := range lines {
		before := l.way()
		one := wire.Message{Kind: line.Kind, Address: m.Address, Epoch: m.Epoch, Rev: line.Rev, NotBefore: m.NotBefore, Payload: line.Payload}
		final, err := l.applyOnce(one, nil)
		if err != nil {
			l.refuse(line.Kind, err)
		}
		if err != nil && !final {
			l.hold(line.Kind, err)
			in.resync(one, in.have.Rev)
			return false, nil
		}
		in.took(one, err)
		if err == nil && l.way() != before {
			return false, l.beginTrial(one, nil, in) // the rest comes by the new way
		}
	}
	l.hold("", nil)
	return true, nil
}

// takeMany is takeRun for a kind that many may be taken of at once; it reports
// whether it did.
func (l *Link) takeMany(in *inbound, m wire.Message, lines []wire.SnapshotLine) bool {
	many := l.many[lines[0].Kind]
	if many == nil {
		return false
	}
	payloads := make([][]byte, len(lines))
	for i, line := range lines {
		if len(line.Payload) > line.Kind.Of().Limit {
			return false // one by one, so that this one is refused
		}
		payloads[i] = line.Payload
	}
	refused, err := many(payloads)
	if err == nil && len(refused) != len(lines) {
		err = fmt.Errorf("%d outcomes of %d messages", len(refused), len(lines))
	}
	if err != nil {
		l.o.Log.Warn("taken one by one", "kind", string(lines[0].Kind), "err", err)
		return false
	}
	for i, line := range lines {
		if refused[i] != nil {
			l.refuse(line.Kind, refused[i])
		}
		in.took(wire.Message{Kind: line.Kind, Epoch: m.Epoch, Rev: line.Rev}, refused[i])
	}
	return true
}

// took notes that a message is in force, or why it never will be.
func (in *inbound) took(m wire.Message, refused error) {
	if refused != nil {
		in.events = append(in.events, rejected(m, refused))
	}
	in.have, in.kind = revision{m.Epoch, m.Rev}, m.Kind
}
