package policy

// A NoteKind is what a note is about.
type NoteKind uint8

// The kinds of notes.
const (
	NotePersonal   NoteKind = iota // a personal detail: never wider than its author
	NotePreference                 // a preference she showed
	NoteHandling                   // how she likes to be served
	NoteHandoff                    // for whoever covers
)

// A NoteVisibility is who the author wrote a note for.
type NoteVisibility uint8

// The visibilities.
const (
	NoteMine      NoteVisibility = iota // the author only
	NotePreferred                       // the customer's preferred associates
	NoteService                         // whoever serves her
)

func noteKinds() []string {
	return []string{"personal_detail", "preference", "handling", "handoff"}
}

func noteVisibilities() []string { return []string{"mine", "preferred", "service"} }

// String returns the kind's name.
func (k NoteKind) String() string { return name(noteKinds(), k) }

// String returns the visibility's name.
func (v NoteVisibility) String() string { return name(noteVisibilities(), v) }

// A Note is what a decision must know of a note.
type Note struct {
	Kind       NoteKind
	Visibility NoteVisibility
	Author     bool // the viewer wrote it
	Opened     bool // the customer opened a personal detail to her associates
}

// DecideNote returns how much of a note the viewer sees. A visibility its
// kind cannot have counts as the author's own.
func DecideNote(n Note, f Facts) Decision {
	cell, rule := noteCell(n, f.Relation)
	d := Decision{Disclosure: cell.disclosure, Speak: cell.speak, Rule: rule}
	if by := f.closed(); by != "" {
		d.withhold(by)
	}
	d.tier(f, n.Kind == NoteHandoff, false, false)
	return d.shown()
}

// noteCell is the table of notes. A note is known, not recited: nothing of
// one may be mentioned.
func noteCell(n Note, r Relation) (outcome, string) {
	bg, ask := outcome{Full, Background}, outcome{Full, AskFirst}
	preferred := r == RelationPreferred
	switch {
	case n.Kind == NoteHandoff:
		return bg, "note handoff"
	case n.Kind == NoteHandling && n.Visibility == NoteService:
		return bg, "note handling/service"
	case n.Kind == NoteHandling && n.Visibility == NotePreferred:
		return pick(n.Author || preferred, bg), "note handling/preferred"
	case n.Kind == NotePersonal && n.Opened:
		return pick(n.Author || preferred, ask), "note personal_detail/opened"
	case n.Kind == NotePersonal:
		return pick(n.Author, ask), "note personal_detail/mine"
	case n.Kind == NotePreference && n.Visibility == NotePreferred && !n.Author:
		return pick(preferred, ask), "note preference/preferred"
	case n.Kind == NotePreference && n.Visibility == NotePreferred:
		return bg, "note preference/preferred"
	case n.Kind == NotePreference || n.Kind == NoteHandling:
		return pick(n.Author, bg), "note mine"
	}
	return outcome{}, "note unknown"
}

func pick(when bool, then outcome) outcome {
	if when {
		return then
	}
	return outcome{}
}
