package wire

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hpke"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func receiver(t *testing.T) hpke.PrivateKey {
	t.Helper()
	k, err := NewOpenKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// What is sealed under one agreement opens for its receiver and under its topic
// only, whole or not at all, and no two messages look alike.
func TestSealMany(t *testing.T) {
	to, other := receiver(t), receiver(t)
	var s sealer
	o := NewOpener(other, to)
	const topic, words = "foyer/v1/northwind/014/up/visit", "something about somebody"
	var before []byte
	for range 3 {
		sealed, err := s.seal([]byte(words), topic, to.PublicKey())
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(sealed, []byte("somebody")) || bytes.Equal(sealed, before) {
			t.Error("it can be read, or is the same as the one before")
		}
		before = sealed
		for _, open := range []func([]byte, string) ([]byte, error){o.Open, func(b []byte, topic string) ([]byte, error) { return Open(b, topic, to) }} {
			if plain, err := open(sealed, topic); err != nil || string(plain) != words {
				t.Errorf("%q, %v", plain, err)
			}
			if _, err := open(sealed, topic+"s"); !errors.Is(err, ErrSealed) {
				t.Errorf("under another topic: %v", err)
			}
			for i := range sealed {
				bad := bytes.Clone(sealed)
				bad[i] ^= 1
				if _, err := open(bad, topic); !errors.Is(err, ErrSealed) && !errors.Is(err, ErrVersion) {
					t.Errorf("with byte %d altered: %v", i, err)
				}
				if _, err := open(sealed[:i], topic); !errors.Is(err, ErrSealed) {
					t.Errorf("cut after %d bytes: %v", i, err)
				}
			}
		}
		if _, err := Open(sealed, topic, other); !errors.Is(err, ErrSealed) {
			t.Errorf("another receiver: %v", err)
		}
	}
	one, err := Seal([]byte(words), topic, to.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := o.Open(one, topic); err != nil || string(plain) != words {
		t.Errorf("one sealed by itself: %q, %v", plain, err)
	}
}

// A key is used for so many messages, and then another is agreed on.
func TestSealManyAgreesAnew(t *testing.T) {
	to := receiver(t)
	var s sealer
	var headers [][]byte
	for range 3 {
		sealed, err := s.seal([]byte("x"), "t", to.PublicKey())
		if err != nil {
			t.Fatal(err)
		}
		headers = append(headers, sealed[:sealHeader+encSize])
		s.left = min(s.left, 1) // as after sealsPerKey messages
	}
	if !bytes.Equal(headers[0], headers[1]) || bytes.Equal(headers[1], headers[2]) {
		t.Error("the first two share a key, and the third does not")
	}
}

// An opener does not remember more than it has room for.
func TestOpenerForgets(t *testing.T) {
	to := receiver(t)
	o := NewOpener(to)
	for i := range maxOpened {
		o.seen[string(rune(i))] = nil
	}
	var s sealer
	sealed, err := s.seal([]byte("x"), "t", to.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Open(sealed, "t"); err != nil || len(o.seen) != 1 {
		t.Errorf("%d remembered, %v", len(o.seen), err)
	}
}

// Events go through together unchanged, and nothing else does.
func TestBundle(t *testing.T) {
	some := []Sealed{{UpVisit, []byte("one")}, {UpConsent, []byte{}}, {UpErase, bytes.Repeat([]byte("x"), 70000)}}
	data := Bundle(some)
	got, err := Unbundle(data)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(some, got.Events); d != "" {
		t.Error(d)
	}
	for n := 1; n < len(data); n += 1 + n/50 {
		if got, err := Unbundle(data[:n]); err == nil && len(got.Events) == len(some) || err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("cut after %d bytes: %d events, %v", n, len(got.Events), err)
		}
	}
	for what, bad := range map[string][]Sealed{
		"of headquarters": {{DownRoster, nil}}, "in one another": {{UpMany, data}}, "a pass": {{CheckIn, nil}}, "unknown": {{"up/gossip", nil}},
		"too many": make([]Sealed, 0),
	} {
		for len(bad) < MaxTogether+1 && what == "too many" {
			bad = append(bad, Sealed{UpVisit, nil})
		}
		if _, err := Unbundle(Bundle(bad)); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A store vouches for a bundle as it sent it, from itself and with its own key.
func TestBundleIsVouchedFor(t *testing.T) {
	key := func() (ed25519.PublicKey, ed25519.PrivateKey) {
		pub, private, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		return pub, private
	}
	pub, private := key()
	other, _ := key()
	here, there := Address{"northwind", "014"}, Address{"northwind", "015"}
	some := []Sealed{{UpVisit, []byte("one")}, {UpConsent, []byte("two")}}
	data := Identity{Address: here, sign: private}.Bundle(some)
	got, err := Unbundle(data)
	if d := cmp.Diff(some, got.Events); err != nil || d != "" {
		t.Errorf("%v\n%s", err, d)
	}
	if !got.Vouched(here, []ed25519.PublicKey{other, pub}) {
		t.Error("its own signature is not known")
	}
	if got.Vouched(here, []ed25519.PublicKey{other, nil}) || got.Vouched(there, []ed25519.PublicKey{pub}) {
		t.Error("somebody else vouches for it")
	}
	for i := range data {
		changed := bytes.Clone(data)
		changed[i] ^= 1
		if got, err := Unbundle(changed); err == nil && got.Vouched(here, []ed25519.PublicKey{pub}) {
			t.Errorf("byte %d changed, and still vouched for", i)
		}
	}
	if got, err := Unbundle(Bundle(some)); err != nil || got.Vouched(here, []ed25519.PublicKey{pub}) {
		t.Errorf("vouched for without a signature, %v", err)
	}
	if _, err := Unbundle(append(bytes.Clone(data), Bundle(some)...)); !errors.Is(err, ErrMalformed) {
		t.Errorf("events after the signature: %v", err)
	}
}

func FuzzUnbundle(f *testing.F) {
	f.Add(Bundle([]Sealed{{UpVisit, []byte("one")}, {UpConsent, nil}}))
	f.Add(Bundle([]Sealed{{UpVisit, []byte("one")}, {UpMany, make([]byte, ed25519.SignatureSize)}}))
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := Unbundle(data)
		if err != nil {
			return
		}
		again := Bundle(b.Events)
		if b.sig != nil {
			again = Sealed{UpMany, b.sig}.append(again)
		}
		if !bytes.Equal(again, data) {
			t.Error("it says something else than what it was taken from")
		}
	})
}
