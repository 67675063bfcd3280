package concierge_test

import (
	"errors"
	"testing"
	"time"

	"foyer/concierge"
	"foyer/concierge/diary"
	"foyer/concierge/rota"
	"foyer/floor"
	"foyer/profile"
	"foyer/routing"
)

// asked is a house where c-1 has asked ana for a half day of today.
func asked(t *testing.T) (h *house, c floor.Customer, id string) {
	t.Helper()
	h = newHouse(t, fullTable(t))
	h.desk.Resume(h.now)
	c = h.customer("c-1", nil)
	_, halves, err := h.desk.Times(c, "ana", h.now)
	must(t, err)
	if len(halves) != 2 { // she shares today, and works from 9 to 18
		t.Fatalf("ana can be met %v", halves)
	}
	id, err = h.desk.Request(c, "ana", halves[1], "A coat", h.now)
	must(t, err)
	return h, c, id
}

func (h *house) ahead(name string) []concierge.Appointment {
	h.t.Helper()
	list, err := h.desk.AppointmentsOf(associate(name), h.now)
	must(h.t, err)
	return list
}

func at(hour int) time.Time { return time.Date(2026, 11, 23, hour, 0, 0, 0, time.UTC) }

// She asks for half a day, ana says the hour, and headquarters hears of both.
func TestAnAppointment(t *testing.T) {
	h, c, id := asked(t)
	list := h.ahead("ana")
	if len(list) != 1 || list[0].State != "requested" || !list[0].Half || list[0].Name != "Ms. Keller" || list[0].Topic != "A coat" {
		t.Fatalf("ana reads %+v", list)
	}
	if len(h.ahead("marc")) != 0 {
		t.Error("marc reads of it")
	}
	if err := h.desk.Confirm(associate("marc"), id, at(14), h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("marc confirms: %v", err)
	}
	if err := h.desk.Confirm(associate("ana"), id, at(10), h.now); !errors.Is(err, concierge.ErrTaken) {
		t.Errorf("an hour of the other half: %v", err)
	}
	must(t, h.desk.Confirm(associate("ana"), id, at(14), h.now))
	mine := h.desk.Appointments(c, h.now)
	if len(mine) != 1 || mine[0].State != "confirmed" || mine[0].Half || !mine[0].From.Equal(at(14)) || !mine[0].To.Equal(at(15)) {
		t.Errorf("she reads %+v", mine)
	}
	if told := h.all(concierge.Booked); len(told) != 2 || told[1].Booking.State != "confirmed" || told[1].Customer != c {
		t.Errorf("told: %+v", told)
	}
	within, others, err := h.desk.Hours(associate("ana"), id, h.now)
	must(t, err)
	if len(within) != 0 || len(others) == 0 {
		t.Errorf("hours %v, %v", within, others)
	}
	must(t, h.desk.Move(associate("ana"), id, at(16), h.now))
	if mine = h.desk.Appointments(c, h.now); mine[0].State != "moved" || !mine[0].From.Equal(at(16)) {
		t.Errorf("moved: %+v", mine)
	}
	must(t, h.desk.CancelAppointment(c, id, h.now))
	if len(h.ahead("ana")) != 0 || h.desk.Appointments(c, h.now)[0].State != "cancelled" {
		t.Error("cancelled, and still ahead")
	}
}

// What is agreed is not free for another; what is only asked for is.
func TestAnHourIsGivenOnce(t *testing.T) {
	h, _, first := asked(t)
	c := h.customer("c-2", nil)
	_, halves, err := h.desk.Times(c, "ana", h.now)
	must(t, err)
	second, err := h.desk.Request(c, "ana", halves[1], "", h.now)
	must(t, err)
	must(t, h.desk.Confirm(associate("ana"), first, at(14), h.now))
	if err := h.desk.Confirm(associate("ana"), second, at(14), h.now); !errors.Is(err, concierge.ErrTaken) {
		t.Errorf("an hour given twice: %v", err)
	}
	must(t, h.desk.DeclineAppointment(associate("ana"), second, h.now))
	if x := h.desk.Appointments(c, h.now); x[0].State != "declined" {
		t.Errorf("declined: %+v", x)
	}
}

