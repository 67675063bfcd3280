package wire

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hpke"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func signKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func openKey(t testing.TB) hpke.PrivateKey {
	t.Helper()
	k, err := NewOpenKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func example() Message {
	return Message{Kind: DownConfig, Address: Address{"northwind", "014"}, Epoch: 7, Rev: 3, Prev: 2,
		NotBefore: noon.Add(-time.Hour), Expires: noon.Add(time.Hour), Payload: []byte(`{"a":1}`)}
}

func expect(m Message, keys ...ed25519.PrivateKey) Expect {
	e := Expect{Kind: m.Kind, Address: m.Address}
	for _, k := range keys {
		e.Keys = append(e.Keys, k.Public().(ed25519.PublicKey))
	}
	return e
}

func TestSignVerify(t *testing.T) {
	m := example()
	data, err := Sign(m, signKey(1))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		want Expect
		now  time.Time
		err  error
	}{
		{"good", expect(m, signKey(1)), noon, nil},
		{"good, while keys are rotated", expect(m, signKey(2), signKey(1)), noon, nil},
		{"a little early, by a slow clock", expect(m, signKey(1)), noon.Add(-64 * time.Minute), nil},
		{"another's key", expect(m, signKey(2)), noon, ErrSignature},
		{"no key", expect(m), noon, ErrSignature},
		{"a short key", Expect{Kind: m.Kind, Address: m.Address, Keys: []ed25519.PublicKey{{1}}}, noon, ErrSignature},
		{"another store", Expect{Kind: m.Kind, Address: Address{"northwind", "015"}, Keys: expect(m, signKey(1)).Keys}, noon, ErrForeign},
		{"another chain", Expect{Kind: m.Kind, Address: Address{"other", "014"}, Keys: expect(m, signKey(1)).Keys}, noon, ErrForeign},
		{"another kind", Expect{Kind: DownPolicy, Address: m.Address, Keys: expect(m, signKey(1)).Keys}, noon, ErrForeign},
		{"early", expect(m, signKey(1)), noon.Add(-2 * time.Hour), ErrEarly},
		{"expired", expect(m, signKey(1)), noon.Add(time.Hour), ErrExpired},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Verify(data, c.want, c.now)
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			if c.err == nil {
				if d := cmp.Diff(m, got); d != "" {
					t.Error(d)
				}
			}
			if (errors.Is(err, ErrSignature) || errors.Is(err, ErrForeign)) && got.Kind != "" {
				t.Error("a message that is not ours is returned")
			}
		})
	}
}

// Every field is under the signature: whichever is changed, it does not hold.
func TestSignatureCoversEverything(t *testing.T) {
	data, err := Sign(example(), signKey(1))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(data, &fields); err != nil {
		t.Fatal(err)
	}
	if len(fields) != 11 {
		t.Errorf("the envelope has %d fields, this test knows 11: sign the new one and add it", len(fields))
	}
	for name, other := range map[string]any{"kind": "down/policy", "chain": "other", "store": "015", "epoch": 8, "rev": 4, "prev": 1,
		"nbf": 1, "exp": 2e9, "payload": "e30=", "sig": "AAAA"} {
		changed := map[string]any{}
		for k, v := range fields {
			changed[k] = v
		}
		changed[name] = other
		b, err := json.Marshal(changed)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(b, expect(example(), signKey(1)), noon); !errors.Is(err, ErrSignature) {
			t.Errorf("%s changed: %v, want %v", name, err, ErrSignature)
		}
	}
	fields["v"] = 2
	b, _ := json.Marshal(fields)
	if _, err := Verify(b, expect(example(), signKey(1)), noon); !errors.Is(err, ErrVersion) {
		t.Errorf("another version: %v, want %v", err, ErrVersion)
	}
}

