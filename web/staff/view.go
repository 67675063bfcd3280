package staff

import (
	"fmt"
	"html/template"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/routing"
	"foyer/web/look"
)

// messageView is a page of one sentence.
type messageView struct {
	look.Page
	Title, Text string
}

// signOnView asks who she is, then for her PIN.
type signOnView struct {
	look.Page
	Paired bool
	Names  []nameView
	Who    *nameView
	Wrong  string
}

// Keys are the digits of the pad but for the last one.
func (signOnView) Keys() []string { return strings.Split("123456789", "") }

type nameView struct{ ID, Name string }

// pairView pairs a device and sets a PIN.
type pairView struct {
	look.Page
	Code, Wrong string
}

// tabsView is the row at the foot of a page.
type tabsView struct {
	Here    string
	Manager bool
}

// todayView is her first page.
type todayView struct {
	look.Page
	Tabs           tabsView
	Date, Greeting string
	Statuses       []statusView
	Away           bool // three questions passed: is she still on the floor?
	Until          string
	HeadsUp        *headsUpView
	Wrapping       string // she wraps up until then
	Quiet          string // not to be disturbed until then
	Serving        []clientView
	Browsing       []clientView
	Handoffs       []concierge.HandoffAsk
	Coming         []appointmentView // of today
}

type statusView struct {
	Value, Name string
	Chosen      bool
}

type clientView struct {
	Visit floor.VisitID
	Name  string
}

func (f *Face) todayOf(p look.Page, t concierge.Today, now time.Time) todayView {
	v := todayView{Page: p, Tabs: tabsView{"today", t.Role == floor.RoleManager}, Date: now.Format("Monday 2 January"),
		Greeting: greeting(now) + ", " + t.Name + ".", Away: t.Status == routing.Away}
	for _, s := range []struct {
		status routing.PresenceStatus
		name   string
	}{{routing.Available, "Available"}, {routing.Busy, "With a client"}, {routing.OnBreak, "On a break"}} {
		v.Statuses = append(v.Statuses, statusView{s.status.String(), s.name, s.status == t.Status})
	}
	if t.OnShift {
		v.Until = t.Until.In(now.Location()).Format("15:04")
	}
	v.Rest = t.Status == routing.OnBreak || t.Status == routing.Away
	v.HeadsUp = headsUpOf(t.HeadsUp, now)
	if t.Wrapping.After(now) {
		v.Wrapping = t.Wrapping.In(now.Location()).Format("15:04")
	}
	if t.Status == routing.DoNotDisturb {
		v.Quiet = t.Quiet.In(now.Location()).Format("15:04")
	}
	v.Serving, v.Browsing = f.clients(t.Serving), f.clients(t.Browsing)
	for _, h := range t.Handoffs {
		h.Name = lowerNamed(h.Name)
		v.Handoffs = append(v.Handoffs, h)
	}
	v.Say = "No one is asking for you."
	if v.HeadsUp != nil {
		v.Say, v.After = "One of your clients is here. "+v.HeadsUp.Text, v.HeadsUp.Left+1
	}
	return v
}

func named(name string) string {
	if name == "" {
		return "This client"
	}
	return name
}

// lowerNamed is named in the middle of a sentence.
func lowerNamed(name string) string {
	if name == "" {
		return "this client"
	}
	return name
}

func greeting(now time.Time) string {
	switch h := now.Hour(); {
	case h < 5 || h >= 18:
		return "Good evening"
	case h < 12:
		return "Good morning"
	}
	return "Good afternoon"
}

// offerView is the question whether she will go.
type offerView struct {
	look.Page
	ID          concierge.OfferID
	Label, Name string
	Place       string
	Plan        template.HTML
	Left, Of    int // seconds
	Hint, Then  string
	Urgent      bool // nobody else has come: it is felt for longer
	Sound       bool // it is heard
}

func offerOf(p look.Page, o concierge.Offer, w where, now time.Time) offerView {
	v := offerView{Page: p, ID: o.ID, Place: w.words(), Plan: w.plan, Hint: "Let it pass if you cannot go.",
		Of:   max(1, int(o.Deadline.Sub(o.Created)/time.Second)),
		Left: max(0, int((o.Deadline.Sub(now)+time.Second-1)/time.Second))}
	v.Urgent = o.Escalated
	switch {
	case o.Escalated:
		v.Label, v.Name, v.Hint = "Nobody has come yet", "A client waits for help", "You are asked as the manager. Her name comes with your yes."
	case o.Cover:
		v.Label, v.Name, v.Hint = "You would cover", "A client would like help", "Her name comes with your yes."
		if o.Covering != "" {
			v.Label += " for " + o.Covering
		}
		if !o.Requested {
			v.Name = "A client is here"
		}
	case o.Requested:
		v.Label, v.Name, v.Then = "She has asked for you", named(o.Name), "A colleague is asked next."
	default:
		v.Label, v.Name = "She is here", named(o.Name)
	}
	return v
}

// Gone is how much of the ring is gone, in seconds.
func (v offerView) Gone() int { return max(0, v.Of-v.Left) }

// where is the place of a visit, as far as it may be shown.
type where struct {
	zone, level string
	plan        template.HTML
}

func (w where) words() string {
	if w.zone == "" {
		return "In the store"
	}
	return w.zone + ", " + strings.ToLower(w.level)
}

// whereIs draws the level with the one zone filled; nothing where no zone is
// known or may be shown.
func (f *Face) whereIs(v floor.VisitID) where {
	id, ok := f.Zones.Zone(v)
	if !ok {
		return where{}
	}
	return f.draw(id)
}

func (f *Face) placeOf(v floor.VisitID) placeView {
	w := f.whereIs(v)
	return placeView{w.zone, w.plan}
}

// meView is about herself.
type meView struct {
	look.Page
	Tabs        tabsView
	Name, Until string
	Sound       bool // an offer is heard on this device
}

// plural counts in words up to ten.
func plural(n int, one, many string) string {
	words := []string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"}
	text := fmt.Sprint(n)
	if n >= 0 && n < len(words) {
		text = words[n]
	}
	if n == 1 {
		return text + " " + one
	}
	return text + " " + many
}
