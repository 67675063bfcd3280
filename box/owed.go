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

// owed is what headquarters' outbox has since the last look, of what is marked as
// still to be told, so that the marks can go without anybody waiting for the disk.
type owed struct {
	mu   sync.Mutex
	told marked
}

// marked are customers' words and changes, and managers' changes of the rota.
type marked struct {
	words []profile.Word
	items []profile.Item
	rota  []concierge.Event
}

func (o *owed) add(m marked) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told.words, o.told.items, o.told.rota = append(o.told.words, m.words...), append(o.told.items, m.items...), append(o.told.rota, m.rota...)
}

func (o *owed) take() (m marked) {
	o.mu.Lock()
	defer o.mu.Unlock()
	m, o.told = o.told, m
	return m
}

// took notes that the outbox has an event.
func (b *store) took(e concierge.Event) {
	switch e.Kind {
	case concierge.ConsentChanged:
		b.owed.add(marked{words: []profile.Word{word(e)}})
	case concierge.ItemCorrected, concierge.NoteContested, concierge.NoteWritten, concierge.NoteRemoved:
		b.owed.add(marked{items: []profile.Item{item(e)}})
	case concierge.RotaChanged:
		b.owed.add(marked{rota: []concierge.Event{e}})
	}
}

// tellOwed records what customers said and changed here, and managers of the rota,
// and headquarters' outbox does not have: the box crashed in between, or the disk
// did not take it. Headquarters merges words and takes the others as they stand, so
// that one told twice does no harm.
func (b *store) tellOwed() {
	if b.link == nil {
		return
	}
	if !b.noted(b.owed.take()) {
		return // or the same words would be recorded again at each look
	}
	m, err := b.untold()
	if err != nil {
		b.log.Error("what headquarters is to be told is not known", "err", err)
		return
	}
	told := marked{
		words: taken(b, m.words, func(w profile.Word) (wire.Kind, any) { return wire.UpConsent, consentChange(w) }),
		items: taken(b, m.items, func(it profile.Item) (wire.Kind, any) { return itemForHQ(it, b.in.Now()) }),
		rota:  taken(b, m.rota, func(e concierge.Event) (wire.Kind, any) { return wire.UpRota, rotaChange(e) }),
	}
	b.noted(told)
}

// untold is what is marked as still to be told.
func (b *store) untold() (m marked, err error) {
	if m.words, err = b.profiles.Untold(); err != nil {
		return m, err
	}
	if m.items, err = b.profiles.UntoldItems(); err != nil {
		return m, err
	}
	m.rota, err = b.door.UntoldRota()
	return m, err
}

// taken records all of it and returns what the outbox took.
func taken[T any](b *store, all []T, message func(T) (wire.Kind, any)) (told []T) {
	for _, x := range all {
		kind, payload := message(x)
		err := b.link.Record(kind, payload)
		b.recorded(kind, err)
		if err == nil {
			told = append(told, x)
		} else if !errors.Is(err, wire.ErrPayload) {
			break // the others would fare no better; all are tried again
		}
	}
	return told
}

// noted takes the marks of what the outbox has, or keeps it in mind.
func (b *store) noted(m marked) bool {
	var err error
	if len(m.words) > 0 {
		err = b.profiles.Told(m.words...)
	}
	if len(m.items) > 0 {
		err = errors.Join(err, b.profiles.ToldItems(m.items...))
	}
	if len(m.rota) > 0 {
		err = errors.Join(err, b.door.ToldRota(m.rota...))
	}
	if err != nil {
		b.owed.add(m)
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
