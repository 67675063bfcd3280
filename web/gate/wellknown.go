package gate

import (
	"fmt"
	"net/http"
	"time"
)

// contactLasts is how long a security.txt counts once it was read: RFC 9116
// wants less than a year.
const contactLasts = 180 * 24 * time.Hour

// Security serves security.txt (RFC 9116): whom to write to who has found a
// weakness. Without a contact there is none.
func Security(contact string, now func() time.Time) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if contact == "" {
			Problem(w, http.StatusNotFound, Nothing)
			return
		}
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		fmt.Fprintf(w, "Contact: %s\nExpires: %s\nPreferred-Languages: en\nCanonical: https://%s/.well-known/security.txt\n",
			contact, now().UTC().Add(contactLasts).Truncate(24*time.Hour).Format(time.RFC3339), r.Host)
	}
}

// Captive answers what a phone asks on joining the Wi-Fi (RFC 8908): it is not
// held back, and the page at path is the store's. The network names the address
// of this answer by DHCP option 114 or a router advertisement (RFC 8910).
func Captive(path string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page := "https://" + r.Host + path
		JSONAs(w, "application/captive+json", http.StatusOK, struct {
			Captive bool   `json:"captive"`
			Portal  string `json:"user-portal-url"`
			Venue   string `json:"venue-info-url"`
		}{false, page, page})
	}
}
