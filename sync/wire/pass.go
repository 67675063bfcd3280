package wire

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
)

// CheckIn is the kind of a pass. It never travels on the line: a customer's app
// brings it to the box (POST /v1/checkin).
const CheckIn Kind = "pass/check-in"

// MaxPass is the longest that a pass may be good for.
const MaxPass = 5 * time.Minute

// A Pass is headquarters' word that whoever brings it is this customer. It is an
// envelope like every other word of headquarters, as base64url: what it is for,
// the chain, the store and the times stand under the signature that the box can
// check already, and no field of it chooses how it is checked.
type Pass struct {
	Customer string `json:"customer"`
	Nonce    string `json:"nonce"` // 16 to 64 printable characters, of one pass only
}

func (p Pass) check() error {
	var r rules
	r.id("customer", p.Customer)
	if len(p.Nonce) < 16 || len(p.Nonce) > 64 {
		r.fail("nonce", "want 16 to 64 characters")
	}
	return r.err
}

// SignPass returns a new pass of customer for the store a, good from now for
// life, at most MaxPass.
func SignPass(a Address, customer string, now time.Time, life time.Duration, key ed25519.PrivateKey) (string, error) {
	p := Pass{Customer: customer, Nonce: rand.Text()}
	m := Message{Kind: CheckIn, Address: a, NotBefore: now, Expires: now.Add(life)}
	err := p.check()
	if err == nil {
		err = m.checkLife()
	}
	if err == nil {
		m.Payload, err = json.Marshal(p)
	}
	if err != nil {
		return "", fmt.Errorf("sign a pass: %w: %w", ErrPayload, err)
	}
	data, err := Sign(m, key)
	return base64.RawURLEncoding.EncodeToString(data), err
}

// Pass reads a pass that headquarters signed for this store and that is good at
// now. It does not know whether the pass has been used. No error holds any part
// of the text.
func (i Identity) Pass(text string, now time.Time) (Pass, error) {
	if len(text) > 4<<10 {
		return Pass{}, ErrSize
	}
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Pass{}, fmt.Errorf("pass: %w", ErrMalformed)
	}
	m, err := Verify(data, Expect{Kind: CheckIn, Address: i.Address, Keys: i.trust.keys()}, now)
	if err != nil {
		return Pass{}, err
	}
	if err := m.checkLife(); err != nil {
		return Pass{}, fmt.Errorf("pass: %w: %w", ErrPayload, err)
	}
	var p Pass
	if err := json.Unmarshal(m.Payload, &p); err != nil {
		return Pass{}, fmt.Errorf("pass: %w: %w", ErrPayload, place(err))
	}
	if err := p.check(); err != nil {
		return Pass{}, fmt.Errorf("pass: %w: %w", ErrPayload, err)
	}
	return p, nil
}

// checkLife refuses a pass that is good for ever, or for long.
func (m Message) checkLife() error {
	life := m.Expires.Sub(m.NotBefore)
	if m.NotBefore.IsZero() || m.Expires.IsZero() || life <= 0 || life > MaxPass {
		return fmt.Errorf("want a beginning, and an end at most %v after it", MaxPass)
	}
	return nil
}
