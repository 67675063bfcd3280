package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
)

// What can go wrong with a request, as sentences for people.
var (
	// ErrOptions means that a client cannot be made of its options.
	ErrOptions = errors.New("source")
	// ErrUnreachable means that nothing answers at the address.
	ErrUnreachable = errors.New("nothing answers there: check the address, the cable and the firewall")
	// ErrTimeout means that an answer took too long.
	ErrTimeout = errors.New("it does not answer in time")
	// ErrCertificate means that the certificate is not the expected one.
	ErrCertificate = errors.New("its certificate is not trusted: name its ca_file or its fingerprint, and check that it is the right device")
	// ErrAnswer means that what answers does not speak HTTP as it should.
	ErrAnswer = errors.New("it does not answer as a web server does: check the address, and whether it speaks TLS")
	// ErrRedirect means that the answer points elsewhere; nobody goes there.
	ErrRedirect = errors.New("it points to another address, which is not followed: write that one if it is right")
	// ErrLarge means that an answer is larger than is read.
	ErrLarge = errors.New("its answer is larger than is read")
	// ErrDenied means that the user, the password or the key is refused.
	ErrDenied = errors.New("it refuses the user, the password or the key, or that user may not read this")
	// ErrStatus means another status than success; the message says which.
	ErrStatus = errors.New("it answers with HTTP status")
	// ErrStream means that what should be a stream of events is none.
	ErrStream = errors.New("it sends no events: check that the object exists and that its user may subscribe")
	// ErrSecret means that the secret cannot be read from its file.
	ErrSecret = errors.New("its secret cannot be read: check secret_file")
)

// plain returns err as one of the sentences above: the library's own may quote
// what was answered.
func plain(ctx context.Context, err error) error {
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var wait net.Error
	var op *net.OpError
	switch {
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled):
		return context.Canceled
	case errors.Is(err, errPin), errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &name):
		return ErrCertificate
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &wait) && wait.Timeout():
		return ErrTimeout
	case errors.As(err, &op) && op.Op == "dial":
		return ErrUnreachable
	}
	return ErrAnswer
}

// status returns what an answer's status means, nil for success.
func status(code int) error {
	switch {
	case code >= 200 && code < 300:
		return nil
	case code >= 300 && code < 400:
		return ErrRedirect
	case code == http.StatusUnauthorized, code == http.StatusForbidden:
		return ErrDenied
	}
	return fmt.Errorf("%w %d", ErrStatus, code)
}
