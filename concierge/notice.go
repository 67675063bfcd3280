package concierge

import (
	"fmt"
	"time"

	"foyer/floor"
	"foyer/profile"
)

// A Notice is the legal text in force, in one language. Without one all of it
// is empty.
type Notice struct {
	Version, Language, Text  string
	Controller, Contact, URL string
}

// Agreed is what she read when she allowed a purpose: the exact text, and the
// identifier by which her consent names it.
type Agreed struct {
	ID   string
	Text string
	Notice
}

// Notice returns the legal text in the first of the languages there is.
func (d *Desk) Notice(languages ...string) Notice {
	n := d.profiles.Notice()
	if n == nil {
		return Notice{}
	}
	t := n.In(languages...)
	return Notice{Version: n.Version, Language: t.Language, Text: t.Text, Controller: n.Controller, Contact: n.Contact, URL: n.URL}
}

// Offered are the purposes that a customer can be asked to allow: those the notice
// in force has words for, all of them without one.
func (d *Desk) Offered() (out []string) {
	for _, p := range profile.Purposes() {
		if _, ok := d.profiles.Notice().Named(p); ok {
			out = append(out, string(p))
		}
	}
	return out
}

// NoticeChanged takes note that another notice is in force: what it suspends
// ends now, for everybody who is here.
func (d *Desk) NoticeChanged(now time.Time) {
	here := map[floor.Customer]bool{}
	for _, c := range d.phones {
		here[c] = true
	}
	for c := range d.stays {
		here[c] = true
	}
	for c := range here {
		d.Changed(c, now)
	}
}

// Grant records that she allows a purpose on her own page, having read the text.
// It counts once it and the text are written down. What the notice in force has
// no words for cannot be allowed.
func (d *Desk) Grant(c floor.Customer, purpose string, read Agreed, now time.Time) error {
	p := profile.Purpose(purpose)
	if !p.Valid() {
		return ErrNothing
	}
	named, ok := d.profiles.Notice().Named(p)
	if !ok {
		return ErrNothing
	}
	err := d.words.KeepText(read.ID, profile.Shown{Version: read.Version, Language: read.Language, Text: read.Text,
		Controller: read.Controller, Contact: read.Contact, URL: read.URL, Retention: named.Retention})
	if err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	consents, err := d.words.Grant(c, now, read.ID, "page", p)
	if err != nil {
		return fmt.Errorf("grant: %w", err)
	}
	d.unsaid(c, false, p)
	d.emit(consentChanged(c, p, consents[p], now))
	d.Changed(c, now)
	return nil
}

// unread reports whether she has never said a word on anything, and whether the
// notice in force suspends something she allowed.
func (d *Desk) unread(c floor.Customer) (fresh, suspended bool) {
	consents, err := d.profiles.Consents(c)
	for _, x := range consents {
		suspended = suspended || x.Suspended
	}
	return err == nil && len(consents) == 0, suspended
}

// consentLine is what her page says of one purpose.
func (d *Desk) consentLine(p profile.Purpose, x profile.Consent, reach Reach, languages []string) ConsentLine {
	l := ConsentLine{Purpose: string(p), Granted: x.Granted && !x.Suspended, Suspended: x.Suspended, At: x.At.Wall, Reach: reach, Offered: true}
	if n := d.profiles.Notice(); n != nil {
		_, l.Offered = n.Named(p)
		l.Text = n.In(languages...).Of[p]
	}
	return l
}
