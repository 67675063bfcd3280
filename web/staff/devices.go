package staff

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// keysRoutes adds the routes of what lets the staff in: their devices and PINs.
func (f *Face) keysRoutes(page handlerAdder) {
	page("GET", "/staff/devices", Manager, f.getDevices)
	page("GET", "/staff/devices/{id}", Manager, f.getDevice)
	page("POST", "/staff/devices/{id}/lost", Manager, f.postLost)
	page("GET", "/staff/people/{id}/pin", Manager, f.getPIN)
	page("POST", "/staff/people/{id}/pin", Manager, f.postPIN)
}

// handlerAdder adds one route of signed-on people.
type handlerAdder = func(method, path, who string, h handler)

type deviceView struct {
	ID, For, Since string
	Here           bool
	On             string // who is signed on, "" for nobody
}

type devicesView struct {
	look.Page
	Devices     []deviceView
	Technicians []string // until when each is signed on
}

// lostView asks before a device is taken from the store.
type lostView struct {
	look.Page
	deviceView
}

// pinView asks before a PIN is forgotten, and shows the code afterwards.
type pinView struct {
	look.Page
	ID, Name string
	Code     string
}

// devicesOf lists the devices to a manager, with names.
func (f *Face) devicesOf(r *http.Request, a floor.AssociateID) (out []deviceView, err error) {
	if err := f.manages(r, a); err != nil {
		return nil, err
	}
	names := map[string]string{}
	err = f.do(r, func(d *concierge.Desk, _ time.Time) error {
		for _, who := range d.Roster() {
			names[who.ID.Ref()] = who.Name
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	all, err := f.Doors.Devices(value(r, deviceCookie), f.Now())
	for _, d := range all {
		v := deviceView{ID: d.ID, For: names[d.For], Since: d.Since.In(f.TimeZone).Format("2 January 2006"), Here: d.Here}
		var on []string
		for _, who := range d.Signed {
			if name := names[who.Ref()]; name != "" && !slices.Contains(on, name) {
				on = append(on, name)
			}
		}
		v.On = strings.Join(on, ", ")
		out = append(out, v)
	}
	return out, err
}

func (f *Face) getDevices(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	all, err := f.devicesOf(r, a)
	var technicians []string
	if err == nil {
		technicians, err = f.technicians()
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "devices", devicesView{f.base("Devices", false), all, technicians})
}

func (f *Face) getDevice(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	all, err := f.devicesOf(r, a)
	i := slices.IndexFunc(all, func(d deviceView) bool { return d.ID == r.PathValue("id") })
	if err == nil && i < 0 {
		err = concierge.ErrNothing
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "device", lostView{f.base("A lost device", false), all[i]})
}

// postLost takes a device from the store: it is written down, then the device
// and every session on it are gone, and whoever was signed on nowhere else is
// signed off, so that no card stays open on it.
func (f *Face) postLost(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	id := r.PathValue("id")
	all, err := f.devicesOf(r, a)
	if err == nil && !slices.ContainsFunc(all, func(d deviceView) bool { return d.ID == id }) {
		err = concierge.ErrNothing
	}
	if err == nil {
		err = f.do(r, func(d *concierge.Desk, now time.Time) error { return d.LostDevice(a, id, now) })
	}
	var was []floor.AssociateID
	if err == nil {
		was, err = f.Doors.Unpair(id)
	}
	for _, who := range was {
		err = errors.Join(err, f.closed(r, who))
	}
	f.back(w, r, "/staff/devices", err)
}

// closed ends an associate's streams, whose sessions are found anew by those that
// hold, and her attendance if none does.
func (f *Face) closed(r *http.Request, who floor.AssociateID) error {
	f.Hub.Drop(Audience(who))
	on, err := f.Doors.SignedOn(who, f.Now())
	if err != nil || on {
		return err
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error { d.SignOff(who, now); return nil })
}

// nameOf is the first name of one of the roster.
func (f *Face) nameOf(r *http.Request, ref string) (a floor.AssociateID, name string, err error) {
	if a, err = floor.ParseAssociate(ref); err != nil {
		return a, "", concierge.ErrNothing
	}
	err = f.do(r, func(d *concierge.Desk, _ time.Time) error {
		for _, who := range d.Roster() {
			if who.ID == a {
				name = who.Name
				return nil
			}
		}
		return concierge.ErrNothing
	})
	return a, name, err
}

func (f *Face) getPIN(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	v := pinView{Page: f.base("A new PIN", false), ID: r.PathValue("id")}
	err := f.manages(r, a)
	if err == nil {
		_, v.Name, err = f.nameOf(r, v.ID)
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "pin", v)
}

// postPIN has an associate's PIN forgotten, and shows the code by which she sets a
// new one herself: a manager never knows it.
func (f *Face) postPIN(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	v := pinView{Page: f.base("A new PIN", false), ID: r.PathValue("id")}
	err := f.manages(r, a)
	var who floor.AssociateID
	if err == nil {
		who, v.Name, err = f.nameOf(r, v.ID)
	}
	if err == nil && r.PostFormValue("sure") != "yes" {
		err = gate.ErrBody
	}
	if err == nil {
		err = f.do(r, func(d *concierge.Desk, now time.Time) error { return d.ResetPIN(a, v.ID, now) })
	}
	if err == nil {
		v.Code, err = f.Doors.Reset(who, f.Now())
	}
	if err == nil {
		err = f.closed(r, who)
	}
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	f.show(w, http.StatusOK, "pin", v)
}
