package concierge

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"foyer/floor"
	"foyer/policy"
	"foyer/profile"
)

// The kinds of events of notes.
const (
	NoteWritten      EventKind = "note.written" // a note is new, or is not what it was
	NoteRemoved      EventKind = "note.removed"
	HandoffRequested EventKind = "handoff.requested" // a colleague covers: a word from her would help
)

// ErrNote means that a note cannot be what was asked for; the message says why,
// for its author.
var ErrNote = errors.New("note")

// A PersonalError means that a text for others speaks of something private. It
// was not kept.
type PersonalError struct{ Topics []string }

// Error says so, without the text.
func (e PersonalError) Error() string { return "sounds personal: " + strings.Join(e.Topics, ", ") }

// MaxNote is how many characters a note has at most, and each part of a hand-off
// note.
const MaxNote = profile.MaxNote

// A NoteDraft is a note as its author wants it. Without a visibility it is her
// own, or, how somebody likes to be served, for whoever serves.
type NoteDraft struct{ Kind, Visibility, Text string }

// A NoteLine is a note of an associate's own, as it was kept. Topics are those it
// seems to speak of, for which it was made a personal detail that only she sees.
type NoteLine struct {
	ID, Kind, Visibility, Text string
	At, Until                  time.Time
	Topics                     []string
}

// Notes is what an associate has written about the customer of a visit.
type Notes struct {
	Visit   floor.VisitID
	Name    string // form of address
	Mine    []NoteLine
	Handoff Handoff // hers, empty if there is none
}

// Notes returns what an associate has written herself, as far as her card shows
// it. The card is opened first, so that the ledger knows.
func (d *Desk) Notes(a floor.AssociateID, v floor.VisitID, now time.Time) (Notes, error) {
	card, err := d.Card(a, v, now)
	if err != nil {
		return Notes{}, err
	}
	x, err := d.look(a, v, now)
	if err != nil {
		return Notes{}, err
	}
	out := Notes{Visit: v, Name: card.view.Name}
	base := d.facts(x.profile, x.stay, d.viewer(a), x.relation, d.mayTell(x.customer))
	for _, n := range x.profile.Notes {
		switch {
		case n.Author != a || n.Objected || policy.DecideNote(note(n, true), base).Disclosure != policy.Full:
		case n.Kind == profile.NoteHandoff:
			out.Handoff = Handoff(n.Handoff)
		default:
			out.Mine = append(out.Mine, lineOf(n))
		}
	}
	slices.SortStableFunc(out.Mine, func(a, b NoteLine) int { return b.At.Compare(a.At) })
	return out, nil
}

func lineOf(n profile.Note) NoteLine {
	return NoteLine{ID: n.ID, Kind: string(n.Kind), Visibility: string(n.Visibility), Text: n.Text, At: n.At, Until: n.Until()}
}

// WriteNote keeps a note about the customer of a visit. She can read it.
func (d *Desk) WriteNote(a floor.AssociateID, v floor.VisitID, w NoteDraft, now time.Time) (NoteLine, error) {
	x, err := d.look(a, v, now)
	if err != nil {
		return NoteLine{}, err
	}
	n := profile.Note{ID: "n-" + strings.ToLower(rand.Text()[:16]), Author: a, At: now.UTC()}
	return d.keepNote(x.customer, n, w, now)
}

// A NoteChange is what an author changes of a note. What is empty stays; a note
// that is written anew, or renewed, is kept for another 18 months.
type NoteChange struct {
	Text, Visibility string
	Renew            bool
}

// EditNote changes a note of an associate's own. A personal detail that the
// customer lets others read is hers alone again when its words change.
func (d *Desk) EditNote(a floor.AssociateID, id string, w NoteChange, now time.Time) (NoteLine, error) {
	x, n, err := d.noteOf(a, id, now)
	if err != nil {
		return NoteLine{}, err
	}
	draft := NoteDraft{string(n.Kind), string(n.Visibility), n.Text}
	if n.Kind == profile.NotePersonal {
		draft.Visibility = ""
	}
	if w.Text != "" {
		draft.Text = w.Text
	}
	if w.Visibility != "" {
		draft.Visibility = w.Visibility
	}
	shared := n.Kind == profile.NotePersonal && n.Visibility == profile.NotePreferred && line(draft.Text) == n.Text
	if w.Renew || line(draft.Text) != n.Text {
		n.At = now.UTC()
	}
	if !shared || w.Visibility != "" {
		n.Visibility = profile.NoteMine
	}
	return d.keepNote(x.customer, n, draft, now)
}

