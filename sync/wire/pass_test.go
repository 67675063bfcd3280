package wire

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"
)

// A pass lets its customer in at its store, for minutes, and nothing else that
// headquarters ever signed does.
func TestPass(t *testing.T) {
	key, here := signKey(1), Address{"northwind", "014"}
	box := Identity{Address: here, trust: &trust{hqSign: []ed25519.PublicKey{key.Public().(ed25519.PublicKey)}}}
	pass := func(a Address, life time.Duration, k ed25519.PrivateKey) string {
		t.Helper()
		text, err := SignPass(a, "c-1001", noon, life, k)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	raw := func(m Message) string {
		t.Helper()
		data, err := Sign(m, key)
		if err != nil {
			t.Fatal(err)
		}
		return base64.RawURLEncoding.EncodeToString(data)
	}
	body, _ := json.Marshal(Pass{Customer: "c-1001", Nonce: "0123456789abcdef"})
	good := pass(here, MaxPass, key)
	for name, c := range map[string]struct {
		text string
		now  time.Time
		want error
	}{
		"good":              {good, noon, nil},
		"at its last":       {good, noon.Add(MaxPass - time.Second), nil},
		"a slow clock":      {good, noon.Add(-skew), nil},
		"expired":           {good, noon.Add(MaxPass), ErrExpired},
		"too early":         {good, noon.Add(-skew - time.Second), ErrEarly},
		"another store":     {pass(Address{"northwind", "015"}, time.Minute, key), noon, ErrForeign},
		"another chain":     {pass(Address{"other", "014"}, time.Minute, key), noon, ErrForeign},
		"another signer":    {pass(here, time.Minute, signKey(2)), noon, ErrSignature},
		"a document":        {raw(Message{Kind: DownConfig, Address: here, NotBefore: noon, Expires: noon.Add(time.Minute), Payload: body}), noon, ErrForeign},
		"good for long":     {raw(Message{Kind: CheckIn, Address: here, NotBefore: noon, Expires: noon.Add(MaxPass + time.Second), Payload: body}), noon, ErrPayload},
		"good for ever":     {raw(Message{Kind: CheckIn, Address: here, NotBefore: noon, Payload: body}), noon, ErrPayload},
		"without beginning": {raw(Message{Kind: CheckIn, Address: here, Expires: noon.Add(time.Minute), Payload: body}), noon, ErrPayload},
		"without a number":  {raw(Message{Kind: CheckIn, Address: here, NotBefore: noon, Expires: noon.Add(time.Minute), Payload: []byte(`{"customer":"c-1001"}`)}), noon, ErrPayload},
		"of nobody":         {raw(Message{Kind: CheckIn, Address: here, NotBefore: noon, Expires: noon.Add(time.Minute), Payload: []byte(`{"nonce":"0123456789abcdef"}`)}), noon, ErrPayload},
		"no JSON inside":    {raw(Message{Kind: CheckIn, Address: here, NotBefore: noon, Expires: noon.Add(time.Minute), Payload: []byte(`c-1001`)}), noon, ErrPayload},
		"not base64url":     {"c-1001.!", noon, ErrMalformed},
		"nothing":           {"", noon, ErrMalformed},
		"endless":           {strings.Repeat("A", 1<<20), noon, ErrSize},
	} {
		p, err := box.Pass(c.text, c.now)
		if !errors.Is(err, c.want) || (err == nil) != (p.Customer == "c-1001") {
			t.Errorf("%s: %+v, %v; want %v", name, p, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "c-1001") {
			t.Errorf("%s: the error tells who: %v", name, err)
		}
	}
	if _, err := (Identity{}).Pass(good, noon); !errors.Is(err, ErrSignature) {
		t.Errorf("a box without an identity: %v", err)
	}
	if other := pass(here, MaxPass, key); other == good {
		t.Error("two passes are one")
	}
	for _, life := range []time.Duration{0, -time.Minute, MaxPass + time.Second} {
		if _, err := SignPass(here, "c-1001", noon, life, key); err == nil {
			t.Errorf("a pass for %v is made", life)
		}
	}
	if _, err := SignPass(here, "c 1001", noon, time.Minute, key); err == nil {
		t.Error("a pass for nobody is made")
	}
	if _, _, err := ParseTopic("foyer/v1/northwind/014/" + string(CheckIn)); !errors.Is(err, ErrMalformed) {
		t.Errorf("a pass has a topic: %v", err)
	}
}
