package main_test

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// TestSieve hides an address in every way the sieve claims to know, at the
// beginning, in the middle and at the end of something, and then looks at
// what holds none.
func TestSieve(t *testing.T) {
	birds := canaries(1000)
	s := newSieve(birds)
	a := birds[417]
	raw, back := a[:], slices.Clone(a[:])
	slices.Reverse(back)
	ways := append(spellings(a), string(raw), string(back), hex.EncodeToString(back),
		fmt.Sprint(a), fmt.Sprintf("%#v", a), strings.ReplaceAll(fmt.Sprint(raw), " ", ","))
	for _, text := range append(spellings(a), string(raw)) {
		s256, s1, m5 := sha256.Sum256([]byte(text)), sha1.Sum([]byte(text)), md5.Sum([]byte(text))
		for _, sum := range [][]byte{s256[:], s1[:], m5[:]} {
			ways = append(ways, string(sum), hex.EncodeToString(sum), strings.ToUpper(hex.EncodeToString(sum[:8])))
		}
	}
	for _, w := range slices.Clone(ways) {
		for pad := range 3 {
			inside := []byte(strings.Repeat("x", pad) + w + "xyz"[pad:])
			for _, e := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
				ways = append(ways, e.EncodeToString(inside))
			}
		}
	}
	for _, w := range ways {
		for _, around := range []string{"%s", "\x00\xff\n%s", "%s\n", `level=DEBUG msg="%s" n=7`} {
			if s.in([]byte(strings.Replace(around, "%s", w, 1))) == "" {
				t.Errorf("%q in %q is not noticed", w, around)
			}
		}
	}
	for i, a := range birds[:200] { // some have zeros where IPv6 leaves them out
		if i%2 == 0 {
			a[0], a[1] = 2, 0
		}
		if i%3 == 0 {
			a[4], a[5] = 0, 0
		}
		s := newSieve([][6]byte{a})
		iid := binary.BigEndian.AppendUint64(nil, eui64(a)^2<<56)
		for _, prefix := range []string{"fe80::", "2001:db8:1:2::", "fd00::5:0:0:0:0"} {
			full := netip.MustParseAddr(prefix).As16()
			copy(full[8:], iid)
			ip := netip.AddrFrom16(full)
			for _, w := range []string{ip.String(), ip.StringExpanded(), strings.ToUpper(ip.String()), ip.WithZone("wlan0").String(), string(full[:]),
				fmt.Sprint(full), netip.AddrPortFrom(ip, 443).String(), base64.StdEncoding.EncodeToString([]byte(ip.String())), fmt.Sprintf("%016x", eui64(a))} {
				if s.in([]byte("TLS handshake error from "+w+": EOF")) == "" {
					t.Errorf("% x in %q is not noticed", a, w)
				}
			}
		}
	}
	noise := make([]byte, 1<<20)
	_, _ = rand.NewChaCha8([32]byte{1}).Read(noise)
	half := hex.EncodeToString(raw[:3])
	for _, clean := range [][]byte{nil, noise, []byte(base64.StdEncoding.EncodeToString(noise[:1<<18])), []byte(hex.EncodeToString(noise[:1<<18])),
		[]byte(half + "g" + hex.EncodeToString(raw[3:])), bytes.Repeat(raw[:5], 100)} {
		if how := s.in(clean); how != "" {
			t.Errorf("found where nothing is: %s", how)
		}
	}
}

func BenchmarkSieve(b *testing.B) {
	s := newSieve(canaries(1000))
	noise := make([]byte, 1<<20)
	_, _ = rand.NewChaCha8([32]byte{2}).Read(noise)
	b.SetBytes(int64(len(noise)))
	b.ReportAllocs()
	for b.Loop() {
		if how := s.in(noise); how != "" {
			b.Fatal(how)
		}
	}
}
