package box

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"foyer/config"
	"foyer/firmware"
	"foyer/firmware/spool"
	"foyer/health"
	"foyer/sync/wire"
)

// Around the opening hours the box does not restart.
const (
	beforeOpening = time.Hour
	afterClosing  = 30 * time.Minute
)

// startUpdates opens the spool of updates. A box that cannot update itself
// works all the same, and says so.
func (b *store) startUpdates() {
	if b.in.Firmware == nil {
		return
	}
	o := *b.in.Firmware
	o.Dir = filepath.Join(b.in.Config.Data, "firmware")
	o.Running, o.Now, o.Log = b.in.Version, b.in.Now, b.log
	o.Quiet = func(now time.Time) bool { return quiet(b.config.Load().Store, now) }
	o.Client = updateClient(b.in.Config.Identity)
	s, err := spool.Open(o)
	if err != nil {
		b.log.Error("no updates", "err", err)
		b.health.Set(health.FirmwareFailed, "this box's spool", b.in.Now())
		return
	}
	b.updates = s
}

// updateClient trusts headquarters' own authority, too. It is not what a
// release is trusted by.
func updateClient(identity string) *http.Client {
	roots, err := x509.SystemCertPool()
	if err != nil {
		roots = x509.NewCertPool()
	}
	if pem, err := os.ReadFile(filepath.Join(identity, wire.FileCA)); err == nil {
		roots.AppendCertsFromPEM(pem)
	}
	return &http.Client{Transport: &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		TLSHandshakeTimeout:   20 * time.Second,
		ResponseHeaderTimeout: time.Minute,
		DisableCompression:    true, // bytes as they were signed
	}}
}

// quiet reports whether nobody is likely to be in the store. One that never
// closes has an hour before dawn.
func quiet(s config.Store, now time.Time) bool {
	if s.Close-s.Open > 24*time.Hour-beforeOpening-afterClosing {
		return now.In(s.Location).Hour() == 4
	}
	open, shut := s.Hours(now)
	return now.Before(open.Add(-beforeOpening)) || now.After(shut.Add(afterClosing))
}

// checkFirmware takes a pointer to a release.
func (b *store) checkFirmware(data []byte) (func() error, error) {
	w, err := wire.Decode[wire.Firmware](data)
	if err != nil {
		return nil, err
	}
	p := firmware.Pointer{Version: w.Version, Repository: w.URL}
	if err := firmware.Check(p); err != nil {
		return nil, err
	}
	return func() error {
		if b.updates == nil {
			return nil // a box that is not updated this way, such as a laptop's
		}
		return b.updates.Want(p)
	}, nil
}

// lookAtUpdates says whether an update failed.
func (b *store) lookAtUpdates(now time.Time) {
	if b.updates == nil {
		return
	}
	st := b.updates.Status()
	bad := ""
	if st.State == firmware.Failed || st.State == firmware.RolledBack {
		bad = st.Wanted + " (" + string(st.Reason) + ")"
	}
	if b.badUpdate != "" && b.badUpdate != bad {
		b.health.Clear(health.FirmwareFailed, b.badUpdate)
	}
	if b.badUpdate = bad; bad != "" {
		b.health.Set(health.FirmwareFailed, bad, now)
	}
}

// firmwareState is how an update stands, for headquarters.
func (b *store) firmwareState() wire.FirmwareState {
	if b.updates == nil {
		return wire.FirmwareState{}
	}
	st := b.updates.Status()
	return wire.FirmwareState{State: string(st.State), Wanted: st.Wanted, Got: st.Got, Size: st.Size,
		Reason: string(st.Reason), Detail: st.Detail[:min(len(st.Detail), 300)]}
}

// pulse says, after a round through the flow, whether the box is as it should
// be: a version that cannot reach headquarters could never be mended by it.
func (b *store) pulse() {
	switch {
	case b.in.Pulse == nil:
	case b.link != nil && !b.link.Status().Up:
		b.in.Pulse(false, "headquarters is not reached")
	default:
		b.in.Pulse(true, "")
	}
}
