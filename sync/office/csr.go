package office

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
	"foyer/vault"
)

// sameAgain is how long a store that asks again for a key is given the
// certificate that it was given before: what it asks is sent until it is heard.
const sameAgain = 24 * time.Hour

// A renewal is the last certificate of one use that a store was given.
type renewal struct {
	Key string    `json:"key"` // SHA-256 of the public key
	PEM string    `json:"pem"`
	At  time.Time `json:"at"`
}

// An order is a request for a publicly trusted certificate that is not answered
// yet.
type order struct {
	PEM   string    `json:"pem"`
	Since time.Time `json:"since"`
	Tries int       `json:"tries"`
	Error string    `json:"error,omitempty"` // of the last try
}

// A Guest obtains a publicly trusted certificate for a request of a store: the
// chain in PEM, leaf first.
type Guest func(ctx context.Context, store string, csr *x509.CertificateRequest) (chain []byte, err error)

// requested answers a store that asks for a certificate: from headquarters' own
// CA at once, publicly trusted ones by whoever obtains them. Where none is granted
// the store is told why. The caller holds mu and writes the record.
func (f *Office) requested(tx *vault.Tx, s *store, r wire.CSR) error {
	name := s.address.Store
	csr, err := enrol.ParseCSR([]byte(r.PEM))
	if err == nil {
		err = strong(csr.PublicKey)
	}
	if err != nil {
		return f.refuseCSR(tx, s, r.Use, err)
	}
	sum := sha256.Sum256(csr.RawSubjectPublicKeyInfo)
	key := hex.EncodeToString(sum[:])
	if last, ok := s.rec.Renewed[r.Use]; ok && last.Key == key && f.o.Now().Sub(last.At) < sameAgain {
		return f.certificate(tx, s, r.Use, key, last.PEM)
	}
	if r.Use == useGuest {
		if f.o.Guest == nil {
			if err := f.refuseCSR(tx, s, r.Use, errNobodyObtains); err != nil {
				return err
			}
		}
		signal(f.ordered)
		return putJSON(tx, bucketOrders, name, order{PEM: r.PEM, Since: f.o.Now().UTC()})
	}
	cert, err := f.renew(name, r.Use, csr)
	if err != nil {
		return f.refuseCSR(tx, s, r.Use, err)
	}
	return f.certificate(tx, s, r.Use, key, string(certPEM(cert.Raw)))
}

// renew makes a certificate of headquarters' own CA.
func (f *Office) renew(name, use string, csr *x509.CertificateRequest) (*x509.Certificate, error) {
	ca, err := storesCA(f.o.Dir)
	if err != nil {
		return nil, err
	}
	var cert *x509.Certificate
	if use == useMQTT {
		cert, err = ca.certify(csr.PublicKey, name, nil, x509.ExtKeyUsageClientAuth, f.o.Now())
	} else {
		var names []string
		if names, err = lanNames(csr); err == nil {
			cert, err = ca.certify(csr.PublicKey, names[0], names, x509.ExtKeyUsageServerAuth, f.o.Now())
		}
	}
	if err != nil {
		return nil, err
	}
	return cert, issued(f.o.Dir, name, map[string]*x509.Certificate{use: cert})
}

// errNobodyObtains: the request waits until somebody does.
var errNobodyObtains = errors.New("headquarters obtains no publicly trusted certificates yet: foyer-hq ca guest")

// refuseCSR tells a store why a request of its is not granted, and remembers it
// until one is.
func (f *Office) refuseCSR(tx *vault.Tx, s *store, use string, cause error) error {
	f.o.Log.Warn("a store's request for a certificate is not granted", "store", s.address.Store, "use", use, "cause", cause)
	reason := bytes.ToValidUTF8([]byte(cause.Error()), nil)
	reason = bytes.ToValidUTF8(reason[:min(len(reason), maxReason)], nil)
	if s.rec.NotGranted == nil {
		s.rec.NotGranted = map[string]string{}
	}
	s.rec.NotGranted[use] = string(reason)
	return f.answerCSR(tx, s, wire.Certificate{Use: use, Refused: string(reason)})
}

// maxReason is how many bytes of a cause a store is told.
const maxReason = 500

func (f *Office) answerCSR(tx *vault.Tx, s *store, c wire.Certificate) error {
	data, err := wire.Encode(wire.DownCertificate, c)
	if err != nil {
		return err
	}
	s.rec.Rev++
	f.due(s.address.Store)
	return s.putOrdered(tx, wire.DownCertificate, data)
}

// certificate sends a store a certificate, and remembers it.
func (f *Office) certificate(tx *vault.Tx, s *store, use, key, pem string) error {
	if s.rec.Renewed == nil {
		s.rec.Renewed = map[string]renewal{}
	}
	if s.rec.Renewed[use].Key != key {
		s.rec.Renewed[use] = renewal{Key: key, PEM: pem, At: f.o.Now().UTC()}
	}
	delete(s.rec.NotGranted, use)
	return f.answerCSR(tx, s, wire.Certificate{Use: use, PEM: pem})
}

