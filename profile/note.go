package profile

import (
	"time"

	"foyer/floor"
)

// noteTTL is how long a note is kept unless its author writes it anew: 18
// months.
const noteTTL = 548 * 24 * time.Hour

// appointmentTTL is how long an appointment is kept after it was.
const appointmentTTL = 30 * 24 * time.Hour

// NoteKind says what a note is about.
type NoteKind string

// The kinds of notes.
const (
	NotePreference NoteKind = "preference"
	NotePersonal   NoteKind = "personal_detail"
	NoteHandling   NoteKind = "handling" // "don't rush; likes to try alone"
	NoteHandoff    NoteKind = "handoff"  // written for whoever covers
)

// NoteVisibility is whom a note is for.
type NoteVisibility string

// The visibilities of notes; NoteMine is the default.
const (
	NoteMine      NoteVisibility = "mine"      // its author
	NotePreferred NoteVisibility = "preferred" // the customer's associates
	NoteService   NoteVisibility = "service"   // whoever serves her
)

// A Note is what an associate wrote about the customer. She can read every
// one; one she objected to is withheld until that is settled.
type Note struct {
	ID         string
	Author     floor.AssociateID
	Kind       NoteKind
	Visibility NoteVisibility
	Text       string
	At         time.Time
	Objected   bool
	Handoff    Handoff // of a hand-off note; Text is the whole of it
}

// visibilities are the ones each kind may have. A personal detail is its
// author's alone until the customer shares it with her associates.
func (k NoteKind) visibilities() []NoteVisibility {
	switch k {
	case NotePreference, NotePersonal:
		return []NoteVisibility{NoteMine, NotePreferred}
	case NoteHandling, NoteHandoff:
		return []NoteVisibility{NoteService}
	}
	return nil
}
