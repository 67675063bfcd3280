// Package trust keeps what was renewed of a box's identity since it was
// enrolled: certificates for keys that were made here, and the keys that
// headquarters signs with. It hides the files in which they stand.
//
// A private key never leaves the box, and a certificate is taken only for a key
// that this box has asked one for.
package trust

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"foyer/disk"
	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
)

// What certificates are for.
const (
	MQTT  = "mqtt"  // shown to the broker
	LAN   = "lan"   // shown to staff and sensors
	Guest = "guest" // shown to customers, publicly trusted
)

const keysFile = "hq-sign.pub"

// ErrUnasked means that a certificate came for a key that this box has not asked
// one for.
var ErrUnasked = errors.New("no request of this box waits for this key")

// A Keeper keeps what was renewed.
type Keeper struct {
	dir  string
	id   wire.Identity
	name atomic.Pointer[string]
}

// Open opens the folder, which it makes, and has id use what stands in it.
func Open(dir string, id wire.Identity) (*Keeper, error) {
	k := &Keeper{dir: dir, id: id}
	if err := k.open(); err != nil {
		return nil, fmt.Errorf("open what was renewed: %w", err)
	}
	return k, nil
}

func (k *Keeper) open() error {
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return err
	}
	if err := k.same(); err != nil {
		return err
	}
	text, err := os.ReadFile(k.path(keysFile))
	if err == nil {
		keys, bad := wire.ParseSignKeys(text)
		if err = bad; err == nil {
			k.id.Remember(keys)
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", keysFile, err)
	}
	k.id.Show(func() (tls.Certificate, bool, error) { return k.Pair(MQTT) })
	return k.rename()
}

// same forgets what was renewed of another enrolment: a box that was enrolled
// anew has new keys, and is to show those.
func (k *Keeper) same() error {
	c, err := k.id.Enrolled()
	if err != nil {
		return err
	}
	const file = "enrolled"
	now := wire.Serial(c)
	before, err := os.ReadFile(k.path(file))
	if string(before) == now || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.RemoveAll(k.dir); err != nil {
		return err
	}
	if err := os.MkdirAll(k.dir, 0o700); err != nil {
		return err
	}
	return disk.WriteFile(k.path(file), []byte(now), 0o600)
}

func (k *Keeper) path(name string) string { return filepath.Join(k.dir, name) }

// Believe has headquarters' messages verified by these keys, in PEM, from now on.
func (k *Keeper) Believe(text string) error {
	keys, err := wire.ParseSignKeys([]byte(text))
	if err == nil {
		err = k.id.Trust(keys)
	}
	if err != nil {
		return fmt.Errorf("believe headquarters' keys: %w", err)
	}
	return disk.WriteFile(k.path(keysFile), []byte(text), 0o600)
}

// Name tells one certificate for the broker from another.
func (k *Keeper) Name() string { return *k.name.Load() }

// rename names the certificate for the broker anew.
func (k *Keeper) rename() error {
	name := ""
	c, ok, err := k.Pair(MQTT)
	if err != nil {
		return err
	}
	if ok {
		sum := sha256.Sum256(c.Leaf.Raw)
		name = hex.EncodeToString(sum[:8])
	}
	k.name.Store(&name)
	return nil
}

