package staff

import (
	"net/http"
	"time"

	"foyer/concierge"
	"foyer/floor"
)

func (f *Face) getCard(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	card, client, err := f.card(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	mine := client.Visit != ""
	v := cardOf(f.base("Card", true), card)
	v.Mine, v.Browsed = mine, client.Browsed
	if mine && !card.Greeted {
		v.Where = f.placeOf(card.Visit)
	}
	v.MayWrite = mine && card.Greeted && f.mayWrite(r, a, card.Visit)
	if card.Unknown {
		v = f.unknownCard(v, card)
	}
	f.show(w, http.StatusOK, "card", v)
}

// card opens the card of the visit in the address, and returns the client if
// she is the one who went.
func (f *Face) card(r *http.Request, a floor.AssociateID) (v concierge.CardView, mine concierge.Client, err error) {
	visit := floor.VisitID(r.PathValue("id"))
	err = f.do(r, func(d *concierge.Desk, now time.Time) error {
		t, err := today(d, a, now)
		if err != nil {
			return err
		}
		c, err := d.Card(a, visit, now)
		v, mine = c.View(), serving(t, visit)
		return err
	})
	return v, mine, err
}

// serving returns the client of a visit whom an associate is with.
func serving(t concierge.Today, v floor.VisitID) concierge.Client {
	for _, c := range t.Serving {
		if c.Visit == v {
			return c
		}
	}
	return concierge.Client{}
}

func serves(t concierge.Today, v floor.VisitID) bool { return serving(t, v).Visit != "" }

// getWhere is the part of the card's page that follows the zone.
func (f *Face) getWhere(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	visit := floor.VisitID(r.PathValue("id"))
	var t concierge.Today
	err := f.do(r, func(d *concierge.Desk, now time.Time) (err error) {
		t, err = d.Today(a, now)
		if err == nil && !serves(t, visit) {
			err = concierge.ErrNothing
		}
		return err
	})
	if err != nil {
		f.answer(w, r, err)
		return
	}
	v := f.placeOf(visit)
	if place, ok := picked(t, visit); ok {
		at := f.draw(place)
		v = placeView{at.zone, at.plan}
	}
	f.show(w, http.StatusOK, "where", v)
}
