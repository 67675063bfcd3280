package radio

import (
	"crypto/sha256"
	"crypto/subtle"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"regexp"
)

// A Sensor is a credential of something that delivers reports: an access
// point, a controller, a Bluetooth receiver. The box keeps no token, only its
// SHA-256 hash; a token is random, of at least 128 bits.
type Sensor struct {
	ID          string // 1 to 32 of a-z, 0-9 and '-'
	TokenSHA256 [32]byte
	// Format is what it speaks by MQTT: "" is foyer's own; "espresense",
	// "theengs" and "happybubbles" are Bluetooth receivers' with topics of
	// their own, in which it is called Node.
	Format, Node string
}

// ListenOptions are what the listening sources need.
type ListenOptions struct {
	Listener net.Listener // plain TCP; the source closes it
	TLS      *tls.Config  // the box's certificate; versions below 1.3 only if it says so
	Plain    bool         // MQTT without TLS, and only for sensors with a Format
	Sensors  []Sensor
	Intake   *Intake
	Hosts    []string // the names and addresses that HTTP answers to; empty means any
	Aruba    *Aruba   // where Aruba's access points call in by HTTP; nil means nowhere
}

// ErrListen means that a listening source cannot be made of its options.
var ErrListen = errors.New("sensor listener")

func (o *ListenOptions) check() error {
	switch {
	case o.Listener == nil:
		return fmt.Errorf("%w: no listener", ErrListen)
	case o.Intake == nil:
		return fmt.Errorf("%w: no intake", ErrListen)
	case o.Plain:
	case o.TLS == nil || len(o.TLS.Certificates) == 0 && o.TLS.GetCertificate == nil && o.TLS.GetConfigForClient == nil:
		return fmt.Errorf("%w: no certificate: sensors send over TLS only", ErrListen)
	}
	return nil
}

// tlsConfig returns the options' configuration with TLS 1.3 as the floor,
// unless it names another, and HTTP/1.1 as the only protocol inside.
func (o *ListenOptions) tlsConfig() *tls.Config {
	c := o.TLS.Clone()
	if c.MinVersion == 0 {
		c.MinVersion = tls.VersionTLS13
	}
	c.NextProtos = nil
	return c
}

// credentials tells which sensor a token belongs to.
type credentials []credential

type credential struct {
	Sensor
	account *sensor
	topics  *receiver // nil for foyer's own format
}

func newCredentials(sensors []Sensor, in *Intake) (credentials, error) {
	valid := regexp.MustCompile(`^[a-z0-9-]{1,32}$`)
	ids, tokens := map[string]bool{}, map[[32]byte]string{}
	var out credentials
	for i, s := range sensors {
		switch other, ok := tokens[s.TokenSHA256]; {
		case !valid.MatchString(s.ID):
			return nil, fmt.Errorf("%w: sensors[%d]: id %q: want 1 to 32 of a-z, 0-9 and '-'", ErrListen, i, s.ID)
		case ids[s.ID]:
			return nil, fmt.Errorf("%w: sensors[%d]: id %q occurs twice", ErrListen, i, s.ID)
		case s.TokenSHA256 == [32]byte{} || s.TokenSHA256 == sha256.Sum256(nil):
			return nil, fmt.Errorf("%w: sensors[%d] %q: no token", ErrListen, i, s.ID)
		case ok:
			return nil, fmt.Errorf("%w: sensors[%d] %q has the token of %q: give each its own", ErrListen, i, s.ID, other)
		}
		ids[s.ID], tokens[s.TokenSHA256] = true, s.ID
		topics, err := newReceiver(s)
		if err != nil {
			return nil, fmt.Errorf("sensors[%d]: %w", i, err)
		}
		out = append(out, credential{s, in.expect(s.ID), topics})
	}
	return out, nil
}

// byToken finds the owner of token. It compares with every sensor, so that
// its time tells nothing.
func (c credentials) byToken(token []byte) (*credential, bool) {
	sum := sha256.Sum256(token)
	found := -1
	for i := range c {
		if subtle.ConstantTimeCompare(sum[:], c[i].TokenSHA256[:]) == 1 {
			found = i
		}
	}
	if found < 0 {
		return nil, false
	}
	return &c[found], true
}

// byName finds the owner of token if she is called id.
func (c credentials) byName(id, token []byte) (*credential, bool) {
	if owner, ok := c.byToken(token); ok && owner.ID == string(id) {
		return owner, true
	}
	return nil, false
}

// byID finds a sensor that has shown its token before.
func (c credentials) byID(id string) (*credential, bool) {
	for i := range c {
		if c[i].ID == id {
			return &c[i], true
		}
	}
	return nil, false
}