// Two messages that differ have different signed bytes.
func TestCanonicalBytesAreInjective(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) envelope {
		text := rapid.StringOfN(rapid.RuneFrom([]rune{'a', '-', '/'}), 0, 3, -1)
		n := rapid.Uint64Range(0, 2)
		return envelope{V: 1, Kind: Kind(text.Draw(t, "kind")), Chain: text.Draw(t, "chain"), Store: text.Draw(t, "store"),
			Epoch: n.Draw(t, "epoch"), Rev: n.Draw(t, "rev"), Prev: n.Draw(t, "prev"), Nbf: int64(n.Draw(t, "nbf")),
			Exp: int64(n.Draw(t, "exp")), Payload: []byte(text.Draw(t, "payload"))}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := draw.Draw(t, "a"), draw.Draw(t, "b")
		if same := cmp.Equal(a, b); same != bytes.Equal(a.signed(), b.signed()) {
			t.Fatalf("equal: %t, but signed bytes say otherwise", same)
		}
	})
}

func TestSignRefuses(t *testing.T) {
	for name, change := range map[string]func(*Message){
		"kind":    func(m *Message) { m.Kind = "down/nonsense" },
		"store":   func(m *Message) { m.Address.Store = "Store 14" },
		"chain":   func(m *Message) { m.Address.Chain = "" },
		"payload": func(m *Message) { m.Payload = make([]byte, small+1) },
	} {
		m := example()
		change(&m)
		if _, err := Sign(m, signKey(1)); err == nil {
			t.Errorf("a bad %s is signed", name)
		}
	}
}

func TestSealOpen(t *testing.T) {
	mine, theirs := openKey(t), openKey(t)
	plain := []byte("for one store only")
	const topic = "foyer/v1/northwind/014/down/roster"
	sealed, err := Seal(plain, topic, mine.PublicKey())
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, plain[:8]) {
		t.Error("sealed bytes show the plain text")
	}
	if got, err := Open(sealed, topic, theirs, mine); err != nil || !bytes.Equal(got, plain) {
		t.Errorf("open: %q, %v", got, err)
	}
	if _, err := Open(sealed, topic, theirs); !errors.Is(err, ErrSealed) {
		t.Errorf("another's key: %v", err)
	}
	if _, err := Open(sealed, "foyer/v1/northwind/015/down/roster", mine); !errors.Is(err, ErrSealed) {
		t.Errorf("another topic: %v", err)
	}
	for i := range sealed {
		b := bytes.Clone(sealed)
		b[i] ^= 1
		if _, err := Open(b, topic, mine); err == nil {
			t.Fatalf("opens with byte %d changed", i)
		}
		if _, err := Open(sealed[:i], topic, mine); err == nil {
			t.Fatalf("opens cut to %d bytes", i)
		}
	}
}

func FuzzVerify(f *testing.F) {
	good, err := Sign(example(), signKey(1))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte(`{"v":1}`))
	f.Add([]byte(`{"v":1,"kind":"down/config","sig":null,"payload":"AA=="}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := Verify(data, expect(example(), signKey(1)), noon)
		if err == nil && !cmp.Equal(m, example()) {
			t.Fatalf("verified, but nobody signed it: %+v", m)
		}
	})
}

func FuzzOpen(f *testing.F) {
	key := openKey(f)
	good, err := Seal([]byte("x"), "t", key.PublicKey())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good)
	f.Add([]byte{1})
	f.Fuzz(func(t *testing.T, data []byte) {
		if plain, err := Open(data, "t", key); err == nil && !bytes.Equal(data, good) {
			t.Fatalf("opened %q, which nobody sealed", plain)
		}
	})
}

func BenchmarkWrap(b *testing.B) {
	key := openKey(b)
	m := example()
	m.Kind, m.Payload = DownProfile, bytes.Repeat([]byte("x"), 4096)
	b.ReportAllocs()
	for b.Loop() {
		signed, err := Sign(m, signKey(1))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Seal(signed, "t", key.PublicKey()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnwrap(b *testing.B) {
	key := openKey(b)
	m := example()
	m.Kind, m.Payload = DownProfile, bytes.Repeat([]byte("x"), 4096)
	signed, err := Sign(m, signKey(1))
	if err != nil {
		b.Fatal(err)
	}
	sealed, err := Seal(signed, "t", key.PublicKey())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		plain, err := Open(sealed, "t", key)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := Verify(plain, expect(m, signKey(1)), noon); err != nil {
			b.Fatal(err)
		}
	}
}
