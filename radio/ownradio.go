package radio

import (
	"context"
	"time"

	"foyer/floor"
	"foyer/radio/nl80211"
	"foyer/radio/report"
)

// OwnRadioOptions are the settings of the box's own radio as a source.
type OwnRadioOptions struct {
	Name   string // of the source and its account; "" means "own-radio"
	Intake *Intake
	Every  time.Duration // between readings, wall time; 0 means 1 s
	// State is told whenever the radio comes or goes: nil when it works,
	// nl80211.ErrNoRadio or the kernel's error when not. It may be nil.
	State func(error)

	open       func() (stations, error) // nil means the kernel's
	retryFirst time.Duration            // 0 means 5 s
}

// stations is what OwnRadio needs of *nl80211.Stations.
type stations interface {
	Read(context.Context) (nl80211.Reading, error)
	Close() error
}

// Drivers keep the level of a station that has long been silent.
const (
	staleStation = 10 * time.Second
	stationAtErr = 100 * time.Millisecond
	retryLast    = 5 * time.Minute
)

// OwnRadio is the source that reads the box's own access point, if it has
// one. Each of its radios answers in the plan to its BSSID.
type OwnRadio struct {
	o       OwnRadioOptions
	account *sensor
	works   bool
	told    bool
}

// NewOwnRadio returns a source that looks for a radio once Run is called.
func NewOwnRadio(o OwnRadioOptions) *OwnRadio {
	if o.Every <= 0 {
		o.Every = time.Second
	}
	if o.State == nil {
		o.State = func(error) {}
	}
	if o.open == nil {
		o.open = func() (stations, error) {
			s, err := nl80211.Open()
			if err != nil {
				return nil, err // not a nil *Stations in an interface
			}
			return s, nil
		}
	}
	if o.retryFirst <= 0 {
		o.retryFirst = 5 * time.Second
	}
	if o.Name == "" {
		o.Name = "own-radio"
	}
	return &OwnRadio{o: o, account: o.Intake.expect(o.Name)}
}

// Name returns the source's name.
func (r *OwnRadio) Name() string { return r.o.Name }

// Run reads until ctx ends. Without a radio it says so once by State and looks
// again from time to time.
func (r *OwnRadio) Run(ctx context.Context, out chan<- floor.Batch) error {
	retry := r.o.retryFirst
	for ctx.Err() == nil {
		err := r.session(ctx, out)
		if ctx.Err() != nil {
			return nil
		}
		if r.works {
			retry = r.o.retryFirst
		}
		r.tell(err)
		wait(ctx, retry)
		retry = min(2*retry, retryLast)
	}
	return nil
}

// session reads until something goes wrong.
func (r *OwnRadio) session(ctx context.Context, out chan<- floor.Batch) error {
	s, err := r.o.open()
	if err != nil {
		return err
	}
	defer s.Close()
	for ctx.Err() == nil {
		now, err := s.Read(ctx)
		if err != nil {
			return err
		}
		r.tell(nil)
		r.deliver(ctx, now, out)
		wait(ctx, r.o.Every)
	}
	return nil
}

// tell tells a change of state.
func (r *OwnRadio) tell(err error) {
	if works := err == nil; !r.told || works != r.works {
		r.told, r.works = true, works
		r.o.State(err)
	}
}

func (r *OwnRadio) deliver(ctx context.Context, now nl80211.Reading, out chan<- floor.Batch) {
	r.o.Intake.take(ctx, r.account, r.o.Intake.guests.now(), out, func(d *delivery) {
		for _, st := range now.Stations {
			if st.Inactive > staleStation {
				continue
			}
			kind := floor.UplinkAssoc
			switch {
			case st.RSSI == 0:
				kind = floor.Serving
			case st.Average:
				kind = floor.VendorAverage
			}
			d.add(&report.Report{
				AP: st.BSSID, Client: st.Client, RSSI: st.RSSI, Kind: kind, Freq: st.Freq,
				At: d.rx.Add(-st.Inactive), AtErr: stationAtErr, Assoc: report.AssocYes,
			})
		}
		if now.Whole {
			r.left(now, d.rx)
		}
	})
}

// left tells the guest list who is associated, so that it can tell who no
// longer is. The list of clients is not kept.
func (r *OwnRadio) left(now nl80211.Reading, rx time.Time) {
	aps := map[floor.APID]bool{}
	for _, ap := range now.APs {
		if id, ok := r.o.Intake.aps.Resolve(ap.BSSID); ok {
			aps[id] = true
		}
	}
	if len(aps) == 0 {
		return
	}
	present := make(map[report.Addr]bool, len(now.Stations))
	for _, st := range now.Stations {
		present[st.Client] = true
	}
	r.o.Intake.guests.absent(aps, present, rx)
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
