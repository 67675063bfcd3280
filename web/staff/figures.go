package staff

import (
	"fmt"
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

var errDays = fmt.Errorf("%w: from, to: want days such as 2026-11-26", gate.ErrBody)

// figuresView is how the floor worked on a day. No associate has a result in it.
type figuresView struct {
	look.Page
	Title  string
	Rows   []figureView
	Shares []figureView
}

type figureView struct{ Name, Value string }

func (f *Face) figures(r *http.Request, a floor.AssociateID) (v concierge.FloorFigures, err error) {
	from, to := r.URL.Query().Get("from"), r.URL.Query().Get("to")
	for _, day := range []string{from, to} {
		if _, err := time.Parse(time.DateOnly, day); day != "" && err != nil {
			return v, errDays
		}
	}
	err = f.do(r, func(d *concierge.Desk, now time.Time) error {
		if _, err := today(d, a, now); err != nil {
			return err
		}
		v, err = d.Figures(a, from, to, now)
		return err
	})
	return v, err
}

func (f *Face) getFigures(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	x, err := f.figures(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := figuresView{Page: f.base("Figures", false), Title: x.From}
	if x.To != x.From {
		v.Title += " to " + x.To
	}
	v.Rows = figureRows(x)
	for _, s := range x.Shares {
		v.Shares = append(v.Shares, figureView{s.Who.Name, fmt.Sprintf("%d, %.1f of a fair share", s.Asked, s.Fair)})
	}
	f.show(w, http.StatusOK, "figures", v)
}

func figureRows(x concierge.FloorFigures) []figureView {
	of := func(n, all int) string {
		if all == 0 {
			return "none yet"
		}
		return fmt.Sprintf("%d of %d", n, all)
	}
	return []figureView{
		{"Requests for help", fmt.Sprint(x.Requests)},
		{fmt.Sprintf("Accepted within %d s", int(x.Level.Seconds())), of(x.Accepted-x.Late, x.Accepted)},
		{"Time to a yes, in the middle", seconds(x.Median, x.Accepted)}, {"Nine of ten within", seconds(x.P90, x.Accepted)},
		{"Said yes to by a colleague of hers, in no time above", fmt.Sprint(x.StoodIn)},
		{"A manager was asked", fmt.Sprint(x.Escalated)}, {"Ended with nobody", fmt.Sprint(x.Nobody)},
		{"Questions said yes to", of(x.Yes, x.Offers)}, {"Said no to", of(x.No, x.Offers)}, {"Not answered", of(x.Missed, x.Offers)},
		{"Heads-ups answered", of(x.Answered, x.HeadsUps)}, {"Served by her own, where one was in", of(x.Matched, x.Named)},
		{"Appointments covered", fmt.Sprint(x.Covered)},
	}
}

func seconds(d time.Duration, of int) string {
	if of == 0 {
		return "none yet"
	}
	return fmt.Sprintf("%d s", int(d/time.Second))
}

type figuresJSON struct {
	From      string      `json:"from"`
	To        string      `json:"to"`
	LevelS    int         `json:"level_s"`
	Requests  int         `json:"requests"`
	Accepted  int         `json:"accepted"`
	Late      int         `json:"accepted_late"`
	Nobody    int         `json:"ended_with_nobody"`
	Escalated int         `json:"escalated"`
	MedianS   int         `json:"accept_s_p50"`
	P90S      int         `json:"accept_s_p90"`
	Offers    int         `json:"offers"`
	Yes       int         `json:"offers_accepted"`
	No        int         `json:"offers_declined"`
	Missed    int         `json:"offers_timed_out"`
	HeadsUps  int         `json:"heads_ups"`
	Answered  int         `json:"heads_ups_answered"`
	Covered   int         `json:"appointments_covered"`
	StoodIn   int         `json:"accepted_by_a_stand_in"` // in no figure of time
	Named     int         `json:"served_while_hers_was_in"`
	Matched   int         `json:"served_by_hers"`
	Shares    []shareJSON `json:"shares"`
}

type shareJSON struct {
	Associate string  `json:"associate"`
	Asked     int     `json:"asked"`
	Fair      float64 `json:"fair_shares"`
}

func (f *Face) jsonFigures(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	x, err := f.figures(r, a)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	s := func(d time.Duration) int { return int(d / time.Second) }
	out := figuresJSON{x.From, x.To, s(x.Level), x.Requests, x.Accepted, x.Late, x.Nobody, x.Escalated, s(x.Median), s(x.P90),
		x.Offers, x.Yes, x.No, x.Missed, x.HeadsUps, x.Answered, x.Covered, x.StoodIn, x.Named, x.Matched, []shareJSON{}}
	for _, sh := range x.Shares {
		out.Shares = append(out.Shares, shareJSON{sh.Who.ID, sh.Asked, sh.Fair})
	}
	gate.JSON(w, http.StatusOK, out)
}
