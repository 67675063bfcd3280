package ledger

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"foyer/floor"
)

// ErrRow means that a row is not fit to be logged; the message says why.
var ErrRow = errors.New("ledger row")

// A Row says that a viewer was shown items about one subject. Append fills in
// Seq, Subject, PrevHash and Hash.
type Row struct {
	Seq      uint64    // from 1, without gaps
	At       time.Time // UTC
	Subject  string    // random ledger id, not derived from the customer
	Erased   bool      // a tombstone: the link to Subject was cut
	Viewer   floor.AssociateID
	Role     string // of the viewer
	Relation string // of the viewer to the subject
	Visit    string
	Purpose  string
	Items    []Item
	Policy   string // version of the discretion table
	Reason   string // of a reveal
	PrevHash [32]byte
	Hash     [32]byte // SHA-256 over PrevHash and the stored row
}

// An Item is one thing that was shown.
type Item struct {
	ID         string `json:"id"`
	Disclosure string `json:"disclosure"` // full or hint
	Rule       string `json:"rule"`
}

// String returns a text that identifies nobody.
func (r Row) String() string { return fmt.Sprintf("ledger row %d", r.Seq) }

// LogValue returns a text that identifies nobody.
func (r Row) LogValue() slog.Value { return slog.StringValue(r.String()) }

// Purposes of accesses that somebody wanted in so many words.
const (
	PurposeReveal = "reveal" // opened by staff, with a reason
	PurposeAsked  = "asked"  // the customer was asked, and opened it herself

	// Of rows that no customer is the subject of.
	PurposeLost  = "device_lost" // a device was taken from the store
	PurposeReset = "pin_reset"   // an associate's PIN was forgotten
)

const maxRow = 64 << 10 // bytes

type rawRow struct {
	Seq      uint64    `json:"seq"`
	At       time.Time `json:"at"`
	Subject  string    `json:"subject"`
	Erased   bool      `json:"erased,omitempty"`
	Viewer   string    `json:"viewer,omitempty"`
	Role     string    `json:"role,omitempty"`
	Relation string    `json:"relation,omitempty"`
	Visit    string    `json:"visit,omitempty"`
	Purpose  string    `json:"purpose,omitempty"`
	Items    []Item    `json:"items,omitempty"`
	Policy   string    `json:"policy,omitempty"`
	Reason   string    `json:"reason,omitempty"`
}

// encode computes the row's hash and returns what is stored, before encryption:
// hash, previous hash, body. The hash is over the bytes as they are stored, so
// no canonical form is needed.
func (r *Row) encode() ([]byte, error) {
	body, err := json.Marshal(rawRow{
		r.Seq, r.At, r.Subject, r.Erased, r.Viewer.Ref(), r.Role, r.Relation, r.Visit, r.Purpose, r.Items, r.Policy, r.Reason,
	})
	if err != nil {
		return nil, err
	}
	if len(body) > maxRow {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrRow, len(body), maxRow)
	}
	r.Hash = chain(r.PrevHash, body)
	out := append(make([]byte, 0, 64+len(body)), r.Hash[:]...)
	return append(append(out, r.PrevHash[:]...), body...), nil
}

func chain(prev [32]byte, body []byte) (sum [32]byte) {
	h := sha256.New()
	h.Write([]byte("foyer ledger row 1\n"))
	h.Write(prev[:])
	h.Write(body)
	h.Sum(sum[:0])
	return sum
}

// decodeRow reads what encode wrote and holds it against its own hash.
func decodeRow(data []byte) (Row, error) {
	if len(data) < 64 {
		return Row{}, fmt.Errorf("a row of %d bytes", len(data))
	}
	r := Row{Hash: [32]byte(data), PrevHash: [32]byte(data[32:])}
	if chain(r.PrevHash, data[64:]) != r.Hash {
		return Row{}, errors.New("its hash does not match its content")
	}
	var raw rawRow
	if err := json.Unmarshal(data[64:], &raw); err != nil {
		return Row{}, err
	}
	if raw.Viewer != "" {
		viewer, err := floor.ParseAssociate(raw.Viewer)
		if err != nil {
			return Row{}, err
		}
		r.Viewer = viewer
	}
	r.Seq, r.At, r.Subject, r.Erased = raw.Seq, raw.At, raw.Subject, raw.Erased
	r.Role, r.Relation, r.Visit, r.Purpose = raw.Role, raw.Relation, raw.Visit, raw.Purpose
	r.Items, r.Policy, r.Reason = raw.Items, raw.Policy, raw.Reason
	return r, nil
}

// check refuses a row that says nothing about who saw what.
func (r Row) check() error {
	switch {
	case !r.Viewer.Valid():
		return fmt.Errorf("%w: viewer: missing", ErrRow)
	case r.Role == "" || r.Purpose == "":
		return fmt.Errorf("%w: role and purpose are needed", ErrRow)
	case r.Purpose == PurposeReveal && r.Reason == "":
		return fmt.Errorf("%w: a reveal needs its reason", ErrRow)
	case r.At.IsZero() || r.At.Year() < 1 || r.At.Year() > 9999:
		return fmt.Errorf("%w: at: missing or not between years 1 and 9999", ErrRow)
	case r.Erased:
		return fmt.Errorf("%w: only Forget writes tombstones", ErrRow)
	}
	for i, it := range r.Items {
		if it.ID == "" || it.Disclosure == "" || it.Rule == "" {
			return fmt.Errorf("%w: items[%d]: id, disclosure and rule are needed", ErrRow, i)
		}
	}
	return nil
}