// Pair returns the newest certificate for a use, if one was ever renewed. One on
// trial comes before the one that was kept.
func (k *Keeper) Pair(use string) (tls.Certificate, bool, error) {
	for _, name := range []string{use + ".next.pem", use + ".pem"} {
		b, err := os.ReadFile(k.path(name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		var c tls.Certificate
		if err == nil {
			c, err = tls.X509KeyPair(b, b)
		}
		if err != nil {
			return c, false, fmt.Errorf("%s: %w", name, err)
		}
		return c, true, nil
	}
	return tls.Certificate{}, false, nil
}

// Waits returns when a certificate was asked for that has not come; zero if none
// was.
func (k *Keeper) Waits(use string) time.Time {
	st, err := os.Stat(k.path(use + ".request.key"))
	if err != nil {
		return time.Time{}
	}
	return st.ModTime()
}

// Ask makes a request for a certificate with these names. The key is made here,
// and is the same until a certificate for it has come.
func (k *Keeper) Ask(use string, names []string, now time.Time) (wire.CSR, error) {
	r, err := k.ask(use, names)
	if err == nil {
		err = os.Chtimes(k.path(use+".request.key"), now, now) // says when
	}
	if err != nil {
		return r, fmt.Errorf("ask for a certificate for %s: %w", use, err)
	}
	return r, nil
}

func (k *Keeper) ask(use string, names []string) (wire.CSR, error) {
	file := use + ".request.key"
	text, err := os.ReadFile(k.path(file))
	if errors.Is(err, fs.ErrNotExist) {
		var key *ecdsa.PrivateKey
		if key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err == nil {
			text, err = wire.EncodePrivate(key)
		}
	}
	if err != nil {
		return wire.CSR{}, err
	}
	csr, err := enrol.CSR(text, names)
	if err != nil {
		return wire.CSR{}, err
	}
	return wire.CSR{Use: use, PEM: string(csr)}, disk.WriteFile(k.path(file), text, 0o600)
}

// Check looks at a certificate that headquarters sent and returns how to put it
// in force. Names are those that one for people must have. Where headquarters
// says why there is none, that is remembered until there is one.
func (k *Keeper) Check(c wire.Certificate, names []string, now time.Time) (func() error, error) {
	key, err := os.ReadFile(k.path(c.Use + ".request.key"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", c.Use, ErrUnasked)
	}
	if err != nil {
		return nil, err
	}
	if c.Refused != "" {
		return func() error { return disk.WriteFile(k.path(c.Use+refusedEnd), []byte(c.Refused), 0o600) }, nil
	}
	pair, err := tls.X509KeyPair([]byte(c.PEM), key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", c.Use, ErrUnasked, err)
	}
	if err := k.holds(c.Use, pair.Leaf, names, now); err != nil {
		return nil, fmt.Errorf("%s: %w", c.Use, err)
	}
	return func() error { return k.install(c.Use, append([]byte(c.PEM+"\n"), key...)) }, nil
}

// holds says what is wrong with a certificate for its use.
func (k *Keeper) holds(use string, leaf *x509.Certificate, names []string, now time.Time) error {
	for _, n := range names {
		if err := leaf.VerifyHostname(n); err != nil {
			return err
		}
	}
	switch use {
	case MQTT:
		return k.id.CheckClient(leaf, now)
	case LAN:
		return k.id.CheckLAN(leaf, now)
	}
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) { // who signed it is for customers' phones to judge
		return fmt.Errorf("valid from %s to %s", leaf.NotBefore.Format(time.DateOnly), leaf.NotAfter.Format(time.DateOnly))
	}
	return nil
}

// install puts a certificate in force; one for the broker beside the one before,
// which Keep decides between.
func (k *Keeper) install(use string, text []byte) error {
	if use == MQTT {
		if err := disk.WriteFile(k.path("mqtt.next.pem"), text, 0o600); err != nil {
			return err
		}
		return k.rename()
	}
	if err := disk.WriteFile(k.path(use+".pem"), text, 0o600); err != nil {
		return err
	}
	return k.answered(use)
}

// Keep ends the trial of a certificate for the broker: it is kept, or forgotten
// and the one before shown again. It may be called again, and where there is
// none.
func (k *Keeper) Keep(yes bool) error {
	err := k.keep(yes)
	if err == nil {
		err = k.rename()
	}
	if err != nil {
		return fmt.Errorf("end the trial of a certificate: %w", err)
	}
	return nil
}

func (k *Keeper) keep(yes bool) error {
	const next = "mqtt.next.pem"
	if !yes {
		return gone(os.Remove(k.path(next)))
	}
	err := os.Rename(k.path(next), k.path("mqtt.pem"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil // kept before
	}
	return errors.Join(err, k.answered(MQTT))
}

// gone makes nothing of a file that was not there.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// answered forgets a request, and what was said of it.
func (k *Keeper) answered(use string) error {
	return errors.Join(gone(os.Remove(k.path(use+refusedEnd))), gone(os.Remove(k.path(use+".request.key"))))
}
