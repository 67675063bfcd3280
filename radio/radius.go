package radio

import (
	"crypto/hmac"
	"crypto/md5"
	"encoding/binary"
	"errors"
	"net/netip"
	"time"

	"foyer/radio/report"
)

// What of RADIUS accounting is read: RFC 2866, 2869, 6911. It is a header of 20
// bytes and a list, so it is read here rather than by a library, of which none
// is kept up; and so that a name is not even looked at.
const (
	radiusHeader  = 20
	radiusMax     = 4096 // bytes of a packet
	radiusRequest = 4
	radiusAnswer  = 5

	attrFramedIP      = 8
	attrCaller        = 31 // Calling-Station-Id: the client's hardware address
	attrStatus        = 40
	attrDelay         = 41 // s
	attrSession       = 44
	attrTime          = 55 // s since 1970
	attrAuthenticator = 80
	attrFramedIPv6    = 168

	statusStart   = 1
	statusStop    = 2
	statusInterim = 3
)

// Why a packet is not taken. The sentences hold nothing of it.
var (
	errRadius       = errors.New("not an accounting request")
	errRadiusSecret = errors.New("an accounting request that the shared secret did not sign")
)

// accounting is what one request says of a client.
type accounting struct {
	client  report.Addr // invalid if it names none
	ips     []netip.Addr
	status  uint32
	session string
	delay   time.Duration
	at      time.Time // zero if it does not say
}

// parseAccounting reads a request and holds it against the secret it must be
// signed with, and against its Message-Authenticator if it has one; signed
// demands one.
func parseAccounting(packet, secret []byte, signed bool) (accounting, error) {
	if len(packet) < radiusHeader || len(packet) > radiusMax || packet[0] != radiusRequest {
		return accounting{}, errRadius
	}
	length := int(binary.BigEndian.Uint16(packet[2:]))
	if length < radiusHeader || length > len(packet) {
		return accounting{}, errRadius
	}
	packet = packet[:length] // the rest is padding
	want := radiusSum(packet[:4], make([]byte, 16), packet[radiusHeader:], secret)
	if !hmac.Equal(want[:], packet[4:radiusHeader]) {
		return accounting{}, errRadiusSecret
	}
	var a accounting
	at := 0 // where the Message-Authenticator stands
	for rest := radiusHeader; rest < length; {
		if length-rest < 2 || packet[rest+1] < 2 || int(packet[rest+1]) > length-rest {
			return accounting{}, errRadius
		}
		end := rest + int(packet[rest+1])
		if packet[rest] == attrAuthenticator {
			if at != 0 || end-rest != 18 {
				return accounting{}, errRadius
			}
			at = rest + 2
		}
		a.read(packet[rest], packet[rest+2:end])
		rest = end
	}
	if at == 0 && signed || at != 0 && !authentic(packet, at, secret) {
		return accounting{}, errRadiusSecret
	}
	return a, nil
}

// authentic checks the Message-Authenticator at an offset. In an accounting
// request it is made before the Request Authenticator, so that both are zero.
func authentic(packet []byte, at int, secret []byte) bool {
	h := hmac.New(md5.New, secret)
	h.Write(packet[:4])
	h.Write(make([]byte, 16))
	h.Write(packet[radiusHeader:at])
	h.Write(make([]byte, 16))
	h.Write(packet[at+16:])
	return hmac.Equal(h.Sum(nil), packet[at:at+16])
}

// read takes one attribute. What has not its form says nothing; a later one of
// the same kind counts, but for addresses, of which there may be several.
func (a *accounting) read(kind byte, v []byte) {
	number := uint32(0)
	if len(v) == 4 {
		number = binary.BigEndian.Uint32(v)
	}
	switch kind {
	case attrCaller:
		a.client, _ = report.ParseAddr(string(v))
	case attrSession:
		a.session = string(v)
	case attrStatus:
		a.status = number
	case attrDelay:
		a.delay = time.Duration(number) * time.Second
	case attrTime:
		if number != 0 {
			a.at = time.Unix(int64(number), 0)
		}
	case attrFramedIP, attrFramedIPv6:
		ip, ok := netip.AddrFromSlice(v)
		// 255.255.255.254 and .255 leave the choice to others.
		if ok && (kind == attrFramedIP) == ip.Is4() && (ip.IsGlobalUnicast() || ip.IsLoopback() || ip.IsLinkLocalUnicast()) && number < 0xfffffffe {
			a.ips = append(a.ips, ip.Unmap())
		}
	}
}

// answerAccounting makes the answer to a request that was checked.
func answerAccounting(request, secret []byte) []byte {
	out := make([]byte, radiusHeader)
	out[0], out[1] = radiusAnswer, request[1]
	binary.BigEndian.PutUint16(out[2:], radiusHeader)
	sum := radiusSum(out[:4], request[4:radiusHeader], nil, secret)
	copy(out[4:], sum[:])
	return out
}

func radiusSum(parts ...[]byte) (sum [16]byte) {
	h := md5.New()
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}
