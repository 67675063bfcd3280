package staff

import (
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

// meView is about herself.
type meView struct {
	look.Page
	Tabs        tabsView
	Name, Until string
	Sound       bool // an offer is heard on this device
}
