package office

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foyer/vault"
)

// A Scope is one thing that a key of the chain's programs may be for.
type Scope string

// The scopes of keys.
const (
	ScopeCheckIn    Scope = "checkin"    // passes that check a customer in
	ScopeGeofence   Scope = "geofence"   // news that she comes near
	ScopeConsent    Scope = "consent"    // what she allows and withdraws
	ScopeErasure    Scope = "erasure"    // that she is forgotten, and how far that is
	ScopeInvitation Scope = "invitation" // codes that open her page once
	ScopeFleet      Scope = "fleet"      // how the stores are; names nobody
)

// Scopes returns every scope there is.
func Scopes() []Scope {
	return []Scope{ScopeCheckIn, ScopeGeofence, ScopeConsent, ScopeErasure, ScopeInvitation, ScopeFleet}
}

// A Key says what a program of the chain may ask at the door. The key itself is
// kept nowhere, only its SHA-256.
type Key struct {
	Name   string    `json:"name"`
	Scopes []Scope   `json:"scopes"`
	Made   time.Time `json:"made"`
	SHA256 string    `json:"sha256"`
}

// May reports whether the key is for a scope.
func (k Key) May(s Scope) bool { return slices.Contains(k.Scopes, s) }

// keyPrefix lets people and scanners see what has leaked.
const keyPrefix = "foyer-hq-"

// AddKey makes a key for some scopes and returns it; it cannot be read again.
func (f *Office) AddKey(name string, scopes []Scope) (string, error) {
	secret, err := f.addKey(name, scopes)
	if err != nil {
		return "", fmt.Errorf("key %q: %w", name, err)
	}
	return secret, nil
}

func (f *Office) addKey(name string, scopes []Scope) (string, error) {
	if name == "" || len(name) > 64 || strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", errors.New("want a name of 1 to 64 printable characters without spaces")
	}
	if len(scopes) == 0 {
		return "", fmt.Errorf("for nothing: say for what, of %v", Scopes())
	}
	for _, s := range scopes {
		if !slices.Contains(Scopes(), s) {
			return "", fmt.Errorf("unknown scope %q: want some of %v", s, Scopes())
		}
	}
	secret := keyPrefix + rand.Text()
	sum := sha256.Sum256([]byte(secret))
	scopes = slices.Clone(scopes)
	slices.Sort(scopes)
	k := Key{Name: name, Scopes: slices.Compact(scopes), Made: f.o.Now().UTC().Truncate(time.Second), SHA256: hex.EncodeToString(sum[:])}
	f.mu.Lock()
	defer f.mu.Unlock()
	if slices.ContainsFunc(f.keyring, func(o Key) bool { return o.Name == name }) {
		return "", fmt.Errorf("%w: remove it first, or choose another name", ErrExists)
	}
	if err := f.file.Update(func(tx *vault.Tx) error { return putJSON(tx, bucketKeys, name, k) }); err != nil {
		return "", err
	}
	f.keyring = append(f.keyring, k)
	return secret, nil
}

// RemoveKey ends a key at once.
func (f *Office) RemoveKey(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.keyring, func(k Key) bool { return k.Name == name })
	if i < 0 {
		return fmt.Errorf("key %q: there is none of that name", name)
	}
	if err := f.file.Update(func(tx *vault.Tx) error { return tx.Delete(bucketKeys, []byte(name)) }); err != nil {
		return fmt.Errorf("key %q: %w", name, err)
	}
	f.keyring = slices.Delete(f.keyring, i, i+1)
	return nil
}

// Keys returns every key, by name.
func (f *Office) Keys() []Key {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.SortedFunc(slices.Values(f.keyring), func(a, b Key) int { return cmp.Compare(a.Name, b.Name) })
}

// KeyOf returns the key that a secret is. It is found by its hash, so that how
// long it takes says nothing of any key.
func (f *Office) KeyOf(secret string) (Key, bool) {
	sum := sha256.Sum256([]byte(secret))
	want := hex.EncodeToString(sum[:])
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.keyring, func(k Key) bool { return k.SHA256 == want })
	if i < 0 {
		return Key{}, false
	}
	return f.keyring[i], true
}

func (f *Office) readKeyring() error {
	return f.file.View(func(tx *vault.Tx) error {
		return tx.Each(bucketKeys, nil, func(_, v []byte) error {
			var k Key
			err := json.Unmarshal(v, &k)
			f.keyring = append(f.keyring, k)
			return err
		})
	})
}
