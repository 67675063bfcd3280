package staff

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// revealsView is a manager's list.
type revealsView struct {
	look.Page
	Wrong string
	Lines []revealView
}

type revealView struct {
	ID, Label, Associate, What, When, Reason, Text, Contest string
	Visit                                                   floor.VisitID // while it goes on
	Own                                                     bool
	Verdicts                                                []verdictView
}

type verdictView struct {
	ID, Name string
	Verb     concierge.Verdict
	Go       bool
}

func (f *Face) getReveals(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	lines, now, err := f.revealsOf(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := revealsView{Page: f.base("Opened with a reason", true)}
	for _, l := range lines {
		v.Lines = append(v.Lines, revealViewOf(l, now))
	}
	f.show(w, http.StatusOK, "reveals", v)
}

func (f *Face) revealsOf(r *http.Request, a floor.AssociateID) (lines []concierge.RevealLine, now time.Time, err error) {
	err = f.do(r, func(d *concierge.Desk, t time.Time) (err error) {
		now = t.In(f.TimeZone)
		if _, err = today(d, a, t); err == nil {
			lines, err = d.Reveals(a, t)
		}
		return err
	})
	return lines, now, err
}

func revealViewOf(l concierge.RevealLine, now time.Time) revealView {
	v := revealView{ID: l.ID, Associate: l.Associate, What: l.What, When: l.At.In(now.Location()).Format("2 January, 15:04"),
		Reason: reasonWords(l.Reason) + ".", Text: l.Text, Own: l.Own}
	if l.Live {
		v.Visit = l.Visit
	}
	verdict := func(verb concierge.Verdict, name string, is bool) {
		v.Verdicts = append(v.Verdicts, verdictView{l.ID, name, verb, is})
	}
	switch l.State {
	case concierge.RevealPending:
		v.Label = "A second person is needed"
		verdict(concierge.Approve, "Let her open it", true)
		verdict(concierge.Reject, "No", false)
	case concierge.RevealContested:
		v.Label, v.Contest = "The client says that it was not right", l.Contest
		verdict(concierge.Uphold, "She is right", true)
		verdict(concierge.Reject, "It was in order", false)
	default:
		v.Label = "Opened for a reason in words"
		verdict(concierge.Approve, "Seen", true)
		verdict(concierge.Reject, "Close it", false)
	}
	return v
}

func (f *Face) postJudge(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.back(w, r, "/staff/reveals", f.judge(r, a))
}

func (f *Face) judge(r *http.Request, a floor.AssociateID) error {
	return f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		return d.SettleReveal(a, r.PathValue("id"), concierge.Verdict(r.PathValue("verdict")), now)
	})
}

func (f *Face) jsonReveals(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	lines, _, err := f.revealsOf(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	out := make([]revealJSON, 0, len(lines))
	for _, l := range lines {
		out = append(out, revealOnWire(l))
	}
	gate.JSON(w, http.StatusOK, out)
}

func (f *Face) jsonJudge(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	f.answer(w, r, f.judge(r, a))
}