// strong says what is wrong with a key that is to be certified.
func strong(key any) error {
	switch k := key.(type) {
	case ed25519.PublicKey:
		return nil
	case *ecdsa.PublicKey:
		if k.Curve == elliptic.P256() || k.Curve == elliptic.P384() {
			return nil
		}
	case *rsa.PublicKey:
		if n := k.N.BitLen(); n >= 2048 && n <= 4096 {
			return nil
		}
	}
	return errors.New("want a key of P-256, P-384, Ed25519, or RSA with 2048 to 4096 bits")
}

// How soon a publicly trusted certificate is tried for again.
const (
	firstRetry = time.Minute
	lastRetry  = 6 * time.Hour
)

// obtain has the stores' publicly trusted certificates obtained until ctx ends.
func (f *Office) obtain(ctx context.Context) error {
	if f.o.Guest == nil {
		<-ctx.Done()
		return ctx.Err()
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-f.ordered:
		case <-timer.C:
		}
		wait, err := f.obtainAll(ctx)
		if err != nil {
			return err
		}
		timer.Reset(wait)
	}
}

// orders returns the requests for publicly trusted certificates that are not
// answered yet.
func (f *Office) orders() (map[string]order, error) {
	all := map[string]order{}
	return all, f.file.View(func(tx *vault.Tx) error {
		return tx.Each(bucketOrders, nil, func(k, v []byte) error {
			var o order
			err := json.Unmarshal(v, &o)
			all[string(k)] = o
			return err
		})
	})
}

// orderOf returns a store's request that is not answered yet.
func (f *Office) orderOf(name string) (o order, err error) {
	err = f.file.View(func(tx *vault.Tx) error { return getJSON(tx, bucketOrders, name, &o) })
	return o, err
}

// why says for people why an order is not answered yet.
func (o order) why(somebody bool) string {
	switch {
	case !somebody:
		return "it asks for a publicly trusted certificate, and nobody obtains any here: foyer-hq ca guest"
	case o.Error != "":
		return o.Error
	}
	return "it is being obtained"
}

// obtainAll tries what is due, and returns when to look again.
func (f *Office) obtainAll(ctx context.Context) (time.Duration, error) {
	all, err := f.orders()
	if err != nil {
		return 0, fmt.Errorf("certificates: %w", err)
	}
	wait := lastRetry
	for name, o := range all {
		pause := min(firstRetry<<min(o.Tries, 12), lastRetry)
		if o.Tries > 0 && f.o.Now().Before(o.Since.Add(pause)) {
			wait = min(wait, max(time.Second, o.Since.Add(pause).Sub(f.o.Now())))
			continue
		}
		if err := f.obtainOne(ctx, name, o); err != nil {
			return 0, err
		}
		wait = min(wait, firstRetry)
	}
	return wait, nil
}

// notObtained keeps a try that failed, and tells the store, ever more seldom.
func (f *Office) notObtained(name string, o order) error {
	s, err := f.known(name)
	tell := err == nil && o.Tries&(o.Tries-1) == 0
	err = f.file.Update(func(tx *vault.Tx) error {
		if tell {
			if err := f.refuseCSR(tx, s, useGuest, errors.New(o.Error)); err != nil {
				return err
			}
			if err := putJSON(tx, bucketStores, name, s.rec); err != nil {
				return err
			}
		}
		return putJSON(tx, bucketOrders, name, o)
	})
	if err != nil {
		delete(f.stores, name) // read it again as the disk has it
		return fmt.Errorf("certificate of store %s: %w", name, err)
	}
	return nil
}

func (f *Office) obtainOne(ctx context.Context, name string, o order) error {
	csr, err := enrol.ParseCSR([]byte(o.PEM))
	var chain []byte
	if err == nil {
		chain, err = f.o.Guest(ctx, name, csr)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if now, err := f.orderOf(name); err != nil || now.PEM != o.PEM {
		return err // it asks for another by now, which is not tried for yet
	}
	if err != nil {
		o.Tries, o.Since, o.Error = o.Tries+1, f.o.Now().UTC(), err.Error()
		f.o.Log.Warn("no publicly trusted certificate for a store; it is tried again", "store", name, "tries", o.Tries, "cause", err)
		return f.notObtained(name, o)
	}
	s, err := f.known(name)
	if err != nil {
		return f.file.Update(func(tx *vault.Tx) error { return tx.Delete(bucketOrders, []byte(name)) }) // removed since
	}
	sum := sha256.Sum256(csr.RawSubjectPublicKeyInfo)
	err = f.file.Update(func(tx *vault.Tx) error {
		if err := f.certificate(tx, s, useGuest, hex.EncodeToString(sum[:]), string(chain)); err != nil {
			return err
		}
		if err := putJSON(tx, bucketStores, name, s.rec); err != nil {
			return err
		}
		return tx.Delete(bucketOrders, []byte(name))
	})
	if err != nil {
		delete(f.stores, name) // read it again as the disk has it
		return fmt.Errorf("certificate of store %s: %w", name, err)
	}
	return nil
}
