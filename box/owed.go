package box

import (
	"errors"
	"sync"

	"foyer/concierge"
	"foyer/profile"
	"foyer/sync/wire"
)

// owed are words of customers that headquarters' outbox has since the last
// look, so that their marks can go without anybody waiting for the disk.
type owed struct {
	mu   sync.Mutex
	told []profile.Word
}

func (o *owed) add(words ...profile.Word) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = append(o.told, words...)
}

func (o *owed) take() []profile.Word {
	o.mu.Lock()
	defer o.mu.Unlock()
	told := o.told
	o.told = nil
	return told
}

// tellOwed records what customers said here and headquarters' outbox does not
// have: the box crashed in between, or the disk did not take it. Headquarters
// merges words, so that one told twice does no harm.
func (b *store) tellOwed() {
	if b.link == nil {
		return
	}
	if !b.noted(b.owed.take()) {
		return // or the same words would be recorded again at each look
	}
	words, err := b.profiles.Untold()
	if err != nil {
		b.log.Error("consents not told to headquarters", "err", err)
		return
	}
	var told []profile.Word
	for _, w := range words {
		err := b.link.Record(wire.UpConsent, consentChange(w))
		b.recorded(wire.UpConsent, err)
		if err == nil {
			told = append(told, w)
		} else if !errors.Is(err, wire.ErrPayload) {
			break // the others would fare no better; all are tried again
		}
	}
	b.noted(told)
}

// noted takes the marks of words that the outbox has, or keeps them in mind.
func (b *store) noted(told []profile.Word) bool {
	if len(told) == 0 {
		return true
	}
	err := b.profiles.Told(told...)
	if err != nil {
		b.owed.add(told...)
		b.log.Error("consents told to headquarters not noted", "err", err)
	}
	return err == nil
}

// word is what a customer said, as the desk reports it.
func word(e concierge.Event) profile.Word {
	c := e.Consent
	return profile.Word{Customer: e.Customer, Consent: profile.Consent{Purpose: profile.Purpose(c.Purpose), Granted: c.Granted,
		At: profile.HLC{Wall: c.Wall, Count: c.Count, Node: c.Node}, Notice: c.Notice, Method: c.Method}}
}

// consentChange is a word as headquarters hears it.
func consentChange(w profile.Word) wire.ConsentChange {
	return wire.ConsentChange{Customer: w.Customer.Ref(), Consent: wire.Consent{Purpose: string(w.Purpose), Granted: w.Granted,
		Wall: w.At.Wall.UnixMilli(), Count: w.At.Count, Node: w.At.Node, Notice: w.Notice, Method: w.Method}}
}
