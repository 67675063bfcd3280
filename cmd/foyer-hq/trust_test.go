package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"strings"
	"testing"
	"time"

	"foyer/sync/hq"
	"foyer/sync/wire"
	"foyer/sync/wire/enrol"
)

// TestTrustOverTheLine: with the real broker a store asks for a certificate and is
// given one that holds, what is revoked reaches it, and a rotation of the signing
// key waits for it.
func TestTrustOverTheLine(t *testing.T) {
	o := openHeadquarters(t)
	do := o.do
	bundle := strings.TrimSpace(do("ca", "store", "--store", "014"))
	id, err := wire.LoadIdentity(bundle)
	must(t, "", err)
	link, err := hq.Open(hq.Options{Dir: t.TempDir(), Identity: id, Broker: o.broker, Now: time.Now, Version: "test"})
	must(t, "", err)
	certificates, revoked := make(chan wire.Certificate, 8), make(chan wire.Revocations, 8)
	link.Handle(wire.DownCertificate, func(b []byte) (func() error, error) {
		c, err := wire.Decode[wire.Certificate](b)
		return func() error { certificates <- c; return nil }, err
	})
	link.Handle(wire.DownRevocations, func(b []byte) (func() error, error) {
		r, err := wire.Decode[wire.Revocations](b)
		return func() error { revoked <- r; return nil }, err
	})
	link.Handle(wire.DownKeyshare, func([]byte) (func() error, error) { return func() error { return nil }, nil })
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- link.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; link.Close() })

	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, "", err)
	private, err := wire.EncodePrivate(key)
	must(t, "", err)
	csr, err := enrol.CSR(private, nil)
	must(t, "", err)
	must(t, "", link.Record(wire.UpCSR, wire.CSR{Use: "mqtt", PEM: string(csr)}))
	c := receive(t, certificates)
	pair, err := tls.X509KeyPair([]byte(c.PEM), private)
	if must(t, "", err); c.Use != "mqtt" || pair.Leaf.Subject.CommonName != "014" {
		t.Errorf("%s for %v", c.Use, pair.Leaf.Subject)
	}
	if list := do("ca", "list", "--store", "014"); strings.Count(list, "mqtt") != 2 {
		t.Errorf("issued:\n%s", list)
	}

	serial := strings.Fields(do("ca", "list", "--store", "014"))[5]
	do("revoke", "--store", "014", "--certificate", serial)
	if r := receive(t, revoked); len(r.Certificates) != 1 || r.Certificates[0] != serial || r.Keys != "" {
		t.Errorf("%+v", r)
	}
	if out := do("ca", "rotate"); !strings.Contains(out, "step 1 of 3") || !strings.Contains(out, "waiting for 1 stores: 014") {
		t.Errorf("rotate: %s", out)
	}
	if r := receive(t, revoked); strings.Count(r.Keys, "BEGIN") != 2 || len(r.Certificates) != 1 {
		t.Errorf("%+v", r)
	}
}

func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(30 * time.Second):
		t.Fatal("the store is brought nothing")
		panic("unreachable")
	}
}
