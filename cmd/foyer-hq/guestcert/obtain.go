package guestcert

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/crypto/acme"

	"foyer/disk"
	"foyer/sync/wire"
)

// accountKey is the file of the key by which the authority knows headquarters.
const accountKey = "acme.key"

// limit is how long one certificate may take.
const limit = 5 * time.Minute

// An Obtainer obtains certificates from one authority.
type Obtainer struct {
	s      Settings
	client *acme.Client
}

// New returns who obtains certificates; the account's key is in dir, and made
// there at first.
func New(dir string, s Settings) (*Obtainer, error) {
	key, err := account(dir)
	if err != nil {
		return nil, fmt.Errorf("guest certificates: %w", err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if s.Roots != "" {
		b, err := os.ReadFile(s.Roots)
		if err != nil {
			return nil, fmt.Errorf("guest certificates: %w", err)
		}
		transport.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: x509.NewCertPool()}
		if !transport.TLSClientConfig.RootCAs.AppendCertsFromPEM(b) {
			return nil, fmt.Errorf("guest certificates: %s: no certificate in PEM", s.Roots)
		}
	}
	return &Obtainer{s: s, client: &acme.Client{Key: key, DirectoryURL: s.Directory, UserAgent: "foyer-hq",
		HTTPClient: &http.Client{Transport: transport, Timeout: time.Minute}}}, nil
}

func account(dir string) (crypto.Signer, error) {
	b, err := os.ReadFile(filepath.Join(dir, accountKey))
	if errors.Is(err, fs.ErrNotExist) {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		if b, err = wire.EncodePrivate(key); err != nil {
			return nil, err
		}
		return key, disk.WriteFile(filepath.Join(dir, accountKey), b, 0o600)
	}
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(b)
	if block == nil {
		return nil, fmt.Errorf("%s: no PEM", accountKey)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", accountKey, err)
	}
	signer, ok := key.(crypto.Signer)
	if !ok {
		return nil, fmt.Errorf("%s: cannot sign", accountKey)
	}
	return signer, nil
}

// Obtain has the authority certify a store's request, and returns the chain in
// PEM, leaf first.
func (o *Obtainer) Obtain(ctx context.Context, store string, csr *x509.CertificateRequest) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	chain, err := o.obtain(ctx, store, csr)
	if err != nil {
		return nil, fmt.Errorf("guest certificate of store %s: %w", store, err)
	}
	return chain, nil
}

func (o *Obtainer) obtain(ctx context.Context, store string, csr *x509.CertificateRequest) ([]byte, error) {
	if len(csr.DNSNames) == 0 || len(csr.IPAddresses)+len(csr.EmailAddresses)+len(csr.URIs) > 0 {
		return nil, errors.New("the request is not for host names alone")
	}
	for _, name := range csr.DNSNames {
		if err := o.s.allows(store, name); err != nil {
			return nil, err
		}
	}
	if err := o.register(ctx); err != nil {
		return nil, fmt.Errorf("account at %s: %w", o.s.Directory, err)
	}
	order, err := o.client.AuthorizeOrder(ctx, acme.DomainIDs(csr.DNSNames...))
	if err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	for _, u := range order.AuthzURLs {
		if err := o.prove(ctx, u); err != nil {
			return nil, err
		}
	}
	if order, err = o.client.WaitOrder(ctx, order.URI); err != nil {
		return nil, fmt.Errorf("order: %w", err)
	}
	ders, _, err := o.client.CreateCertFromOrder(ctx, order, csr.Raw, true)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	var chain []byte
	for _, der := range ders {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return chain, nil
}

func (o *Obtainer) register(ctx context.Context) error {
	a := &acme.Account{}
	if o.s.Email != "" {
		a.Contact = []string{"mailto:" + o.s.Email}
	}
	if o.s.EABKey != "" {
		key, err := base64.RawURLEncoding.DecodeString(o.s.EABHMAC)
		if err != nil {
			return fmt.Errorf("eab: %w", err)
		}
		a.ExternalAccountBinding = &acme.ExternalAccountBinding{KID: o.s.EABKey, Key: key}
	}
	_, err := o.client.Register(ctx, a, acme.AcceptTOS)
	if errors.Is(err, acme.ErrAccountAlreadyExists) {
		return nil
	}
	return err
}

// prove shows the authority that a name is ours, by a record in the DNS that is
// taken away afterwards.
func (o *Obtainer) prove(ctx context.Context, authorization string) error {
	z, err := o.client.GetAuthorization(ctx, authorization)
	if err != nil {
		return fmt.Errorf("authorization: %w", err)
	}
	if z.Status == acme.StatusValid {
		return nil
	}
	var challenge *acme.Challenge
	for _, c := range z.Challenges {
		if c.Type == "dns-01" {
			challenge = c
		}
	}
	if challenge == nil {
		return fmt.Errorf("%s: the authority takes no proof in the DNS", z.Identifier.Value)
	}
	text, err := o.client.DNS01ChallengeRecord(challenge.Token)
	if err != nil {
		return err
	}
	name := "_acme-challenge." + z.Identifier.Value
	if err := o.s.put(ctx, name, text, true); err != nil {
		return err
	}
	defer func() {
		// Also where time is over: what stays would only be untidy.
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		_ = o.s.put(clean, name, text, false)
	}()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(o.s.Wait) * time.Second):
	}
	if _, err := o.client.Accept(ctx, challenge); err != nil {
		return fmt.Errorf("%s: %w", z.Identifier.Value, err)
	}
	if _, err := o.client.WaitAuthorization(ctx, z.URI); err != nil {
		return fmt.Errorf("%s: %w", z.Identifier.Value, err)
	}
	return nil
}
