package radio

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"foyer/floor"
	"foyer/radio/report"
)

// A survey runs for at most surveyMost, wall time, and its reader may fall
// behind by surveyQueue readings before some are lost.
const (
	surveyMost  = 4 * time.Hour
	surveyQueue = 1024
)

// The reasons for which no survey begins.
var (
	// ErrSurveyed means that a survey runs already.
	ErrSurveyed = errors.New("a survey runs already: end it first")
	// ErrCustomers means that the device is a customer's, by her lease.
	ErrCustomers = errors.New("this device is a customer's who has checked in: survey with one of the store's own")
)

// A surveyLease lets the readings of one device out to a survey, while it runs and
// until the device is a customer's phone.
type surveyLease struct {
	addr report.Addr
	out  chan Heard
	hers chan struct{} // closed when a customer has checked in with it
}

// Survey calls each with what access points of the plan hear of one device of
// the store's own, until ctx ends, as a canonical line that holds a made-up
// address: SurveyClient. The device is neither located nor anybody's phone.
func (g *Guests) Survey(ctx context.Context, client string, each func(line []byte) error) error {
	device, err := report.ParseAddr(client)
	if err != nil {
		return ErrDevice
	}
	made, err := report.ParseAddr(SurveyClient)
	if err != nil {
		return ErrDevice
	}
	var line []byte
	return g.listen(ctx, device, nil, func(h Heard) error {
		r := report.Report{AP: string(h.AP), Client: made, RSSI: h.RSSI, At: h.At}
		var err error
		if line, err = report.Append(line[:0], &r); err != nil {
			return err
		}
		return each(line)
	})
}

// SurveyAt is Survey of the device that speaks to the box from peer, found as
// Bind finds a customer's; begun is called once it has been.
func (g *Guests) SurveyAt(ctx context.Context, peer netip.Addr, begun func(), each func(Heard) error) error {
	peer = peer.Unmap().WithZone("")
	found, err := g.find(ctx, peer, "")
	switch {
	case err != nil:
		return err
	case found.router:
		return ErrRouter
	}
	return g.listen(ctx, found.addr, begun, each)
}

// listen lets out what is heard of one device until ctx ends.
func (g *Guests) listen(ctx context.Context, device report.Addr, begun func(), each func(Heard) error) error {
	s := &surveyLease{device, make(chan Heard, surveyQueue), make(chan struct{})}
	if err := g.beginSurvey(s); err != nil {
		return err
	}
	defer g.survey.CompareAndSwap(s, nil)
	if begun != nil {
		begun()
	}
	ctx, done := context.WithTimeout(ctx, surveyMost)
	defer done()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.hers:
			return ErrCustomers
		case h := <-s.out:
			if s.ended() {
				return ErrCustomers
			}
			if err := each(h); err != nil {
				return err
			}
		}
	}
}

func (s *surveyLease) ended() bool {
	select {
	case <-s.hers:
		return true
	default:
		return false
	}
}

// SurveyClient is the address that a survey's lines hold instead of the
// device's own.
const SurveyClient = "02:00:5e:00:00:01"

func (g *Guests) beginSurvey(s *surveyLease) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch l := g.byAddr[s.addr]; {
	case l != nil && g.live(l, g.now()):
		return ErrCustomers
	case !g.survey.CompareAndSwap(nil, s):
		return ErrSurveyed
	}
	return nil
}

// endSurvey ends a survey of addr, which is a customer's from now on. The guest
// list is locked.
func (g *Guests) endSurvey(addr report.Addr) {
	if s := g.survey.Load(); s != nil && s.addr == addr && g.survey.CompareAndSwap(s, nil) {
		close(s.hers)
	}
}

// hear takes a reading, if it is of the survey's device.
func (s *surveyLease) hear(r *report.Report, ap floor.APID, rx time.Time) {
	if s.addr != r.Client || !r.RSSI.Valid() {
		return
	}
	at := r.At
	if at.IsZero() {
		at = rx
	}
	select {
	case s.out <- Heard{ap, r.RSSI, at}:
	default: // whoever surveys sees that it is too little
	}
}
