package box

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"foyer/concierge"
	"foyer/firmware/spool"
	"foyer/floor"
	"foyer/health"
	"foyer/locator"
	"foyer/radio"
	"foyer/sync/wire"
	"foyer/visit"
)

// Status is what `foyer status` shows: figures and warnings, never a person.
type Status struct {
	Store   string    `json:"store"`
	Version string    `json:"version"`
	Guest   string    `json:"guest"` // address of the customers' page
	Staff   string    `json:"staff"` // address of the staff's page
	At      time.Time `json:"at"`
	// OfferTimeout is a rule in force, to see whether a configuration was
	// taken over.
	OfferTimeout time.Duration    `json:"offer_timeout"`
	HQ           LinkStatus       `json:"hq"`
	Radio        radio.Stats      `json:"radio"`
	Sensors      []SensorStatus   `json:"sensors"`
	AccessPoints []APStatus       `json:"access_points"`
	UnknownAPs   []UnknownAP      `json:"unknown_aps"`
	Locator      locator.Stats    `json:"locator"`
	Visits       visit.Stats      `json:"visits"`
	Warnings     []health.Warning `json:"warnings"`
	Firmware     *spool.Status    `json:"firmware,omitempty"`
}

// LinkStatus is how the line to headquarters is.
type LinkStatus struct {
	Configured   bool      `json:"configured"`
	Up           bool      `json:"up"`
	Since        time.Time `json:"since"`
	LastContact  time.Time `json:"last_contact"`
	Backlog      int       `json:"backlog"`
	Coming       int       `json:"coming,omitempty"` // messages of a snapshot that are still to come
	AckedThrough uint64    `json:"acked_through"`
	Dropped      uint64    `json:"dropped"`
}

// status collects the figures; those of the flow are as of its last sweep.
func (b *store) status() Status {
	s := Status{Store: b.config.Load().Store.ID, Version: b.in.Version, At: b.in.Now(),
		OfferTimeout: b.config.Load().Offer.Timeout, Radio: b.guests.Stats(), HQ: b.linkStatus(), Warnings: b.health.List()}
	s.Guest, s.Staff = b.pages.guest, b.pages.staff
	b.sensorStatus(&s)
	if b.updates != nil {
		st := b.updates.Status()
		s.Firmware = &st
	}
	figures := b.flow.figures.Load()
	s.Locator, s.Visits = figures.locator, figures.visits
	return s
}

func (b *store) linkStatus() LinkStatus {
	if b.link == nil {
		return LinkStatus{}
	}
	l := b.link.Status()
	return LinkStatus{Configured: true, Up: l.Up, Since: l.Since, LastContact: l.LastContact, Backlog: l.Backlog, Coming: l.Coming,
		AckedThrough: l.AckedThrough, Dropped: l.Dropped}
}

// healthEntries are the warnings as headquarters hears of them.
func (b *store) healthEntries() []wire.HealthEntry {
	var out []wire.HealthEntry
	for _, w := range b.health.List() {
		out = append(out, wire.HealthEntry{Code: string(w.Code), Severity: w.Severity.String(), Since: w.Since})
	}
	return out
}

// metrics is the box's figures for Prometheus. No label names a person.
func (b *store) metrics() http.Handler {
	r := prometheus.NewRegistry()
	counter := func(name, help string, read func() float64) {
		r.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Namespace: "foyer", Name: name, Help: help}, read))
	}
	gauge := func(name, help string, read func() float64) {
		r.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "foyer", Name: name, Help: help}, read))
	}
	counter("reports_total", "Well-formed reports.", func() float64 { return float64(b.guests.Stats().Reports) })
	counter("reports_malformed_total", "Lines that were no report.", func() float64 { return float64(b.guests.Stats().Malformed) })
	counter("reports_dropped_total", "Reports of radios without a lease.", func() float64 { return float64(b.guests.Stats().Dropped) })
	gauge("leases", "Phones that are leased now.", func() float64 { return float64(b.guests.Stats().Leases) })
	counter("fixes_total", "Positions estimated.", func() float64 { return float64(b.flow.figures.Load().locator.Fixes) })
	counter("arrivals_total", "Phones with evidence of being inside.", func() float64 { return float64(b.flow.figures.Load().visits.Arrived) })
	gauge("hq_up", "1 while the line to headquarters is up.", func() float64 {
		if b.linkStatus().Up {
			return 1
		}
		return 0
	})
	gauge("hq_backlog", "Events headquarters does not have yet.", func() float64 { return float64(b.linkStatus().Backlog) })
	gauge("warnings", "Things that are wrong now.", func() float64 { return float64(len(b.health.List())) })
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

// technician makes a single-use code for one who prepares the store.
func (b *store) technician(context.Context) (string, error) {
	return b.web.PairTechnician(b.in.Now())
}

// pair makes a single-use code for an associate's device.
func (b *store) pair(ctx context.Context, ref string) (string, error) {
	a, err := floor.ParseAssociate(ref)
	if err != nil {
		return "", err
	}
	known := false
	if err := b.flow.Do(ctx, func(d *concierge.Desk, _ time.Time) {
		known = slices.ContainsFunc(d.Roster(), func(x floor.Associate) bool { return x.ID == a })
	}); err != nil {
		return "", err
	}
	if !known {
		return "", fmt.Errorf("%q is not on the roster that headquarters sent", ref)
	}
	return b.web.Pair(a, b.in.Now())
}
