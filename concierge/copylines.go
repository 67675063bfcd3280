package concierge

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"foyer/ledger"
	"foyer/profile"
)

// A CopyLine is one thing that is held. Kind groups lines; At may be zero.
type CopyLine struct {
	Kind, Text, Detail string
	At                 time.Time
}

// Words put a copy into a language: a thing by its English words, with what
// belongs in its places, and a day.
type Words interface {
	T(name string, args ...any) string
	Date(t time.Time) string
}

// Languages are hers, the best first, as headquarters has them.
func (y Copy) Languages() []string {
	var held struct {
		Profile struct {
			Languages []string `json:"languages"`
		} `json:"profile"`
	}
	if len(y.Held) == 0 || json.Unmarshal(y.Held, &held) != nil {
		return nil // Lines says what is wrong
	}
	return held.Profile.Languages
}

// Lines are the copy for reading, in a language.
func (y Copy) Lines(in Words) ([]CopyLine, error) {
	w := liner{names: y.Names, in: in}
	w.add(kindProfile, y.Customer, in.T("Number here and at headquarters"), time.Time{})
	if len(y.Held) > 0 {
		var held profile.Export
		if err := json.Unmarshal(y.Held, &held); err != nil {
			return nil, fmt.Errorf("lines of a copy: %w", err)
		}
		p, ok, err := held.Read()
		if err != nil {
			return nil, fmt.Errorf("lines of a copy: %w", err)
		}
		if ok {
			w.aboutHer(p)
			w.lived(p)
		}
		if n := len(held.Invitations); n > 0 {
			w.add(kindInvitation, in.T("Codes made for you, used or not: %d", n), "", time.Time{})
		}
	}
	for _, x := range y.Receipts {
		w.consent(x)
	}
	for _, g := range y.General {
		w.add("general", g, "", time.Time{})
	}
	for _, a := range y.Accesses {
		w.access(a)
	}
	for _, r := range y.Reveals {
		w.reveal(r)
	}
	for _, s := range y.Served {
		w.add(kindServed, w.name(s.Associate), "", s.At)
	}
	for _, v := range y.Visits {
		w.visit(v)
	}
	for _, m := range y.Messages {
		w.add(kindMessage, m.Text, w.name(m.By), m.At)
	}
	for _, b := range Buckets() {
		if n := len(y.Desk[b.Name]); n > 0 {
			w.add("desk", in.T(b.Purpose), in.T("%d, see below", n), time.Time{})
		}
	}
	for _, s := range y.Sessions {
		detail := ""
		if s.This {
			detail = in.T("the one that made this copy")
		}
		w.add("sessions", in.T("A phone or browser, signed in until then"), detail, s.Until)
	}
	if n := y.Now; n != nil {
		w.add("now", strings.Join(append([]string{w.spaced(n.Stage)}, n.Told...), ", "), w.spaced(n.Style), time.Time{})
	}
	return w.lines, nil
}

// visit is a visit in which she was served.
func (w *liner) visit(v CopyVisit) {
	var names []string
	for _, ref := range v.Served {
		names = append(names, w.name(ref))
	}
	text := w.in.T("Served by %s", strings.Join(names, ", "))
	if v.Answer != "" {
		text = w.in.T("%s; you said: %s", text, w.spaced(v.Answer))
	}
	w.add(kindVisit, text, "", v.Ended)
}

// A liner writes the lines of a copy.
type liner struct {
	names map[string]string
	in    Words
	lines []CopyLine
}

func (w *liner) add(kind, text, detail string, at time.Time) {
	w.lines = append(w.lines, CopyLine{kind, text, detail, at})
}

// name is an associate's first name; one of another store, or who has left, has
// none here.
func (w *liner) name(ref string) string {
	if n, ok := w.names[ref]; ok {
		return n
	}
	return w.in.T("an associate")
}

// spaced puts a word of the box into words.
func (w *liner) spaced(word string) string {
	if word == "" {
		return ""
	}
	return w.in.T(strings.ReplaceAll(word, "_", " "))
}

// number is a number in words, and nothing where it is none.
func number(n uint8) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}

