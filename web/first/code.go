package first

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"foyer/web/gate"
)

// cookie is the technician's; it ends with the browser.
const cookie = "__Host-setup"

// How long a session may be idle, and how long it lasts.
const (
	idle = 30 * time.Minute
	most = 4 * time.Hour
)

// session is the one there is: another code from the console ends it.
type session struct {
	key         [32]byte
	begun, used time.Time
}

// plain takes what people add when they type a code.
func plain(code string) string {
	return strings.ToUpper(strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, code))
}

// newCode replaces the code by another of 130 bits. The caller holds mu, or is New.
func (f *Face) newCode() {
	code := rand.Text()
	f.key = sha256.Sum256([]byte(code))
	f.Code(code)
}

// postCode begins the session of whoever has the code, once: the next code is
// another, and whoever reads that one at the console ends this session.
func (f *Face) postCode(w http.ResponseWriter, r *http.Request) {
	now := f.Now()
	if wait := f.codes.Wait(gate.PeerKey(r), now); wait > 0 {
		gate.TooMany(w, wait, "Too many tries from this device.")
		return
	}
	given := sha256.Sum256([]byte(plain(r.PostFormValue("code"))))
	f.mu.Lock()
	defer f.mu.Unlock()
	if subtle.ConstantTimeCompare(given[:], f.key[:]) == 0 {
		f.Log.Warn("a wrong set-up code")
		f.show(w, http.StatusForbidden, f.door("That is not the code on the console. Each code works once; the console shows the one that counts now (foyer setup)."))
		return
	}
	token := rand.Text()
	f.holder = session{sha256.Sum256([]byte(token)), now, now}
	f.newCode()
	http.SetCookie(w, &http.Cookie{Name: cookie, Value: token, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode})
	http.Redirect(w, r, "/setup", http.StatusSeeOther)
}

// admitted reports whether a request is of the one session.
func (f *Face) admitted(r *http.Request) bool {
	k, err := r.Cookie(cookie)
	if err != nil {
		return false
	}
	given, now := sha256.Sum256([]byte(k.Value)), f.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	h := &f.holder
	if h.begun.IsZero() || now.Sub(h.used) > idle || now.Sub(h.begun) > most || subtle.ConstantTimeCompare(given[:], h.key[:]) == 0 {
		return false
	}
	h.used = now
	return true
}
