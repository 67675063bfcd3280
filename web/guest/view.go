package guest

import (
	"strings"
	"time"

	"foyer/concierge"
	"foyer/web/look"
)

// switchView is the privacy switch in the head of every page. Mode is what a
// press asks for; empty where nobody is signed in and nothing can be asked. A
// page that does not know who knows has no switch, and Name is empty.
type switchView struct {
	Name, Hint string
	On         bool
	Binary     bool // it is a switch now: on or off; else a button
	Mode       concierge.Visibility
}

// switchOf says who knows now and what a press does. Invisible is left only
// towards being asked: nobody becomes visible to others by one press.
func (l speech) switchOf(h concierge.Here, known bool) switchView {
	v := switchView{Name: l.T("Private"), Hint: l.T("nobody is told"), Mode: concierge.Invisible}
	switch {
	case !known:
		v.Mode = ""
	case h.Visibility == concierge.Invisible:
		v.Mode, v.Binary = concierge.AskEachVisit, true
	case h.InStore && !h.MayTell: // nobody is, whatever she chose
	case h.Stage == concierge.Announced || h.Stage == concierge.Browsing || h.Stage == concierge.Serving:
		v.Name, v.Hint, v.On, v.Binary = l.T("Announced"), l.whoKnows(h.Told), true, true
	case h.Stage == concierge.Grace:
		v.Hint = l.T("nobody is told yet")
	case h.Stage == concierge.Hidden:
		v.Hint = l.T("for today")
	case h.Visibility == concierge.Automatic:
		v.Hint = l.T("until you arrive")
	default:
		v.Hint = l.T("until you say so")
	}
	return v
}

// hereView is the first page.
type hereView struct {
	look.Page
	Switch     switchView
	Known      bool
	Stage      concierge.Stage
	Within     int  // minutes for which she is asked
	Late       bool // the question was not answered in time; she may still ask
	Closed     bool // nobody may learn of her, so nothing is asked
	Greeting   string
	Ask        string // name, "" if nobody can be asked about
	Asked      string // how it is with her
	Left       int    // seconds of the grace
	Style      concierge.Style
	Coming     string
	Greeted    bool // Coming has met her
	Zone       string
	Knows      string
	Next       string // what follows while she is announced
	Tomorrow   string // what her no of today means for tomorrow
	NobodyNext string // what follows when everybody was asked
	Asking     bool
	Nobody     bool
	Choice     *choiceView       // hers cannot come at once: what she would like
	Gone       string            // hers who no longer work here
	Items      []concierge.Topic // what she may have come to fetch
	Skills     []concierge.Topic // what somebody who is in knows how to do
	How        string            // how it is with hers, where nobody of hers is in and free
	Notice     string
	Fresh      bool    // she has not chosen yet what she allows
	Renew      bool    // something is off until she has read the new notice
	AskCode    bool    // her phone was not found: an associate's screen may say that she is here
	Wrong      bool    // a code was tried and does not open anything
	Code       string  // from the link, to be sent by a press
	Helping    askView // of one who is not signed in
	Asks       []questionView
	Feed       []feedView
	Past       *afterView    // a visit she may say something of
	Notes      []messageView // what associates left for her
}

type feedView struct {
	Kind, Label, Title, Text string
	Lang                     string // of Title and Text, "" if it is the page's
	Big                      bool
}

// viewOf is the first page of a moment.
func (l speech) viewOf(p look.Page, h concierge.Here, known bool, zone string, now time.Time) hereView {
	v := hereView{Page: p, Switch: l.switchOf(h, known), Known: known, Stage: h.Stage, Greeting: l.greeting(now),
		Ask: h.Ask, Asked: l.asked(h, now), Left: left(h.Deadline, now), Style: h.Style, Coming: h.Coming, Greeted: h.Greeted, Zone: zone,
		Knows: l.knowing(h.Told), Next: l.next(h), Tomorrow: l.tomorrow(h.Visibility), Asking: h.Asking, Nobody: h.Nobody, Choice: l.choiceOf(h, now), NobodyNext: l.nobodyNext(h.Manager)}
	v.Past = l.afterOf(h.After)
	v.Notes = l.messagesIn(h.Messages, now)
	v.Items, v.Skills = topicsOf(h.Topics)
	v.Gone = l.goneWords(h.Gone)
	if h.Options != nil {
		v.How = l.howItIs(*h.Options, now)
	}
	v.Fresh, v.Renew = h.Fresh, h.Suspended
	v.Closed = h.InStore && !h.MayTell
	v.Late = h.InStore && h.Stage == concierge.Away
	v.Asks = l.asksOf(h.Asks)
	v.Say = l.news(v)
	if len(v.Asks) > 0 {
		v.Say = v.Asks[0].Text
	}
	switch {
	case v.Stage == concierge.Grace:
		v.After = v.Left + 1
	case v.Choice != nil && v.Choice.Left > 0:
		v.After = v.Choice.Left + 1
	}
	return v
}

func (l speech) feedLabel(kind string) string {
	switch kind {
	case "new_arrival":
		return l.T("New this week")
	case "event":
		return l.T("Event")
	case "trend":
		return l.T("This season")
	}
	return ""
}

