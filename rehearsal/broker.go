package rehearsal

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	mochi "github.com/mochi-mqtt/server/v2"
	"github.com/mochi-mqtt/server/v2/hooks/auth"
	"github.com/mochi-mqtt/server/v2/listeners"
)

// broker is headquarters' broker for a store on one's laptop: MQTT over TLS
// with certificates on both sides, as a real one. Who holds a certificate of
// the authority is let in; here nobody else has one.
type broker struct {
	server *mochi.Server
	url    string
}

// newBroker listens on a free port of the loopback with the certificate in
// dir (ca.pem, broker.pem, broker.key).
func newBroker(dir string) (*broker, error) {
	pair, err := tls.LoadX509KeyPair(filepath.Join(dir, "broker.pem"), filepath.Join(dir, "broker.key"))
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	ca, err := os.ReadFile(filepath.Join(dir, "ca.pem"))
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca) {
		return nil, errors.New("broker: ca.pem holds no certificate")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	conf := &tls.Config{MinVersion: tls.VersionTLS13, Certificates: []tls.Certificate{pair},
		ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: pool}
	s := mochi.New(&mochi.Options{Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err := s.AddHook(new(auth.AllowHook), nil); err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	if err := s.AddListener(listeners.NewNet("hq", tls.NewListener(l, conf))); err != nil {
		return nil, fmt.Errorf("broker: %w", err)
	}
	return &broker{server: s, url: "tls://" + l.Addr().String()}, nil
}

// Run serves until ctx ends.
func (b *broker) Run(ctx context.Context) error {
	if err := b.server.Serve(); err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	<-ctx.Done()
	return b.server.Close()
}
