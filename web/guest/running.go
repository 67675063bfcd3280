package guest

import (
	"time"

	"foyer/concierge"
)

// Running is what the running configuration does, as the privacy page tells it:
// the page is made of it, so that it promises what is so.
type Running struct {
	Hears        bool          // access points are set up to report
	Headquarters bool          // there is one to report to
	Silence      time.Duration // a visit has ended this long after the phone was last heard
	Within       time.Duration // how long the question whether to tell anybody stands
	Grace        time.Duration // who is announced by herself has this long to say no
	Kept         []Kept        // what is kept of customers, by how it is declared
}

// Kept is one kind of thing that is kept of customers, at the longest.
type Kept struct {
	Name string // of the bucket
	For  time.Duration
}

// runningView is the same in words.
type runningView struct {
	Lines []string
	Kept  []keptView
	Open  bool
}

type keptView struct{ Name, For string }

// running says what the store does as it is set up now; asked are the names of
// what a customer can be asked to allow.
func (l speech) running(r Running, asked []string) runningView {
	v := runningView{Lines: []string{l.T("Only phones whose owners signed in here and allowed it are located. What is heard of all others is dropped at once.")}}
	say := func(name string, args ...any) { v.Lines = append(v.Lines, l.T(name, args...)) }
	if r.Hears {
		say(heard, minutes(r.Silence))
	} else {
		say(deaf)
	}
	say(firstAsked, minutes(r.Within))
	say(graceful, int(r.Grace/time.Second))
	if r.Headquarters {
		say(reported)
	} else {
		say(alone)
	}
	if len(asked) > 0 {
		say(allowable, l.And(asked))
	}
	said := map[string]bool{}
	for _, k := range r.Kept {
		name := l.keptWords(k.Name)
		if k.For > 0 && name != "" && !said[name] {
			said[name] = true
			v.Kept = append(v.Kept, keptView{name, l.long(k.For)})
		}
	}
	return v
}

// What is said of it.
const (
	heard      = "Where a phone is, is kept in memory only and never written. A visit has ended when the phone was not heard for %d minutes."
	deaf       = "No access point is set up to report: nobody is located."
	firstAsked = "You are asked before anybody is told. If you do not answer, nobody is, and after %d minutes we no longer ask."
	graceful   = "Who chose to be announced by the page has %d seconds to say no, before anybody is told."
	reported   = "What you allow to be reported goes to headquarters, sealed for it. Where you are does not."
	alone      = "This store works alone: nothing is reported to a headquarters."
	allowable  = "What you can be asked to allow here: %s. Nothing else can be switched on."
)

// keptWords name what is kept, by the bucket it is in; "" is nothing of hers to
// be told apart.
func (l speech) keptWords(bucket string) string {
	switch bucket {
	case "served":
		return l.T("Who has served you")
	case "visits":
		return l.T("Visits in which you were served, and what you said of them")
	case "messages":
		return l.T("What associates left for you")
	case "reveals":
		return l.T("What was opened with a reason, and what you said against it")
	case "photos":
		return l.T("Your picture")
	case "rows", "subjects":
		return l.T("Who saw what")
	case "stays":
		return l.T("A visit that goes on")
	case "guest-sessions":
		return l.T("Where you are signed in")
	case "erased", "erasures":
		return l.T("That you were forgotten, without who you are")
	case "refusals":
		return l.T("Whom an associate asked not to be sent to")
	case "schedule-reads":
		return l.T("How often you looked at schedules")
	}
	return ""
}

// long is a time in days or months.
func (l speech) long(d time.Duration) string {
	const day = 24 * time.Hour
	switch days := int((d + day - 1) / day); {
	case days == 1:
		return l.T("a day")
	case days < 90:
		return l.T("%d days", days)
	default:
		return l.T("%d months", days/30)
	}
}

// minutes are whole ones, at least what is said.
func minutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }

// runs is the part of the privacy page about what runs here.
func (f *Face) runs(l speech, offered []string, known bool) *runningView {
	if f.Running == nil {
		return nil
	}
	var asked []string
	for _, p := range offered {
		name, _ := l.purposeWords(concierge.ConsentLine{Purpose: p})
		asked = append(asked, l.T("“%s”", name))
	}
	v := l.running(f.Running(), asked)
	v.Open = !known
	return &v
}

// within is how many minutes the question stands.
func (f *Face) within() int {
	if f.Running == nil {
		return minutes(concierge.Defaults().Ask)
	}
	return minutes(f.Running().Within)
}