// news is the moment in one sentence, for those who listen.
func (l speech) news(v hereView) string {
	switch {
	case !v.Known || v.Stage == concierge.Away:
		return ""
	case v.Closed:
		return l.T("Nobody is told.")
	case v.Stage == concierge.Awaiting && v.Ask != "":
		return l.T("Shall we tell %s you are here?", v.Ask)
	case v.Stage == concierge.Awaiting:
		return l.T("Shall we tell the store you are here?")
	case v.Choice != nil:
		return v.Choice.Title
	case v.Nobody:
		return l.T("Nobody is free this minute.") + " " + v.NobodyNext
	case v.Asking:
		return l.T("We are asking now.")
	case v.Stage == concierge.Serving:
		if v.Greeted {
			return l.T("%s is looking after you.", v.Coming)
		}
		return l.T("%s is on the way.", v.Coming)
	case v.Stage == concierge.Hidden:
		return l.T("Nobody is told.")
	}
	return v.Knows
}

// nobodyNext is what follows when everybody was asked.
func (l speech) nobodyNext(manager bool) string {
	if manager {
		return l.T("We have told the manager.")
	}
	return l.T("You can ask again.")
}

// dossierView is what she reads about herself.
type dossierView struct {
	look.Page
	Switch   switchView
	Known    bool
	Lent     bool // others use the phone, too
	Noticed  bool // the phone is, though nobody is signed in on it
	Notice   noticeText
	Modes    []modeView
	Consents []consentView
	Accesses []accessView
	Any      bool // she allows something
	Photo    bool // she allows her picture
	Runs     *runningView
}

// noticeText is the legal text in force; Text is empty if there is none.
type noticeText struct {
	Version, Language string
	Text              []string // by paragraphs
	Controller        string
	Contact, URL      string
	Open              bool   // she has not read it yet
	Off               string // which switches it suspends, a sentence
}

func noticeTextOf(n concierge.Notice) noticeText {
	v := noticeText{Version: n.Version, Language: n.Language, Controller: n.Controller, Contact: n.Contact}
	if strings.HasPrefix(n.URL, "https://") {
		v.URL = n.URL
	}
	for line := range strings.Lines(n.Text) {
		if line = strings.TrimSpace(line); line != "" {
			v.Text = append(v.Text, line)
		}
	}
	return v
}

type modeView struct {
	Mode   concierge.Visibility
	Name   string
	Chosen bool
}

type consentView struct {
	Purpose, Name, Hint string
	Notice              string // of the words, to be sent with a grant
	Granted             bool
	Suspended           bool
	Audience            bool   // what she bought: its audiences are hers to choose
	Text, Lang          string // what the notice says of it, and in which language
}

type accessView struct {
	When, Who, Department, Relation, What, Why string
	ID, Text, Contest                          string
	Contestable                                bool
}

func (l speech) dossierOf(p look.Page, h concierge.Here, d concierge.Dossier, known, lent bool, now time.Time) dossierView {
	v := dossierView{Page: p, Switch: l.switchOf(h, known), Known: known, Lent: lent, Notice: noticeTextOf(d.Notice)}
	v.Notice.Open = h.Fresh
	for _, m := range []modeView{{concierge.AskEachVisit, l.T("Ask me"), false}, {concierge.Automatic, l.T("Tell them"), false}, {concierge.Invisible, l.T("Nobody"), false}} {
		if lent && m.Mode == concierge.Automatic {
			continue
		}
		m.Chosen = m.Mode == h.Visibility || lent && m.Mode == concierge.AskEachVisit && h.Visibility == concierge.Automatic
		v.Modes = append(v.Modes, m)
	}
	var off []string
	for _, c := range d.Consents {
		v.Any = v.Any || c.Granted || c.Suspended
		v.Photo = v.Photo || c.Purpose == "photo" && c.Granted
		if !c.Offered {
			continue // the notice has no words for it, so nobody is asked
		}
		name, hint := l.purposeWords(c)
		v.Consents = append(v.Consents, consentView{c.Purpose, name, hint, l.agreed(d.Notice, c).ID, c.Granted, c.Suspended, c.Granted && c.Reach != "", c.Text, d.Notice.Language})
		if c.Suspended {
			v.Notice.Open, off = true, append(off, l.T("“%s”", name))
		}
	}
	v.Notice.Off = l.suspended(off)
	for _, a := range d.Accesses {
		v.Accesses = append(v.Accesses, accessView{l.day(a.At, now), l.roleWords(a.Who), string(a.Department), l.relationWords(a.Relation), l.openedWords(a), l.whyWords(a.Purpose, a.Reason),
			a.ID, a.Text, l.contestWords(a.State), a.Contestable})
	}
	return v
}

// suspended says which switches are off until she has read what is new.
func (l speech) suspended(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return l.T("What we ask for has changed. Until you agree anew, %s stays off.", names[0])
	}
	return l.T("What we ask for has changed. Until you agree anew, %s stay off.", strings.Join(names, ", "))
}

// associatesView is who is in.
type associatesView struct {
	look.Page
	Switch switchView
	Mine   []associateView
	Others []associateView // whom else she may name
	Barred []associateView // whom she does not want
	Covers []coverView     // what she may say of colleagues who stand in
	Stand  string          // who would
	Gone   string          // hers who no longer work here
}

type coverView struct {
	Value, Name string
	Chosen      bool
}

type associateView struct{ ID, Name, Presence string }

// doneView says that something ended, or why it could not.
type doneView struct {
	look.Page
	Switch      switchView
	Done        bool
	Title, Text string
}