// aboutHer are the lines of who she is and what she told.
func (w *liner) aboutHer(p profile.Profile) {
	for _, x := range []struct{ what, is string }{{w.in.T("Addressed as"), p.Form}, {w.in.T("Pronounced"), p.Say}, {w.in.T("Your own store"), p.Home},
		{w.in.T("To be served"), w.spaced(string(p.Style))}, {w.in.T("When you come"), w.spaced(string(p.Visibility))}, {w.in.T("Audience of purchases here"), w.spaced(string(p.Audience.Store))},
		{w.in.T("Of purchases in other stores"), w.spaced(string(p.Audience.OtherStores))}, {w.in.T("Of purchases online"), w.spaced(string(p.Audience.Online))},
		{w.in.T("Colleagues who may stand in"), w.spaced(string(p.Covers))}, {w.in.T("Before others who wait, of 3"), number(p.Priority)}} {
		if x.is != "" {
			w.add(kindProfile, x.is, x.what, time.Time{})
		}
	}
	list := func(what string, all []string) {
		for _, s := range all {
			w.add(kindProfile, s, what, time.Time{})
		}
	}
	list(w.in.T("Language"), p.Languages)
	list(w.in.T("Wish"), p.Wishes)
	list(w.in.T("Interest"), p.Interests)
	for _, a := range p.Preferred {
		w.add(kindProfile, w.name(a.Ref()), w.in.T("Your associate"), time.Time{})
	}
	for _, a := range p.Blocked {
		w.add(kindProfile, w.name(a.Ref()), w.in.T("Not to be sent to you"), time.Time{})
	}
	if !p.Seen.IsZero() {
		w.add(kindProfile, w.in.Date(p.Seen), w.in.T("Known to this store since, or last here on"), time.Time{})
	}
	if !p.NotToday.IsZero() {
		w.add(kindProfile, w.in.T("Not today"), w.in.T("Said on your page"), p.NotToday)
	}
	for _, s := range p.Stated {
		w.add(kindStated, s.Text, w.in.T("%s, for %s", w.spaced(string(s.Kind)), w.spaced(string(s.Audience))), time.Time{})
	}
	for _, k := range p.Corrected {
		text := k.Text
		if k.Removed {
			text = w.in.T("removed")
		}
		w.add(kindStated, text, w.in.T("you corrected: %s", k.Was), k.At)
	}
}

// lived are the lines of what she bought, what waits, and what others wrote.
func (w *liner) lived(p profile.Profile) {
	for _, s := range p.Services {
		w.add("services", s.Text, "", s.Until)
	}
	for _, b := range p.Purchases {
		w.add(kindPurchase, b.Text, w.purchase(b), b.At)
	}
	for _, n := range p.Notes {
		detail := w.in.T("by %s, %s, for %s", w.name(n.Author.Ref()), w.spaced(string(n.Kind)), w.spaced(string(n.Visibility)))
		if n.Objected {
			detail += ", " + w.in.T("withheld: you object")
		}
		w.add(kindNote, n.Text, detail, n.At)
	}
	for _, a := range p.Appointments {
		detail := w.spaced(string(a.State))
		if a.With.Valid() {
			detail += ", " + w.in.T("with %s", w.name(a.With.Ref()))
		}
		w.add(kindAppointment, a.Topic, detail, a.At)
	}
}

func (w *liner) purchase(b profile.Purchase) string {
	parts := []string{b.Category, w.spaced(string(b.Sensitivity))}
	if b.Colour != "" {
		parts = append(parts, b.Colour)
	}
	if b.Store == "" {
		parts = append(parts, w.in.T("online"))
	} else {
		parts = append(parts, w.in.T("in %s", b.Store))
	}
	if b.Seller.Valid() {
		parts = append(parts, w.in.T("sold by %s", w.name(b.Seller.Ref())))
	}
	if b.Hidden {
		parts = append(parts, w.in.T("hidden"))
	}
	return strings.Join(parts, ", ")
}

func (w *liner) consent(x Receipt) {
	parts := []string{w.in.T("withdrawn")}
	if x.Granted {
		parts[0] = w.in.T("allowed")
	}
	if x.Replaced {
		parts = append(parts, w.in.T("until you said otherwise"))
	}
	if x.Method != "" {
		parts = append(parts, w.in.T("by %s", w.spaced(x.Method)))
	}
	if x.Notice != "" {
		parts = append(parts, w.in.T("text %s", x.Notice))
	}
	parts = append(parts, w.in.T("receipt %s", x.ID))
	w.add(kindConsent, w.spaced(x.Purpose), strings.Join(parts, ", "), x.At)
}

func (w *liner) access(a CopyAccess) {
	detail := w.in.T("%s, %s, for %s", w.spaced(a.Role), w.spaced(a.Relation), w.spaced(a.Purpose))
	if a.Reason != "" {
		detail += ", " + w.in.T("because: %s", w.because(a.Reason))
	}
	items := make([]ledger.Item, 0, len(a.Items))
	for _, it := range a.Items {
		items = append(items, ledger.Item(it))
	}
	for _, class := range classes(items) {
		detail += "; " + w.in.T(class)
	}
	w.add(kindAccess, w.name(a.Viewer), detail, a.At)
}

// because is a reason; a second person may have agreed to it.
func (w *liner) because(reason string) string {
	if code, ok := strings.CutSuffix(reason, ", second person"); ok {
		return w.in.T("%s; a manager agreed", w.spaced(code))
	}
	return w.spaced(reason)
}
