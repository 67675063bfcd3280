package office

import (
	"context"
	"crypto/ed25519"
	"crypto/hpke"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"foyer/sync/wire"
	"foyer/sync/wire/line"
	"foyer/vault"
)

// Options describe headquarters' half.
type Options struct {
	Dir    string // made by InitCA; holds office.db and events.ndjson too
	Broker string // empty: what SetBroker remembered
	Now    func() time.Time
	Log    *slog.Logger // nil: discard

	// AcceptLoss is an operator's decision to begin a damaged office.db anew:
	// what was pushed must be pushed again. The log of events is kept.
	AcceptLoss bool
	// Guest obtains publicly trusted certificates for stores; nil: nobody does,
	// and their requests wait.
	Guest Guest
	// Listed hears that the broker's list of revoked certificates was written anew,
	// so that the broker reads it; nil: nobody does. It must return at once.
	Listed func()
	// Dial replaces the network in tests.
	Dial func(context.Context) (net.Conn, error)
	// Retry is the first pause between two connections, MaxRetry the longest; 0
	// means a second and two minutes.
	Retry, MaxRetry time.Duration
	// Patience is how long a store may take to say that something is in force
	// before it is sent again; 0 means 15 seconds.
	Patience time.Duration
}

// ErrStore means that no store of this name was issued here.
var ErrStore = errors.New("unknown store; issue it with: foyer-hq ca store")

// An Office is headquarters' half of the line.
type Office struct {
	o      Options
	chain  string
	roots  *x509.CertPool
	sign   ed25519.PrivateKey
	open   hpke.PrivateKey
	opener *wire.Opener
	file   *vault.File
	log    *os.File // events.ndjson
	wake   chan struct{}

	struck chan struct{} // somebody is to be struck from the log

	mu     sync.Mutex
	mem    memory
	stores map[string]*store
	dirty  map[string]bool // stores with something to send
	hear   []func(Event)
	refuse uint64
	denied map[string]map[string]uint64 // by the store in whose name it came, and the cause

	keyring   []Key
	importing sync.Mutex    // one at a time; taken before mu
	rotating  sync.Mutex    // likewise
	ordered   chan struct{} // a store asks for a publicly trusted certificate
	staging   staging
	moved     atomic.Uint64 // of the import that is being handed out
	total     atomic.Uint64

	said int64 // when a consent was last given or withdrawn here, in milliseconds since 1970
}

// Open opens headquarters' folder. Close the office when Run has returned.
func Open(o Options) (*Office, error) {
	f, err := open(o)
	if err != nil {
		return nil, fmt.Errorf("open office %s: %w", o.Dir, err)
	}
	return f, nil
}

func open(o Options) (*Office, error) {
	if o.Now == nil {
		return nil, errors.New("no clock: Options.Now is nil")
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Patience <= 0 {
		o.Patience = 15 * time.Second
	}
	about, err := readAbout(o.Dir)
	if err != nil {
		return nil, err
	}
	if about.Chain == "" {
		return nil, errors.New("no chain yet; say it with: foyer-hq ca init --chain CHAIN, or issue a store with: foyer-hq ca store")
	}
	if o.Broker == "" {
		o.Broker = about.Broker
	}
	if err := (line.Options{Broker: o.Broker}).Check(); err != nil {
		return nil, err
	}
	f := &Office{o: o, chain: about.Chain, wake: make(chan struct{}, 1), ordered: make(chan struct{}, 1), struck: make(chan struct{}, 1), stores: map[string]*store{}, dirty: map[string]bool{}, denied: map[string]map[string]uint64{}}
	if err := f.keys(); err != nil {
		return nil, err
	}
	if err := f.files(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// signPublic returns the public keys that stores are to believe.
func (f *Office) signPublic() ([]byte, error) { return os.ReadFile(filepath.Join(f.o.Dir, "sign.pub")) }

func (f *Office) keys() error {
	b, err := os.ReadFile(filepath.Join(f.o.Dir, wire.FileSign))
	if err != nil {
		return err
	}
	if f.sign, err = wire.ParseSignKey(b); err != nil {
		return fmt.Errorf("%s: %w", wire.FileSign, err)
	}
	if b, err = os.ReadFile(filepath.Join(f.o.Dir, wire.FileOpen)); err != nil {
		return err
	}
	if f.open, err = wire.ParseOpenKey(b); err != nil {
		return fmt.Errorf("%s: %w", wire.FileOpen, err)
	}
	f.opener = wire.NewOpener(f.open)
	if b, err = os.ReadFile(filepath.Join(f.o.Dir, "ca.pem")); err != nil {
		return err
	}
	if f.roots = x509.NewCertPool(); !f.roots.AppendCertsFromPEM(b) {
		return errors.New("ca.pem: no certificate in PEM")
	}
	return nil
}

// Close closes headquarters' files.
func (f *Office) Close() error {
	var errs []error
	if f.log != nil {
		errs = append(errs, f.log.Close())
	}
	if f.file != nil {
		errs = append(errs, f.file.Close())
	}
	return errors.Join(errs...)
}

// Run keeps the line to the broker up until ctx is done, and returns nil then.
func (f *Office) Run(ctx context.Context) error {
	return line.Run(ctx, line.Options{
		Broker:   f.o.Broker,
		ClientID: hqName,
		TLS:      f.tls(),
		Dial:     f.o.Dial,
		Filters:  []string{wire.UpFilter(f.chain)},
		Retry:    f.o.Retry,
		MaxRetry: f.o.MaxRetry,
		Log:      f.o.Log,
	}, f.session)
}

func (f *Office) tls() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS13,
		RootCAs:    f.roots,
		Time:       f.o.Now,
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			c, err := tls.LoadX509KeyPair(filepath.Join(f.o.Dir, "hq.pem"), filepath.Join(f.o.Dir, "hq.key"))
			return &c, err
		},
	}
}

// Events has fn hear every event from now on, once each, after it is on the
// disk. Fn is called in order, from one goroutine, and holds up the next.
func (f *Office) Events(fn func(Event)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hear = append(f.hear, fn)
}

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
