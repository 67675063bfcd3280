package concierge_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/profile"
)

// served lets a customer ask for help and name accept, and returns the visit.
func (h *house) serves(c floor.Customer, name string) floor.VisitID {
	h.t.Helper()
	v := h.comes(c)
	must(h.t, h.desk.Help(c, h.now))
	for range 8 {
		if o := h.offer(name); o != nil {
			_, err := h.desk.Accept(associate(name), o.ID, h.now)
			must(h.t, err)
			return v.ID
		}
		for _, other := range []string{"ana", "marc", "lea"} {
			if o := h.offer(other); o != nil && other != name {
				must(h.t, h.desk.Decline(associate(other), o.ID, "busy", h.now))
			}
		}
		h.pass(time.Second)
	}
	h.t.Fatalf("%s is never asked", name)
	return ""
}

func (h *house) sees(name string, v floor.VisitID) string {
	h.t.Helper()
	card, err := h.desk.Card(associate(name), v, h.now)
	must(h.t, err)
	return text(card.View())
}

// The personal note is its author's alone, whatever she calls it, until the
// customer opens it to her associates; a substitute never reads it.
func TestThePersonalNoteAndTheSubstitute(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", nil)
	v := h.serves(c, "lea")
	n, err := h.desk.WriteNote(associate("ana"), v, concierge.NoteDraft{Kind: "preference", Visibility: "preferred", Text: " Her sister is\n getting divorced "}, h.now)
	must(t, err)
	if n.Kind != "personal_detail" || n.Visibility != "mine" || len(n.Topics) != 1 || n.Topics[0] != "relationships" {
		t.Fatalf("kept as %+v", n)
	}
	reads := func(want ...string) {
		t.Helper()
		for _, name := range []string{"ana", "marc", "lea"} {
			got := strings.Contains(h.sees(name, v), "sister is getting divorced")
			if is := strings.Contains(strings.Join(want, " "), name); got != is {
				t.Errorf("%s reads it: %t, want %t", name, got, is)
			}
		}
	}
	reads("ana")
	if _, err := h.desk.EditNote(associate("ana"), n.ID, concierge.NoteChange{Visibility: "preferred"}, h.now); !errors.Is(err, concierge.ErrNote) {
		t.Errorf("its author widens it: %v", err)
	}
	k, err := h.desk.Known(c)
	must(t, err)
	if len(k.Notes) != 1 || k.Notes[0].Text != "Her sister is getting divorced" || k.Notes[0].By != "ana" {
		t.Errorf("she reads %+v", k.Notes)
	}
	must(t, h.desk.ShareNote(c, n.ID, true, h.now))
	reads("ana", "marc")
	_, err = h.desk.EditNote(associate("ana"), n.ID, concierge.NoteChange{Renew: true}, h.now)
	must(t, err)
	reads("ana", "marc")
	_, err = h.desk.EditNote(associate("ana"), n.ID, concierge.NoteChange{Text: "Her sister is getting divorced again"}, h.now)
	must(t, err)
	reads("ana") // she let them read other words
	must(t, h.desk.ShareNote(c, n.ID, true, h.now))
	must(t, h.desk.ShareNote(c, n.ID, false, h.now))
	reads("ana")
	must(t, h.desk.Object(c, n.ID, true, h.now))
	reads()
}

