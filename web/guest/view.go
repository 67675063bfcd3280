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
func switchOf(h concierge.Here, known bool) switchView {
	v := switchView{Name: "Private", Hint: "nobody is told", Mode: concierge.Invisible}
	switch {
	case !known:
		v.Mode = ""
	case h.Visibility == concierge.Invisible:
		v.Mode, v.Binary = concierge.AskEachVisit, true
	case h.InStore && !h.MayTell: // nobody is, whatever she chose
	case h.Stage == concierge.Announced || h.Stage == concierge.Browsing || h.Stage == concierge.Serving:
		v.Name, v.Hint, v.On, v.Binary = "Announced", lower(whoKnows(h.Told)), true, true
	case h.Stage == concierge.Grace:
		v.Hint = "nobody is told yet"
	case h.Stage == concierge.Hidden:
		v.Hint = "for today"
	case h.Visibility == concierge.Automatic:
		v.Hint = "until you arrive"
	default:
		v.Hint = "until you say so"
	}
	return v
}

// lower makes a sentence follow another; a name keeps its capital.
func lower(s string) string {
	if rest, ok := strings.CutPrefix(s, "Nobody "); ok {
		return "nobody " + rest
	}
	return s
}

// hereView is the first page.
type hereView struct {
	look.Page
	Switch   switchView
	Known    bool
	Stage    concierge.Stage
	Late     bool // the question was not answered in time; she may still ask
	Closed   bool // nobody may learn of her, so nothing is asked
	Greeting string
	Ask      string // name, "" if nobody can be asked about
	Asked    string // how it is with her
	Left     int    // seconds of the grace
	Style    concierge.Style
	Coming   string
	Greeted  bool // Coming has met her
	Zone     string
	Knows    string
	Next     string // what follows while she is announced
	Tomorrow string // what her no of today means for tomorrow
	Manager  bool
	Asking   bool
	Nobody   bool
	Choice   *choiceView       // hers cannot come at once: what she would like
	Gone     string            // hers who no longer work here
	Items    []concierge.Topic // what she may have come to fetch
	Skills   []concierge.Topic // what somebody who is in knows how to do
	How      string            // how it is with hers, where nobody of hers is in and free
	Notice   string
	Fresh    bool    // she has not chosen yet what she allows
	Renew    bool    // something is off until she has read the new notice
	AskCode  bool    // her phone was not found: an associate's screen may say that she is here
	Wrong    bool    // a code was tried and does not open anything
	Code     string  // from the link, to be sent by a press
	Helping  askView // of one who is not signed in
	Asks     []questionView
	Feed     []feedView
	Past     *afterView    // a visit she may say something of
	Notes    []messageView // what associates left for her
}

type feedView struct {
	Kind, Label, Title, Text string
	Big                      bool
}

// viewOf is the first page of a moment.
func viewOf(p look.Page, h concierge.Here, known bool, zone string, now time.Time) hereView {
	v := hereView{Page: p, Switch: switchOf(h, known), Known: known, Stage: h.Stage, Greeting: greeting(now),
		Ask: h.Ask, Asked: asked(h, now), Left: left(h.Deadline, now), Style: h.Style, Coming: h.Coming, Greeted: h.Greeted, Zone: zone,
		Knows: knowing(h.Told), Next: next(h), Tomorrow: tomorrow(h.Visibility), Manager: h.Manager, Asking: h.Asking, Nobody: h.Nobody, Choice: choiceOf(h, now)}
	v.Feed, v.Past = feedViews(h.Feed), afterOf(h.After)
	v.Notes = messagesIn(h.Messages, now)
	v.Items, v.Skills = topicsOf(h.Topics)
	v.Gone = goneWords(h.Gone)
	if h.Options != nil {
		v.How = howItIs(*h.Options, now)
	}
	v.Fresh, v.Renew = h.Fresh, h.Suspended
	v.Closed = h.InStore && !h.MayTell
	v.Late = h.InStore && h.Stage == concierge.Away
	v.Asks = asksOf(h.Asks)
	v.Say = v.news()
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

func feedLabel(kind string) string {
	switch kind {
	case "new_arrival":
		return "New this week"
	case "event":
		return "Event"
	case "trend":
		return "This season"
	}
	return ""
}

// news is the moment in one sentence, for those who listen.
func (v hereView) news() string {
	switch {
	case !v.Known || v.Stage == concierge.Away:
		return ""
	case v.Closed:
		return "Nobody is told."
	case v.Stage == concierge.Awaiting && v.Ask != "":
		return "Shall we tell " + v.Ask + " you are here?"
	case v.Stage == concierge.Awaiting:
		return "Shall we tell the store you are here?"
	case v.Choice != nil:
		return v.Choice.Title
	case v.Nobody:
		return "Nobody is free this minute. " + v.NobodyNext()
	case v.Asking:
		return "We are asking now."
	case v.Stage == concierge.Serving:
		if v.Greeted {
			return v.Coming + " is looking after you."
		}
		return v.Coming + " is on the way."
	case v.Stage == concierge.Hidden:
		return "Nobody is told."
	}
	return v.Knows
}

// NobodyNext is what follows when everybody was asked.
func (v hereView) NobodyNext() string {
	if v.Manager {
		return "We have told the manager."
	}
	return "You can ask again."
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
}

// noticeText is the legal text in force; Text is empty if there is none.
type noticeText struct {
	Version, Language string
	Text              []string // by paragraphs
	Controller        string
	Contact, URL      string
	Open              bool     // she has not read it yet
	Off               []string // the names of the switches it suspends
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
	Text                string // what the notice says of it
}

type accessView struct {
	When, Who, Department, Relation, What, Why string
	ID, Text, Contest                          string
	Contestable                                bool
}

func dossierOf(p look.Page, h concierge.Here, d concierge.Dossier, known, lent bool, now time.Time) dossierView {
	v := dossierView{Page: p, Switch: switchOf(h, known), Known: known, Lent: lent, Notice: noticeTextOf(d.Notice)}
	v.Notice.Open = h.Fresh
	for _, m := range []modeView{{concierge.AskEachVisit, "Ask me", false}, {concierge.Automatic, "Tell them", false}, {concierge.Invisible, "Nobody", false}} {
		if lent && m.Mode == concierge.Automatic {
			continue
		}
		m.Chosen = m.Mode == h.Visibility || lent && m.Mode == concierge.AskEachVisit && h.Visibility == concierge.Automatic
		v.Modes = append(v.Modes, m)
	}
	for _, c := range d.Consents {
		v.Any = v.Any || c.Granted || c.Suspended
		v.Photo = v.Photo || c.Purpose == "photo" && c.Granted
		if !c.Offered {
			continue // the notice has no words for it, so nobody is asked
		}
		name, hint := purposeWords(c)
		v.Consents = append(v.Consents, consentView{c.Purpose, name, hint, agreed(d.Notice, c).ID, c.Granted, c.Suspended, c.Text})
		if c.Suspended {
			v.Notice.Open, v.Notice.Off = true, append(v.Notice.Off, name)
		}
	}
	for _, a := range d.Accesses {
		v.Accesses = append(v.Accesses, accessView{day(a.At, now), a.Who, string(a.Department), relationWords(a.Relation), openedWords(a), whyWords(a.Purpose, a.Reason),
			a.ID, a.Text, contestWords(a.State), a.Contestable})
	}
	return v
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
