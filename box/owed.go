package box

import (
	"errors"
	"sync"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
	"foyer/sync/wire"
)

// owed are words of customers that headquarters' outbox has since the last
// look, so that their marks can go without anybody waiting for the disk.
type owed struct {
	mu    sync.Mutex
	told  []profile.Word
	items []profile.Item
}

func (o *owed) add(words []profile.Word, items []profile.Item) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told, o.items = append(o.told, words...), append(o.items, items...)
}

func (o *owed) take() ([]profile.Word, []profile.Item) {
	o.mu.Lock()
	defer o.mu.Unlock()
	told, items := o.told, o.items
	o.told, o.items = nil, nil
	return told, items
}

// took notes that the outbox has an event.
func (b *store) took(e concierge.Event) {
	switch e.Kind {
	case concierge.ConsentChanged:
		b.owed.add([]profile.Word{word(e)}, nil)
	case concierge.ItemCorrected, concierge.NoteContested, concierge.NoteWritten, concierge.NoteRemoved:
		b.owed.add(nil, []profile.Item{item(e)})
	}
}

// tellOwed records what customers said and changed here and headquarters' outbox
// does not have: the box crashed in between, or the disk did not take it.
// Headquarters merges words and takes items as they stand, so that one told twice
// does no harm.
func (b *store) tellOwed() {
	if b.link == nil {
		return
	}
	if !b.noted(b.owed.take()) {
		return // or the same words would be recorded again at each look
	}
	words, err := b.profiles.Untold()
	var items []profile.Item
	if err == nil {
		items, err = b.profiles.UntoldItems()
	}
	if err != nil {
		b.log.Error("customers' words not told to headquarters", "err", err)
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
	var toldItems []profile.Item
	for _, it := range items {
		kind, payload := itemForHQ(it, b.in.Now())
		err := b.link.Record(kind, payload)
		b.recorded(kind, err)
		if err == nil {
			toldItems = append(toldItems, it)
		} else if !errors.Is(err, wire.ErrPayload) {
			break
		}
	}
	b.noted(told, toldItems)
}

// noted takes the marks of what the outbox has, or keeps it in mind.
func (b *store) noted(told []profile.Word, items []profile.Item) bool {
	var err error
	if len(told) > 0 {
		err = b.profiles.Told(told...)
	}
	if len(items) > 0 {
		err = errors.Join(err, b.profiles.ToldItems(items...))
	}
	if err != nil {
		b.owed.add(told, items)
		b.log.Error("what was told to headquarters is not noted", "err", err)
	}
	return err == nil
}

// item is what a customer changed, as the desk reports it.
func item(e concierge.Event) profile.Item {
	if n := e.Note; n != nil {
		return profile.Item{Customer: e.Customer, Of: profile.OfNote, ID: n.ID, Settled: n.Settled, Removed: e.Kind == concierge.NoteRemoved, Note: profile.Note{ID: n.ID, Author: n.Author,
			Kind: profile.NoteKind(n.Kind), Visibility: profile.NoteVisibility(n.Visibility), Text: n.Text, At: n.At, Objected: n.Objected}}
	}
	i := e.Item
	it := profile.Item{Customer: e.Customer, Of: i.Of, ID: i.ID, Hidden: i.Hidden, Removed: i.Removed, Text: i.Text,
		Choice: profile.Choice{Preferred: i.Preferred, Blocked: i.Blocked}, Audience: profile.Audience(i.Reach)}
	if i.Of == profile.OfNote {
		it.Settled, it.Note.ID = true, i.ID
	}
	return it
}

// itemForHQ is an item as headquarters hears it.
func itemForHQ(it profile.Item, now time.Time) (wire.Kind, any) {
	if n := it.Note; it.Of == profile.OfNote && !it.Removed {
		return wire.UpNote, wire.Note{ID: n.ID, Customer: it.Customer.Ref(), Author: n.Author.Ref(), Kind: string(n.Kind),
			Visibility: string(n.Visibility), Text: n.Text, At: wire.DayOf(n.At), Objected: n.Objected}
	}
	if it.At.IsZero() {
		it.At = now
	}
	if it.Of == profile.OfNote { // written and removed by an associate: a time would tell of a visit
		it.At = wire.DayOf(it.At)
	}
	return wire.UpCorrection, wire.Correction{Customer: it.Customer.Ref(), Of: it.Of, ID: it.ID, Hidden: it.Hidden, Removed: it.Removed,
		Text: it.Text, Preferred: refsOf(it.Choice.Preferred), Blocked: refsOf(it.Choice.Blocked), Audience: string(it.Audience), At: it.At.UTC()}
}

func refsOf(ids []floor.AssociateID) (refs []string) {
	for _, id := range ids {
		refs = append(refs, id.Ref())
	}
	return refs
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
