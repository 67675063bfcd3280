package radio

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"foyer/floor"
	"foyer/radio/fetch"
	"foyer/radio/format"
	"foyer/radio/report"
)

// OpenWrtOptions are the settings of an OpenWrt host as a source.
type OpenWrtOptions struct {
	Feed
	Client *fetch.Client
	User   string
	Secret func() ([]byte, error) // reads the password
	// Objects are what is asked on its bus: hostapd.<interface>, usteer, dawn.
	Objects []string
	// Beacons is how often each leased phone is asked what it hears itself
	// (802.11k); 0 means never. It costs the phones' batteries.
	Beacons time.Duration
	// PollOnly subscribes to nothing: what other access points hear of a phone
	// is lost, and some versions of uhttpd are spared.
	PollOnly bool

	retryFirst time.Duration // of a subscription that is refused; 0 means 2 s
}

// OpenWrt is the source that asks an OpenWrt host over its web server: it polls
// the objects, hears hostapd's notifications as they come, and looks into the
// host's table of DHCP leases while somebody checks in.
type OpenWrt struct {
	*feed
	o       OpenWrtOptions
	bus     *fetch.Ubus
	beacons beacons
}

// NewOpenWrt returns a source that logs in once Run is called.
func NewOpenWrt(o OpenWrtOptions) (*OpenWrt, error) {
	f, err := newFeed(o.Feed, 2*time.Second, "hostapd-clients", "hostapd-events", "usteer-clients", "dawn-map")
	if err != nil {
		return nil, err
	}
	if o.Client == nil || o.Secret == nil || len(o.Objects) == 0 {
		return nil, fmt.Errorf("%w %s: it has no address, no password or no objects", ErrFeed, o.Name)
	}
	for _, object := range o.Objects {
		if method, _ := asks(object); method == "" {
			return nil, fmt.Errorf("%w %s: object %q is not hostapd.<interface>, usteer or dawn", ErrFeed, o.Name, object)
		}
	}
	return &OpenWrt{feed: f, o: o, bus: fetch.NewUbus(o.Client, o.User, o.Secret), beacons: newBeacons(o.Beacons)}, nil
}

// asks returns what is called on an object, and the format of its answer.
func asks(object string) (method, format string) {
	switch {
	case hostapd(object):
		return "get_clients", "hostapd-clients"
	case object == "usteer":
		return "get_clients", "usteer-clients"
	case object == "dawn":
		return "get_hearing_map", "dawn-map"
	}
	return "", ""
}

func hostapd(object string) bool {
	name, ok := strings.CutPrefix(object, "hostapd.")
	return ok && name != ""
}

// Name returns the source's name.
func (w *OpenWrt) Name() string { return w.o.Name }

// Run asks until ctx ends.
func (w *OpenWrt) Run(ctx context.Context, out chan<- floor.Batch) error {
	defer w.o.Client.Close()
	var parts sync.WaitGroup
	for _, object := range w.o.Objects {
		parts.Go(func() {
			w.poll(ctx, object, w.Every, func(ctx context.Context) error { return w.ask(ctx, object, out) })
		})
		if hostapd(object) && !w.o.PollOnly {
			parts.Go(func() { w.subscribe(ctx, object, out) })
		}
	}
	parts.Go(func() { w.leases(ctx) })
	parts.Wait()
	return nil
}

// ask polls one object.
func (w *OpenWrt) ask(ctx context.Context, object string, out chan<- floor.Batch) error {
	method, name := asks(object)
	a, err := w.bus.Call(ctx, object, method, nil)
	if err != nil {
		return err
	}
	defer clear(a.Body)
	var served []report.Addr
	leased := func(r *report.Report) {
		if r.Kind == floor.UplinkAssoc || r.Kind == floor.Serving {
			served = append(served, r.Client)
		}
	}
	if err := w.deliver(ctx, name, format.Payload{Body: a.Body, Sent: a.Date, From: w.from(object)}, out, leased); err != nil {
		return err
	}
	if hostapd(object) {
		w.measure(ctx, object, served)
	}
	return nil
}

// from names what is heard on an object: host#interface for a hostapd, the host
// for what knows the interfaces itself.
func (w *OpenWrt) from(object string) string {
	if hostapd(object) {
		return w.o.Client.Host() + "#" + object
	}
	return w.o.Client.Host()
}

// subscribe hears an object's notifications, again and again: uhttpd drops a
// stream that is idle for half a minute. What an access point refuses is said;
// its polls go on.
func (w *OpenWrt) subscribe(ctx context.Context, object string, out chan<- floor.Batch) {
	first := w.o.retryFirst
	if first <= 0 {
		first = retryFeedFirst
	}
	retry := first
	for ctx.Err() == nil {
		began := time.Now()
		err := w.bus.Subscribe(ctx, object, func(e fetch.Event) {
			w.tell(object+" events", nil)
			// An event that is none is counted; the stream goes on.
			_ = w.deliver(ctx, "hostapd-events", format.Payload{Body: e, From: w.from(object)}, out, nil)
		})
		if ctx.Err() != nil {
			return
		}
		w.tell(object+" events", err)
		if err == nil && time.Since(began) > 10*time.Second {
			retry = first
		}
		wait(ctx, jitter(retry))
		retry = min(2*retry, retryFeedLast)
	}
}
