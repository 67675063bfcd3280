package profile

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// ErrProfile means that a profile is not usable; the message names the place,
// never what stands there.
var ErrProfile = errors.New("profile")

// Limits of a profile. They refuse mistakes, not good customers.
const (
	maxItems = 5000 // of each list
	maxText  = 2000 // bytes of each text

	maxNoteText = 4 * (4*MaxNote + 10) // bytes of a note: a hand-off note has four parts
	maxBytes    = 1 << 20
)

// normal fills in the defaults, always the more reticent ones.
func (p Profile) normal() Profile {
	fill(&p.Style, ApproachMe)
	fill(&p.Visibility, AskEachVisit)
	fill(&p.Audience.Store, AudienceDefault)
	fill(&p.Audience.OtherStores, AudienceDefault)
	fill(&p.Audience.Online, AudienceDefault)
	p.Stated = slices.Clone(p.Stated)
	for i := range p.Stated {
		fill(&p.Stated[i].Kind, Preference)
		fill(&p.Stated[i].Audience, ForMine)
	}
	p.Notes = slices.Clone(p.Notes)
	for i := range p.Notes {
		if v := p.Notes[i].Kind.visibilities(); len(v) > 0 {
			fill(&p.Notes[i].Visibility, v[0])
		}
	}
	return p
}

func fill[T ~string](v *T, d T) {
	if *v == "" {
		*v = d
	}
}

// withoutSpecial drops the purchases of the special category.
func (p Profile) withoutSpecial() (Profile, int) {
	before := len(p.Purchases)
	p.Purchases = slices.DeleteFunc(slices.Clone(p.Purchases), func(b Purchase) bool { return b.Sensitivity == Special })
	return p, before - len(p.Purchases)
}

// faults collects what is wrong with a profile, by place.
type faults []string

func (f *faults) add(format string, args ...any) { *f = append(*f, fmt.Sprintf(format, args...)) }

func oneOf[T ~string](f *faults, place string, v T, want ...T) {
	if !slices.Contains(want, v) {
		f.add("%s: want one of %q", place, want)
	}
}

func (f *faults) text(place, s string) {
	if len(s) > maxText || !utf8.ValidString(s) {
		f.add("%s: %d bytes of text, at most %d of valid UTF-8", place, len(s), maxText)
	}
}

func (f *faults) id(place, id string) {
	if id == "" || len(id) > 128 {
		f.add("%s.id: %d bytes, want 1 to 128", place, len(id))
	}
}

func (f *faults) count(place string, n int) {
	if n > maxItems {
		f.add("%s: %d items, at most %d", place, n, maxItems)
	}
}

// check returns ErrProfile with every fault of a normal profile.
func (p Profile) check() error {
	var f faults
	if !p.Customer.Valid() {
		f.add("customer: missing")
	}
	f.text("form", p.Form)
	f.text("say", p.Say)
	oneOf(&f, "style", p.Style, ApproachMe, OnlyMine, LetMeBrowse)
	oneOf(&f, "visibility", p.Visibility, Automatic, AskEachVisit, Invisible)
	oneOf(&f, "audience.store", p.Audience.Store, AudienceClosed, AudienceDefault, AudienceOpen)
	oneOf(&f, "audience.other_stores", p.Audience.OtherStores, AudienceClosed, AudienceDefault, AudienceOpen)
	oneOf(&f, "audience.online", p.Audience.Online, AudienceClosed, AudienceDefault, AudienceOpen)
	f.count("preferred", len(p.Preferred))
	f.count("blocked", len(p.Blocked))
	for place, list := range map[string][]string{"languages": p.Languages, "wishes": p.Wishes, "interests": p.Interests} {
		f.count(place, len(list))
		for i, s := range list {
			f.text(fmt.Sprintf("%s[%d]", place, i), s)
		}
	}
	p.checkItems(&f)
	if len(f) > 0 {
		slices.Sort(f)
		return fmt.Errorf("%w: %s", ErrProfile, strings.Join(f[:min(len(f), 10)], "; "))
	}
	return nil
}

func (p Profile) checkItems(f *faults) {
	f.count("stated", len(p.Stated))
	for i, s := range p.Stated {
		at := fmt.Sprintf("stated[%d]", i)
		f.id(at, s.ID)
		f.text(at+".text", s.Text)
		oneOf(f, at+".kind", s.Kind, Preference, Size, Occasion)
		oneOf(f, at+".audience", s.Audience, ForAnyone, ForMine)
	}
	f.count("corrected", len(p.Corrected))
	for i, k := range p.Corrected {
		at := fmt.Sprintf("corrected[%d]", i)
		f.id(at, k.ID)
		f.text(at+".text", k.Text)
		f.text(at+".was", k.Was)
	}
	f.count("services", len(p.Services))
	for i, s := range p.Services {
		at := fmt.Sprintf("services[%d]", i)
		f.id(at, s.ID)
		f.text(at+".text", s.Text)
	}
	f.count("purchases", len(p.Purchases))
	for i, b := range p.Purchases {
		at := fmt.Sprintf("purchases[%d]", i)
		f.id(at, b.ID)
		f.text(at+".text", b.Text+b.Category+b.Colour+b.Store)
		oneOf(f, at+".sensitivity", b.Sensitivity, Ordinary, Personal, Gift)
		if b.At.IsZero() {
			f.add("%s.at: missing", at)
		}
	}
	f.count("notes", len(p.Notes))
	for i, n := range p.Notes {
		at := fmt.Sprintf("notes[%d]", i)
		f.id(at, n.ID)
		if len(n.Text) > maxNoteText || !utf8.ValidString(n.Text) {
			f.add("%s.text: %d bytes of text, at most %d of valid UTF-8", at, len(n.Text), maxNoteText)
		}
		if !n.Author.Valid() {
			f.add("%s.author: missing", at)
		}
		oneOf(f, at+".kind", n.Kind, NotePreference, NotePersonal, NoteHandling, NoteHandoff)
		oneOf(f, at+".visibility", n.Visibility, n.Kind.visibilities()...)
	}
	f.count("appointments", len(p.Appointments))
	for i, a := range p.Appointments {
		at := fmt.Sprintf("appointments[%d]", i)
		f.id(at, a.ID)
		f.text(at+".topic", a.Topic)
		oneOf(f, at+".state", a.State, Requested, Confirmed, Moved, Declined, Cancelled, Covered)
	}
}