// keepNote checks a note and writes it down.
func (d *Desk) keepNote(c floor.Customer, n profile.Note, w NoteDraft, now time.Time) (NoteLine, error) {
	text := line(w.Text)
	switch {
	case text == "":
		return NoteLine{}, fmt.Errorf("%w: the text is missing", ErrNote)
	case utf8.RuneCountInString(text) > MaxNote:
		return NoteLine{}, fmt.Errorf("%w: at most %d characters", ErrNote, MaxNote)
	}
	kind, visibility := profile.NoteKind(w.Kind), profile.NoteVisibility(w.Visibility)
	may, ok := noteKinds()[kind]
	if !ok {
		return NoteLine{}, fmt.Errorf("%w: kind: want preference, personal_detail or handling", ErrNote)
	}
	if visibility == "" {
		visibility = may[0]
	}
	if !slices.Contains(may, visibility) {
		return NoteLine{}, fmt.Errorf("%w: visibility: want %s", ErrNote, list(may))
	}
	topics := topicsOf(text)
	if len(topics) > 0 || kind == profile.NotePersonal { // nobody else's, unless she opens it
		kind, visibility = profile.NotePersonal, profile.NoteMine
		if n.Kind == profile.NotePersonal {
			visibility = n.Visibility
		}
	}
	n.Kind, n.Visibility, n.Text = kind, visibility, text
	if err := d.write(c, n, now); err != nil {
		return NoteLine{}, err
	}
	out := lineOf(n)
	out.Topics = topics
	return out, nil
}

// noteKinds are the kinds an author may choose, each with whom it may be for;
// the first is meant where she does not say.
func noteKinds() map[profile.NoteKind][]profile.NoteVisibility {
	return map[profile.NoteKind][]profile.NoteVisibility{
		profile.NotePreference: {profile.NoteMine, profile.NotePreferred},
		profile.NotePersonal:   {profile.NoteMine},
		profile.NoteHandling:   {profile.NoteService},
	}
}

func list[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, x := range all {
		words[i] = string(x)
	}
	return strings.Join(words, " or ")
}

func topicsOf(text string) (out []string) {
	for _, t := range policy.Personal(text) {
		out = append(out, string(t))
	}
	return out
}

// line is a text as one line, without what cannot be read.
func line(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// write puts a note on the disk; cards are decided anew.
func (d *Desk) write(c floor.Customer, n profile.Note, now time.Time) error {
	err := d.profiles.WriteNote(c, n)
	switch {
	case errors.Is(err, profile.ErrNotes):
		return fmt.Errorf("%w: you have %d notes about this client; remove one first", ErrNote, profile.MaxNotes)
	case errors.Is(err, profile.ErrAuthor):
		return ErrNothing
	case err != nil:
		return d.item(err)
	}
	d.emit(noteEvent(NoteWritten, c, n, now))
	d.Changed(c, now)
	return nil
}

// RemoveNote removes a note of an associate's own.
func (d *Desk) RemoveNote(a floor.AssociateID, id string, now time.Time) error {
	x, _, err := d.noteOf(a, id, now)
	if err != nil {
		return err
	}
	n, err := d.profiles.RemoveNote(x.customer, a, id)
	if errors.Is(err, profile.ErrAuthor) {
		return ErrNothing
	}
	if err != nil {
		return d.item(err)
	}
	d.emit(noteEvent(NoteRemoved, x.customer, n, now))
	d.Changed(x.customer, now)
	return nil
}

// noteOf finds a note of an author's among the customers she may look at now. Of
// one who is not here nothing is shown, not even that there is a note.
func (d *Desk) noteOf(a floor.AssociateID, id string, now time.Time) (looker, profile.Note, error) {
	for _, s := range d.stays {
		x, err := d.look(a, s.id, now)
		if err != nil {
			continue
		}
		for _, n := range x.profile.Notes {
			if n.ID == id && n.Author == a && n.Kind != profile.NoteHandoff {
				return x, n, nil
			}
		}
	}
	return looker{}, profile.Note{}, ErrNothing
}

// ShareNote is the customer's: her associates may read a personal detail that
// one of them noted, or no longer.
func (d *Desk) ShareNote(c floor.Customer, id string, share bool, now time.Time) error {
	n, err := d.profiles.ShareNote(c, id, share)
	if err != nil {
		return d.item(err)
	}
	d.emit(noteEvent(NoteWritten, c, n, now))
	d.Changed(c, now)
	return nil
}

// noteEvent tells of a note.
func noteEvent(k EventKind, c floor.Customer, n profile.Note, now time.Time) Event {
	return Event{Kind: k, At: now, Customer: c, Note: &NoteFact{ID: n.ID, Author: n.Author, Kind: string(n.Kind),
		Visibility: string(n.Visibility), Text: n.Text, At: n.At, Objected: n.Objected}}
}
