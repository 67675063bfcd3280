package staff

import (
	"foyer/concierge"
	"foyer/floor"
	"foyer/web/look"
)

// somebody names one who is not signed in by the place that she picked.
func (f *Face) somebody(place floor.ZoneID) string {
	if w := f.draw(place); w.zone != "" {
		return "Somebody at " + w.zone
	}
	return "Somebody"
}

// unknownOffer is the question whether she will go to one who is not signed in.
func (f *Face) unknownOffer(v offerView, o concierge.Offer) offerView {
	w := f.draw(o.Place)
	v.Label, v.Name, v.Hint = "Not signed in", f.somebody(o.Place)+" would like help", "There is no name and nothing else to know."
	v.Place, v.Plan = w.words(), w.plan
	return v
}

// unknownCard is a card without anything.
func (f *Face) unknownCard(v cardView, c concierge.CardView) cardView {
	w := f.draw(c.Place)
	v.Label, v.Name = "Not signed in", f.somebody(c.Place)
	if !c.Greeted {
		v.Where = placeView{w.zone, w.plan}
	}
	return v
}

// clients names the people of a list; one who gave no form of address is
// "this client".
func (f *Face) clients(list []concierge.Client) (out []clientView) {
	for _, c := range list {
		name := named(c.Name)
		if c.Unknown {
			name = f.somebody(c.Place)
		}
		out = append(out, clientView{c.Visit, name})
	}
	return out
}

// draw draws the level of a zone with the zone filled; nothing where it may not
// be shown.
func (f *Face) draw(id floor.ZoneID) where {
	z, level, ok := f.Plan().Zone(id)
	if !ok || z.Private {
		return where{}
	}
	return where{z.Name, level.Name, look.Plan(*level, look.Drawing{Here: id, Label: "Floor plan, " + z.Name + " highlighted"})}
}

// picked is the place that a stranger picked, if a visit is hers.
func picked(t concierge.Today, v floor.VisitID) (floor.ZoneID, bool) {
	for _, c := range t.Serving {
		if c.Visit == v && c.Unknown {
			return c.Place, true
		}
	}
	return "", false
}

// waitsAt is where one who waits is, as far as it may be shown.
func (f *Face) waitsAt(x concierge.Waiting) (floor.ZoneID, bool) {
	if x.Unknown {
		return x.Place, x.Place != ""
	}
	return f.Zones.Zone(x.Visit)
}
