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

// Lines are the copy for reading.
func (y Copy) Lines() ([]CopyLine, error) {
	w := liner{names: y.Names}
	w.add(kindProfile, y.Customer, "Number here and at headquarters", time.Time{})
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
			w.add(kindInvitation, fmt.Sprintf("Codes made for you, used or not: %d", n), "", time.Time{})
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
			w.add("desk", b.Purpose, fmt.Sprintf("%d, see below", n), time.Time{})
		}
	}
	for _, s := range y.Sessions {
		detail := ""
		if s.This {
			detail = "the one that made this copy"
		}
		w.add("sessions", "A phone or browser, signed in until then", detail, s.Until)
	}
	if n := y.Now; n != nil {
		w.add("now", strings.Join(append([]string{spaced(n.Stage)}, n.Told...), ", "), spaced(n.Style), time.Time{})
	}
	return w.lines, nil
}

// visit is a visit in which she was served.
func (w *liner) visit(v CopyVisit) {
	var names []string
	for _, ref := range v.Served {
		names = append(names, w.name(ref))
	}
	text := "Served by " + strings.Join(names, ", ")
	if v.Answer != "" {
		text += "; you said: " + spaced(v.Answer)
	}
	w.add(kindVisit, text, "", v.Ended)
}

// A liner writes the lines of a copy.
type liner struct {
	names map[string]string
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
	return "an associate"
}

// spaced puts a word of the box into words.
func spaced[T ~string](word T) string { return strings.ReplaceAll(string(word), "_", " ") }

// number is a number in words, and nothing where it is none.
func number(n uint8) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(int(n))
}

// aboutHer are the lines of who she is and what she told.
func (w *liner) aboutHer(p profile.Profile) {
	for _, x := range []struct{ what, is string }{{"Addressed as", p.Form}, {"Pronounced", p.Say}, {"Your own store", p.Home},
		{"To be served", spaced(p.Style)}, {"When you come", spaced(p.Visibility)}, {"Audience of purchases here", spaced(p.Audience.Store)},
		{"Of purchases in other stores", spaced(p.Audience.OtherStores)}, {"Of purchases online", spaced(p.Audience.Online)},
		{"Colleagues who may stand in", string(p.Covers)}, {"Before others who wait, of 3", number(p.Priority)}} {
		if x.is != "" {
			w.add(kindProfile, x.is, x.what, time.Time{})
		}
	}
	list := func(what string, all []string) {
		for _, s := range all {
			w.add(kindProfile, s, what, time.Time{})
		}
	}
	list("Language", p.Languages)
	list("Wish", p.Wishes)
	list("Interest", p.Interests)
	for _, a := range p.Preferred {
		w.add(kindProfile, w.name(a.Ref()), "Your associate", time.Time{})
	}
	for _, a := range p.Blocked {
		w.add(kindProfile, w.name(a.Ref()), "Not to be sent to you", time.Time{})
	}
	if !p.Seen.IsZero() {
		w.add(kindProfile, p.Seen.Format("2 January 2006"), "Known to this store since, or last here on", time.Time{})
	}
	if !p.NotToday.IsZero() {
		w.add(kindProfile, "Not today", "Said on your page", p.NotToday)
	}
	for _, s := range p.Stated {
		w.add(kindStated, s.Text, spaced(s.Kind)+", for "+spaced(s.Audience), time.Time{})
	}
	for _, k := range p.Corrected {
		text := k.Text
		if k.Removed {
			text = "removed"
		}
		w.add(kindStated, text, "you corrected: "+k.Was, k.At)
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
		detail := "by " + w.name(n.Author.Ref()) + ", " + spaced(n.Kind) + ", for " + spaced(n.Visibility)
		if n.Objected {
			detail += ", withheld: you object"
		}
		w.add(kindNote, n.Text, detail, n.At)
	}
	for _, a := range p.Appointments {
		detail := string(a.State)
		if a.With.Valid() {
			detail += ", with " + w.name(a.With.Ref())
		}
		w.add(kindAppointment, a.Topic, detail, a.At)
	}
}

func (w *liner) purchase(b profile.Purchase) string {
	parts := []string{b.Category, string(b.Sensitivity)}
	if b.Colour != "" {
		parts = append(parts, b.Colour)
	}
	if b.Store == "" {
		parts = append(parts, "online")
	} else {
		parts = append(parts, "in "+b.Store)
	}
	if b.Seller.Valid() {
		parts = append(parts, "sold by "+w.name(b.Seller.Ref()))
	}
	if b.Hidden {
		parts = append(parts, "hidden")
	}
	return strings.Join(parts, ", ")
}

func (w *liner) consent(x Receipt) {
	detail := "withdrawn"
	if x.Granted {
		detail = "allowed"
	}
	if x.Replaced {
		detail += ", until you said otherwise"
	}
	if x.Method != "" {
		detail += ", by " + x.Method
	}
	if x.Notice != "" {
		detail += ", text " + x.Notice
	}
	w.add(kindConsent, spaced(x.Purpose), detail+", receipt "+x.ID, x.At)
}

func (w *liner) access(a CopyAccess) {
	detail := a.Role + ", " + a.Relation + ", for " + a.Purpose
	if a.Reason != "" {
		detail += ", because: " + spaced(a.Reason)
	}
	items := make([]ledger.Item, 0, len(a.Items))
	for _, it := range a.Items {
		items = append(items, ledger.Item(it))
	}
	for _, class := range classes(items) {
		detail += "; " + class
	}
	w.add(kindAccess, w.name(a.Viewer), detail, a.At)
}
