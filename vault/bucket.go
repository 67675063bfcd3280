package vault

import (
	"fmt"
	"log/slog"
	"regexp"
	"time"
)

// A Bucket declares what one bucket of a file is for, so that retention is
// code: a file that holds a bucket nobody declared is not opened.
type Bucket struct {
	Name    string        // lower case, as it stands in the file
	Purpose string        // what the data are for, in plain words
	Basis   string        // the legal basis, for example "consent" or "legal obligation"
	TTL     time.Duration // how long a value is kept; 0 means until erased
	Whose   string        // whose data they are: "customers", "staff" or "nobody"
	Fields  string        // what of them, in plain words, with the times of single fields
	Under   Lock          // what a value is sealed under
}

// A Lock says who can open a value that lies on the disk.
type Lock string

// The locks. Names of rows are keyed hashes wherever they would name somebody.
const (
	UnderHers     Lock = "a key of her own" // in keys.db, which the root key opens
	UnderBox      Lock = "a key of the box" // likewise
	UnderRoot     Lock = "the root key"
	UnderIdentity Lock = "the box's identity" // its key lies in the identity folder
	UnderHQ       Lock = "headquarters' key"  // which no box has
	Unsealed      Lock = "nothing"
)

// Options describe a file to Open.
type Options struct {
	// Buckets are all the buckets the file may hold.
	Buckets []Bucket
	// Quota is how many bytes of live data the file may hold before writes
	// that grow it are refused with ErrFull; 0 means 256 MiB. It must fit
	// the disk together with one compacted copy.
	Quota int64
	// Log receives recoveries and compactions; nil discards them.
	Log *slog.Logger
	// Irreplaceable marks a file that HQ cannot send again. If damaged, Open
	// returns ErrDamaged unless AcceptLoss says to set it aside.
	Irreplaceable bool
	// AcceptLoss is an operator's decision to begin a damaged irreplaceable
	// file anew. The damaged one is kept beside it.
	AcceptLoss bool
	// Sound looks at what the file holds when it has been opened; its error
	// counts as damage. Nil: whatever bbolt can read is sound.
	Sound func(*Tx) error
	// Now names quarantined files; nil means time.Now.
	Now func() time.Time
}

const defaultQuota = 256 << 20

var fileName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}\.db$`)

func (o Options) checked(name string) (Options, error) {
	if !fileName.MatchString(name) {
		return o, fmt.Errorf("open %q: a file is named like profiles.db", name)
	}
	if len(o.Buckets) == 0 {
		return o, fmt.Errorf("open %s: declare at least one bucket", name)
	}
	seen := map[string]bool{}
	for i, b := range o.Buckets {
		if b.Name == "" || b.Purpose == "" || b.Basis == "" || b.TTL < 0 {
			return o, fmt.Errorf("open %s: buckets[%d] %q: name, purpose, basis and a TTL of 0 or more are needed", name, i, b.Name)
		}
		if seen[b.Name] {
			return o, fmt.Errorf("open %s: buckets[%d] %q: declared twice", name, i, b.Name)
		}
		seen[b.Name] = true
	}
	if o.Quota == 0 {
		o.Quota = defaultQuota
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o, nil
}