// She cannot read more of ana's days than ana shares, nor book a stranger.
func TestOnlyWhatIsShared(t *testing.T) {
	h, c, _ := asked(t)
	must(t, h.desk.SetScheduleVisibility(associate("ana"), rota.Hidden, h.now))
	_, halves, err := h.desk.Times(c, "ana", h.now)
	if err != nil || len(halves) != 0 {
		t.Errorf("of hidden days she reads %v, %v", halves, err)
	}
	if _, err := h.desk.Request(c, "ana", diary.Span{From: at(0), To: at(13)}, "", h.now); !errors.Is(err, concierge.ErrTaken) {
		t.Errorf("a hidden day is booked: %v", err)
	}
	if _, _, err := h.desk.Times(c, "lea", h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("the days of one who is not hers: %v", err)
	}
	must(t, h.desk.Withdraw(c, string(profile.ProfileToAssociates), h.now))
	_, err = h.desk.Request(c, "marc", diary.Span{From: at(13), To: at(24)}, "", h.now)
	if !errors.Is(err, concierge.ErrConsent) {
		t.Errorf("without her consent: %v", err)
	}
	if list := h.ahead("ana"); len(list) != 0 || h.desk.Appointments(c, h.now)[0].State != "cancelled" {
		t.Errorf("after her no ana reads %+v", list)
	}
}

// A manager sees that there is an appointment, not whose, and gives it to
// somebody else, who learns whose client she is.
func TestACoveredAppointment(t *testing.T) {
	h, c, id := asked(t)
	boss := floor.Associate{ID: associate("boss"), Name: "boss", Role: floor.RoleManager, Tier: floor.TierStandard}
	h.desk.SetRoster(append(h.desk.Roster(), boss), h.now)
	must(t, h.desk.SignOn(boss.ID, h.now))
	if list := h.ahead("boss"); len(list) != 1 || list[0].Name != "" || list[0].Topic != "" {
		t.Errorf("the manager reads %+v", list)
	}
	if err := h.desk.CoverAppointment(associate("ana"), id, "lea", h.now); !errors.Is(err, concierge.ErrNothing) {
		t.Errorf("ana gives it away herself: %v", err)
	}
	must(t, h.desk.Confirm(associate("ana"), id, at(14), h.now))
	must(t, h.desk.CoverAppointment(boss.ID, id, "lea", h.now))
	if list := h.ahead("lea"); len(list) != 1 || list[0].Cover != "ana" || list[0].Name != "" || list[0].State != "covered" {
		t.Errorf("lea reads %+v", list)
	}
	// On the day lea is asked first, and it is a request.
	h.now = at(14)
	h.desk.SetShifts([]floor.Shift{{Associate: associate("ana"), From: at(9), To: at(18)}, {Associate: associate("lea"), From: at(9), To: at(18)}})
	h.desk.Live(associate("lea"), true, h.now)
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	if o := h.offer("lea"); o == nil || !o.Requested || !o.Cover {
		t.Errorf("lea is asked %+v", o)
	}
}

// On the day her arrival is a request; if she looks around, nobody is asked.
func TestSheComesForHerAppointment(t *testing.T) {
	for style, want := range map[concierge.Style]bool{concierge.ApproachMe: true, concierge.OnlyMine: true, concierge.LetMeBrowse: false} {
		h, c, id := asked(t)
		must(t, h.desk.Confirm(associate("ana"), id, at(14), h.now))
		h.now = at(14).Add(-20 * time.Minute)
		h.comes(c)
		must(t, h.desk.Announce(c, style, h.now))
		if o := h.offer("ana"); (o != nil && o.Requested) != want {
			t.Errorf("%s: ana is asked %+v", style, o)
		}
	}
	h, c, _ := asked(t)
	h.now = at(14) // she asked for the afternoon, and nobody has said yes
	h.comes(c)
	must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
	if o := h.offer("ana"); o == nil || o.Requested {
		t.Errorf("for what is not agreed ana is asked %+v", o)
	}
}

// An appointment is on the disk, and known after a restart.
func TestAppointmentsSurvive(t *testing.T) {
	h, c, id := asked(t)
	h.take()
	h.again(time.Minute)
	if list := h.ahead("ana"); len(list) != 1 || list[0].ID != id {
		t.Fatalf("after a restart ana reads %+v", list)
	}
	must(t, h.desk.CancelAppointment(c, id, h.now))
}