func TestNotesBelongToTheirAuthors(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", nil)
	v := h.serves(c, "lea")
	write := func(name, kind, text string) (concierge.NoteLine, error) {
		return h.desk.WriteNote(associate(name), v, concierge.NoteDraft{Kind: kind, Text: text}, h.now)
	}
	n, err := write("lea", "handling", "Likes to try alone")
	must(t, err)
	if n.Visibility != "service" || !n.Until.After(h.now.AddDate(0, 17, 0)) {
		t.Errorf("%+v", n)
	}
	p, err := write("ana", "preference", "Navy")
	must(t, err)
	if p.Visibility != "mine" {
		t.Errorf("a preference is %s unless she says otherwise", p.Visibility)
	}
	for _, bad := range [][2]string{{"preference", " \n "}, {"preference", strings.Repeat("x", 281)}, {"gossip", "x"}, {"handoff", "x"}} {
		if _, err := write("ana", bad[0], bad[1]); !errors.Is(err, concierge.ErrNote) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	for name, err := range map[string]error{
		"edit": func() error {
			_, err := h.desk.EditNote(associate("marc"), p.ID, concierge.NoteChange{Text: "x"}, h.now)
			return err
		}(),
		"remove":  h.desk.RemoveNote(associate("marc"), p.ID, h.now),
		"nobody":  func() error { _, err := write("jonas", "preference", "x"); return err }(),
		"unknown": h.desk.RemoveNote(associate("ana"), "n-made-up", h.now),
	} {
		if !errors.Is(err, concierge.ErrNothing) {
			t.Errorf("%s: %v", name, err)
		}
	}
	mine, err := h.desk.Notes(associate("ana"), v, h.now)
	must(t, err)
	if len(mine.Mine) != 1 || mine.Mine[0].Text != "Navy" || mine.Name != "Ms. Keller" {
		t.Errorf("%+v", mine)
	}
	must(t, h.desk.RemoveNote(associate("ana"), p.ID, h.now))
	if strings.Contains(h.sees("ana", v), "Navy") {
		t.Error("a removed note is on the card")
	}
	for range profile.MaxNotes {
		_, err = write("ana", "preference", "one more")
		must(t, err)
	}
	if _, err = write("ana", "preference", "too many"); !errors.Is(err, concierge.ErrNote) {
		t.Errorf("no bound: %v", err)
	}
	if got := len(h.all(concierge.NoteWritten)); got != 2+profile.MaxNotes || len(h.all(concierge.NoteRemoved)) != 1 {
		t.Errorf("%d written notes are told", got)
	}
	h.desk.Left(h.phone, h.now)
	if err := h.desk.RemoveNote(associate("lea"), n.ID, h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("a note about one who is not here: %v", err)
	}
}

// A word for whoever covers: asked of her own associate when somebody covers,
// on the cover's card when it is written, refused where it sounds personal.
func TestHandOff(t *testing.T) {
	h := newHouse(t, fullTable(t))
	c := h.customer("c-1", nil)
	v := h.serves(c, "lea")
	asked := h.all(concierge.HandoffRequested)
	if len(asked) != 1 || asked[0].Associate != associate("ana") || asked[0].Visit != v {
		t.Fatalf("asked: %+v", asked)
	}
	today, err := h.desk.Today(associate("ana"), h.now)
	must(t, err)
	if len(today.Handoffs) != 1 || today.Handoffs[0].By != "lea" || today.Handoffs[0].Name != "Ms. Keller" {
		t.Errorf("her list: %+v", today.Handoffs)
	}
	var personal concierge.PersonalError
	err = h.desk.HandOff(associate("ana"), v, concierge.Handoff{Greet: "Let her come to you.", Avoid: "Her sister is getting divorced, don’t ask."}, h.now)
	if !errors.As(err, &personal) || strings.Contains(h.sees("lea", v), "come to you") {
		t.Errorf("gossip for the team: %v", err)
	}
	must(t, h.desk.HandOff(associate("ana"), v, concierge.Handoff{Greet: "Let her come to you.", Offer: "Tea"}, h.now))
	must(t, h.desk.AddPhrase(associate("ana"), v, "sit", h.now))
	must(t, h.desk.AddPhrase(associate("ana"), v, "sit", h.now))
	for _, want := range []string{"Greet: Let her come to you.", "Offer: Tea A chair.", "From ana"} {
		if got := h.sees("lea", v); !strings.Contains(got, want) {
			t.Errorf("lea does not read %q: %s", want, got)
		}
	}
	if today, err = h.desk.Today(associate("ana"), h.now); err != nil || len(today.Handoffs) != 0 {
		t.Errorf("asked again: %+v %v", today.Handoffs, err)
	}
	k, err := h.desk.Known(c)
	must(t, err)
	if len(k.Notes) != 1 || k.Notes[0].Text != "Greet: Let her come to you.\nOffer: Tea A chair." {
		t.Errorf("she reads %+v", k.Notes)
	}
	if err := h.desk.HandOff(associate("ana"), v, concierge.Handoff{Greet: strings.Repeat("ä", 281)}, h.now); !errors.Is(err, concierge.ErrNote) {
		t.Errorf("a novel: %v", err)
	}
	must(t, h.desk.HandOff(associate("ana"), v, concierge.Handoff{}, h.now))
	if strings.Contains(h.sees("lea", v), "come to you") {
		t.Error("an emptied note is on the card")
	}
}

// Nobody is asked for a word off her shift, nor when her own associate goes.
func TestNobodyIsAskedOffShift(t *testing.T) {
	h := newHouse(t, fullTable(t))
	h.desk.SetShifts([]floor.Shift{{Associate: associate("lea"), From: start.Add(-time.Hour), To: start.Add(time.Hour)}})
	h.serves(h.customer("c-1", nil), "lea")
	if asked := h.all(concierge.HandoffRequested); len(asked) != 0 {
		t.Errorf("asked off shift: %+v", asked)
	}
	h = newHouse(t, fullTable(t))
	h.serves(h.customer("c-1", nil), "marc")
	if asked := h.all(concierge.HandoffRequested); len(asked) != 0 {
		t.Errorf("asked though her own associate goes: %+v", asked)
	}
}
