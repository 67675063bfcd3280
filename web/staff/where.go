package staff

import (
	"html/template"
	"strings"

	"foyer/floor"
)

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
