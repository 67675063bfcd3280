package main

import (
	"crypto/x509"
	"errors"
	"io/fs"
)

// verdict says of an answer what the box did and, unless all is well, what to
// do about it.
func verdict(a answer) (state, cure string) {
	switch {
	case a.err != nil:
		return unreached(a.err)
	case a.status == unauthorized, a.status == forbidden:
		return "refuses the token", "enrol this access point at the box and put its token into the token file; it is read again at each try"
	case a.status == misdirected, a.status == notFound:
		return "has no door for reports at this address", "give --box the address of its sensor listener (listen.sensors), usually port 8443"
	case a.status == throttled:
		return "is told too much", "nothing, if it ends by itself; else several access points may share one token"
	case a.unknown > 0:
		return "does not know this access point", "add its name (see foyer-ap check) to the floor plan, or as an alias of the access point there"
	case a.bad > 0:
		return "does not understand some reports", "bring the box and this agent to the same version"
	case a.status/100 == 2:
		return "takes the reports", ""
	}
	return "does not take the reports", "see the box's own log and foyer doctor"
}

func unreached(err error) (state, cure string) {
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	switch {
	case errors.Is(err, errUsage), errors.Is(err, fs.ErrNotExist):
		return "is not asked", "put the token back into its file"
	case errors.Is(err, errPin):
		return "is another one", "if the box's certificate was renewed, give its new --fingerprint; --ca needs no such change"
	case errors.As(err, &authority):
		return "is not of this authority", "give --ca the ca.pem of the chain's headquarters, or --fingerprint"
	case errors.As(err, &host):
		return "has a certificate for another name", "give --name a name that is in the certificate"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "has a certificate that is not valid now", "set this access point's clock (NTP); if it is right, the box's certificate is to be renewed"
	}
	return "is not reached", "check --box, the cable and the firewall; readings of the last minute are kept"
}
