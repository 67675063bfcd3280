package radio

import (
	"bytes"
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"net/netip"
	"slices"
	"testing"
	"time"
)

// attr is one attribute of a request.
func attr(kind byte, value []byte) []byte {
	return append([]byte{kind, byte(2 + len(value))}, value...)
}

func attr32(kind byte, n uint32) []byte { return attr(kind, binary.BigEndian.AppendUint32(nil, n)) }

// request makes an accounting request; with signed, a Message-Authenticator
// stands first.
func request(secret string, id byte, signed bool, attrs ...[]byte) []byte {
	p := []byte{radiusRequest, id, 0, 0}
	p = append(p, make([]byte, 16)...)
	if signed {
		p = append(p, attr(attrAuthenticator, make([]byte, 16))...)
	}
	p = append(p, bytes.Join(attrs, nil)...)
	binary.BigEndian.PutUint16(p[2:], uint16(len(p)))
	if signed {
		h := hmac.New(md5.New, []byte(secret))
		h.Write(p)
		copy(p[22:], h.Sum(nil))
	}
	sum := md5.Sum(append(slices.Clone(p), secret...))
	copy(p[4:], sum[:])
	return p
}

func TestAccountingRequest(t *testing.T) {
	const secret = "a shared secret"
	v6 := netip.MustParseAddr("2001:db8::7").As16()
	good := request(secret, 7, true, attr(1, []byte("anonymous@example.com")), attr(attrCaller, []byte("02-00-5E-10-00-07")),
		attr32(attrStatus, statusInterim), attr(attrFramedIP, []byte{10, 0, 3, 7}), attr(attrFramedIPv6, v6[:]), attr(attrSession, []byte("5F-01")),
		attr32(attrDelay, 3), attr32(attrTime, uint32(opening.Unix())), attr(26, []byte{0, 0, 1, 55, 1, 3, 9}))
	a, err := parseAccounting(append(slices.Clone(good), "padding"...), []byte(secret), true)
	if err != nil {
		t.Fatal(err)
	}
	if a.client != addr(t, 7) || a.status != statusInterim || a.session != "5F-01" || a.delay != 3*time.Second || !a.at.Equal(opening) ||
		!slices.Equal(a.ips, []netip.Addr{ip("10.0.3.7"), ip("2001:db8::7")}) {
		t.Errorf("%+v", a)
	}
	for _, spelt := range []string{"02-00-5e-10-00-07", "02:00:5E:10:00:07", "0200.5e10.0007", "02005E100007", "0200-5e10-0007"} {
		if a, err := parseAccounting(request(secret, 1, false, attr(attrCaller, []byte(spelt))), []byte(secret), false); err != nil || a.client != addr(t, 7) {
			t.Errorf("%q: %v", spelt, err)
		}
	}
	for _, none := range [][4]byte{{}, {255, 255, 255, 255}, {255, 255, 255, 254}, {224, 0, 0, 1}} {
		if a, err := parseAccounting(request(secret, 1, false, attr(attrFramedIP, none[:])), []byte(secret), false); err != nil || len(a.ips) != 0 {
			t.Errorf("%v is taken for an address: %v", none, err)
		}
	}
	flip := func(at int) []byte { p := slices.Clone(good); p[at] ^= 1; return p }
	resum := func(p []byte) []byte { // signed anew by one who knows the secret
		clear(p[4:20])
		sum := md5.Sum(append(slices.Clone(p), secret...))
		copy(p[4:], sum[:])
		return p
	}
	for name, c := range map[string]struct {
		packet []byte
		signed bool
		want   error
	}{
		"another secret":              {request("another", 1, true), true, errRadiusSecret},
		"an altered identifier":       {flip(1), true, errRadiusSecret},
		"an altered attribute":        {flip(len(good) - 1), true, errRadiusSecret},
		"an altered authenticator":    {flip(4), true, errRadiusSecret},
		"no Message-Authenticator":    {request(secret, 1, false), true, errRadiusSecret},
		"a wrong one":                 {resum(flip(30)), false, errRadiusSecret},
		"two":                         {request(secret, 1, true, attr(attrAuthenticator, make([]byte, 16))), false, errRadius},
		"a short one":                 {request(secret, 1, false, attr(attrAuthenticator, make([]byte, 15))), false, errRadius},
		"an access request":           {resum(append([]byte{1}, good[1:]...)), false, errRadius},
		"too short":                   {good[:19], false, errRadius},
		"cut":                         {good[:len(good)-1], false, errRadius},
		"an attribute of no length":   {request(secret, 1, false, []byte{31, 0}), false, errRadius},
		"an attribute beyond the end": {request(secret, 1, false, []byte{31, 19, '0'}), false, errRadius},
		"half an attribute":           {request(secret, 1, false, []byte{31}), false, errRadius},
		"nothing":                     {nil, false, errRadius},
	} {
		if _, err := parseAccounting(c.packet, []byte(secret), c.signed); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// Whatever comes, nothing that the secret did not sign is taken, and nothing
// breaks.
func FuzzAccounting(f *testing.F) {
	const secret = "s"
	f.Add(request(secret, 1, true, attr(attrCaller, []byte("02-00-5E-10-00-07")), attr32(attrStatus, statusStart)))
	f.Add(request(secret, 2, false, attr(attrFramedIP, []byte{10, 0, 3, 7}), []byte{31, 0}))
	f.Add([]byte{radiusRequest, 0, 0, 20})
	f.Fuzz(func(t *testing.T, packet []byte) {
		before := slices.Clone(packet)
		parseAccounting(packet, []byte("another"), true)
		if _, err := parseAccounting(packet, []byte("another"), false); err == nil {
			t.Fatal("taken without the secret")
		}
		if len(packet) >= radiusHeader && len(packet) <= radiusMax { // as one who knows the secret would send it
			packet[0] = radiusRequest
			binary.BigEndian.PutUint16(packet[2:], uint16(len(packet)))
			clear(packet[4:radiusHeader])
			sum := md5.Sum(append(slices.Clone(packet), secret...))
			copy(packet[4:], sum[:])
			a, err := parseAccounting(packet, []byte(secret), false)
			if err != nil && !errors.Is(err, errRadius) && !errors.Is(err, errRadiusSecret) {
				t.Fatal(err)
			}
			for _, ip := range a.ips {
				if !ip.IsValid() || ip.IsUnspecified() || ip.IsMulticast() {
					t.Fatalf("%v is no phone's", ip)
				}
			}
			return
		}
		if !bytes.Equal(before, packet) {
			t.Fatal("it writes into what it reads")
		}
	})
}
