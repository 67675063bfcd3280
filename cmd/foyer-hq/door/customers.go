package door

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"foyer/sync/office"
	"foyer/sync/wire"
	"foyer/web/gate"
)

// What the chain's programs send and are answered. Customer is their own name of
// her; stores know her by a pseudonym.
type (
	// A CheckIn asks for a pass that her app brings to a store's box.
	CheckIn struct {
		Customer string `json:"customer"`
		Store    string `json:"store"`
	}
	// A Pass is handed to her app, and to nobody else.
	Pass struct {
		Token   string    `json:"token"`
		Expires time.Time `json:"expires"`
	}
	// A Geofence is news of her app's.
	Geofence struct {
		Customer string    `json:"customer"`
		Store    string    `json:"store"`
		Entered  bool      `json:"entered"`
		At       time.Time `json:"at"`
	}
	// A Consent is what she said of one purpose, where, under which notice.
	Consent struct {
		Customer string `json:"customer"`
		Purpose  string `json:"purpose"`
		Granted  bool   `json:"granted"`
		Notice   string `json:"notice,omitempty"`
		Method   string `json:"method,omitempty"`
	}
	// Told says how many stores are told.
	Told struct {
		Stores int `json:"stores"`
	}
	// An Invitation asks for a code that opens her page in a store once.
	Invitation struct {
		Customer string `json:"customer"`
		Store    string `json:"store"`
		Hours    int    `json:"hours,omitempty"` // how long it may be used; 0 means 720
		Link     string `json:"link,omitempty"`  // address of the store's guest page
	}
	// Invited is the code, and the address to print as a QR code or to mail.
	Invited struct {
		Code    string    `json:"code"`
		Link    string    `json:"link"`
		Expires time.Time `json:"expires"`
	}
	// An Erasure is her wish to be forgotten.
	Erasure struct {
		Customer string `json:"customer"`
	}
)

func (d *Door) checkIn(_ context.Context, q CheckIn) (Pass, error) {
	who, err := d.named(q.Customer, q.Store)
	if err != nil {
		return Pass{}, err
	}
	token, err := d.o.Office.Pass(q.Store, who, wire.MaxPass)
	return Pass{token, d.o.Now().Add(wire.MaxPass).UTC().Truncate(time.Second)}, err
}

// named returns a customer's pseudonym for what a store is to have of her. One is
// made only for a store that there is: else a mistyped one left a name behind.
func (d *Door) named(customer, store string) (string, error) {
	if err := d.o.Office.Known(store); err != nil {
		return "", err
	}
	return d.o.Office.Pseudonym(customer, true)
}

func (d *Door) geofence(_ context.Context, q Geofence) (Told, error) {
	who, err := d.o.Office.Pseudonym(q.Customer, false)
	if err != nil {
		return Told{}, err
	}
	if q.At.IsZero() || q.At.After(d.o.Now().Add(time.Hour)) {
		return Told{}, mistake("at: want when it happened, RFC 3339, not in the future")
	}
	_, err = d.o.Office.Push(q.Store, wire.DownGeofence, wire.Geofence{Customer: who, Entered: q.Entered, At: q.At})
	return Told{1}, err
}

func (d *Door) consent(_ context.Context, q Consent) (Told, error) {
	who, err := d.o.Office.Pseudonym(q.Customer, false)
	if err != nil {
		return Told{}, err
	}
	if q.Method == "" {
		q.Method = "app"
	}
	n, err := d.o.Office.Consent(who, wire.Consent{Purpose: q.Purpose, Granted: q.Granted, Notice: q.Notice, Method: q.Method})
	return Told{n}, err
}

// maxInvitation is the longest that an invitation may be used.
const maxInvitation = 365 * 24

func (d *Door) invite(_ context.Context, q Invitation) (Invited, error) {
	switch {
	case q.Hours == 0:
		q.Hours = 30 * 24
	case q.Hours < 1 || q.Hours > maxInvitation:
		return Invited{}, mistake("hours: want 1 to 8760")
	}
	if q.Link == "" {
		q.Link = "https://foyer-" + q.Store + "-guest.local"
	}
	if !strings.HasPrefix(q.Link, "https://") {
		return Invited{}, mistake("link: want the address of the store's guest page, https://")
	}
	who, err := d.named(q.Customer, q.Store)
	if err != nil {
		return Invited{}, err
	}
	life := time.Duration(q.Hours) * time.Hour
	code, err := d.o.Office.Invite(q.Store, who, life)
	return Invited{code, strings.TrimSuffix(q.Link, "/") + "/here?code=" + code, d.o.Now().Add(life).UTC().Truncate(time.Second)}, err
}

// erase forgets her everywhere. One whom nobody knows is forgotten: asking twice
// is no mistake.
func (d *Door) erase(_ context.Context, q Erasure) (office.Erasure, error) {
	who, err := d.o.Office.Pseudonym(q.Customer, false)
	if errors.Is(err, office.ErrNobody) {
		return office.Erasure{At: d.o.Now().UTC().Truncate(time.Second), Waiting: []string{}}, nil
	}
	if err != nil {
		return office.Erasure{}, err
	}
	return d.o.Office.Erase(who)
}

func (d *Door) erased(w http.ResponseWriter, r *http.Request) {
	e, ok, err := d.o.Office.Erased(r.PathValue("reference"))
	switch {
	case err != nil:
		d.fail(w, err)
	case !ok:
		gate.Problem(w, http.StatusNotFound, gate.Nothing)
	default:
		gate.JSON(w, http.StatusOK, e)
	}
}