func TestFourAppointmentsAreEnough(t *testing.T) {
	h, c, _ := asked(t)
	when := diary.Span{From: at(13), To: at(24)}
	for range 3 {
		_, err := h.desk.Request(c, "ana", when, "", h.now)
		must(t, err)
	}
	if _, err := h.desk.Request(c, "ana", when, "", h.now); !errors.Is(err, concierge.ErrEnough) {
		t.Errorf("a fifth: %v", err)
	}
}

// Whom ana trusts stands in, as far as the customer wishes.
func TestCovers(t *testing.T) {
	h := newHouse(t, nil)
	staff := h.desk.Roster()
	for i := range staff {
		if staff[i].Name == "ana" {
			staff[i].Covers = []floor.AssociateID{associate("lea"), associate("marc"), associate("nobody")}
		}
	}
	h.desk.SetRoster(staff, h.now)
	c := h.customer("c-1", func(p *profile.Profile) { p.Preferred = p.Preferred[:1] })
	for _, tt := range []struct {
		wish              concierge.CoverWish
		arrival, requests string // who is asked with ana away
	}{{concierge.CoversAsked, "", "lea"}, {concierge.CoversWelcome, "lea", "lea"}, {concierge.CoversNever, "", ""}} {
		must(t, h.desk.SetCovers(c, tt.wish, h.now))
		if wish, who := h.desk.Covers(c, h.now); wish != tt.wish || (len(who) == 2) != (tt.wish != concierge.CoversNever) {
			t.Errorf("%s: %s, %v", tt.wish, wish, who)
		}
		must(t, h.desk.SetStatus(associate("ana"), routing.OnBreak, h.now))
		v := h.comes(c)
		must(t, h.desk.Announce(c, concierge.ApproachMe, h.now))
		if asked := h.offer("lea") != nil || h.offer("marc") != nil; asked != (tt.arrival != "") {
			t.Errorf("%s: on arrival a cover is asked: %v", tt.wish, asked)
		}
		must(t, h.desk.Help(c, h.now))
		account, err := h.desk.ExplainTask(string(v.ID), h.now)
		must(t, err)
		if last := account[len(account)-1]; (last.Ring == "R1") != (tt.requests != "") {
			t.Errorf("%s: a request is asked in ring %s", tt.wish, last.Ring)
		}
		h.desk.Greet(floor.Visit{ID: v.ID, Phone: h.phone, State: floor.Ended}, h.now)
		h.pass(time.Second)
	}
}

// Whom ana does not want to be sent to cannot book her, and reads no more of it
// than if ana shared no day.
func TestARefusalIsLikeADayThatIsNotShared(t *testing.T) {
	h, c, _ := asked(t)
	door := h.desk.Door(func(now time.Time) time.Time { return now }, nil)
	list, _, err := door.ListedBy(associate("ana"), floor.RoleAssociate, "", h.now)
	must(t, err)
	must(t, h.desk.Refuse(associate("ana"), list[0].Ref, true, h.now))
	with, halves, err := h.desk.Times(c, "ana", h.now)
	if err != nil || len(halves) != 0 || with.Presence != concierge.Unavailable {
		t.Errorf("she reads %+v, %v, %v", with, halves, err)
	}
	if _, err := h.desk.Request(c, "ana", diary.Span{From: at(13), To: at(24)}, "", h.now); !errors.Is(err, concierge.ErrTaken) {
		t.Errorf("she books ana: %v", err)
	}
	h.comes(c)
	must(t, h.desk.Help(c, h.now))
	if h.offer("ana") != nil {
		t.Error("ana is asked")
	}
}

// What cannot be read while headquarters' key share is away is not taken for
// nothing: ana is not sent to her afterwards either.
func TestARefusalOutlivesTheShareBeingAway(t *testing.T) {
	h, c, _ := asked(t)
	must(t, h.options.Keys.SetShare([32]byte{1}, time.Time{}))
	list, _, err := h.desk.Door(nil, nil).ListedBy(associate("ana"), floor.RoleAssociate, "", h.now)
	must(t, err)
	must(t, h.desk.Refuse(associate("ana"), list[0].Ref, true, h.now))
	h.options.Keys.Withhold(true)
	h.again(time.Minute)
	h.desk.Changed(c, h.now) // asks whom she can be sent
	h.options.Keys.Withhold(false)
	h.desk.Changed(c, h.now)
	if with, halves, err := h.desk.Times(c, "ana", h.now); err != nil || len(halves) != 0 || with.Presence != concierge.Unavailable {
		t.Errorf("she reads %+v, %v, %v", with, halves, err)
	}
}
