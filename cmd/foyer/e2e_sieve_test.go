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
	"slices"
	"strconv"
	"strings"
)

// sieve finds hardware addresses, and unkeyed hashes of them, in anything: as
// raw bytes in both orders, as hexadecimal digits of either case with or
// without separators, as lists of numbers, in the lower half of an IPv6 address,
// and each of these once more in base64. What is compressed or enciphered it cannot see.
type sieve struct {
	six   map[uint64]bool // addresses, 6 bytes
	eight map[uint64]bool // digests, their first 8 bytes; addresses as EUI-64
	bits  []uint64        // a filter before both
}

const sixBytes = 1<<48 - 1

func newSieve(birds [][6]byte) *sieve {
	s := &sieve{map[uint64]bool{}, map[uint64]bool{}, make([]uint64, 1<<18)}
	for _, a := range birds {
		back := a
		slices.Reverse(back[:])
		s.add(s.six, number(a))
		s.add(s.six, number(back))
		s.add(s.eight, eui64(a))
		s.add(s.eight, eui64(a)^2<<56) // as IPv6 has it
		for _, text := range append(spellings(a), string(a[:])) {
			s256, s1, m5 := sha256.Sum256([]byte(text)), sha1.Sum([]byte(text)), md5.Sum([]byte(text))
			for _, sum := range [][]byte{s256[:], s1[:], m5[:]} {
				s.add(s.eight, binary.BigEndian.Uint64(sum))
			}
		}
	}
	return s
}

func number(a [6]byte) uint64 { return binary.BigEndian.Uint64(append([]byte{0, 0}, a[:]...)) }

// eui64 is an address of six bytes made one of eight: ff:fe goes in the middle.
// IPv6 turns a bit of the first byte over besides.
func eui64(a [6]byte) uint64 {
	return binary.BigEndian.Uint64([]byte{a[0], a[1], a[2], 0xff, 0xfe, a[3], a[4], a[5]})
}

// spellings are the texts that addresses are written as, and hashed as.
func spellings(a [6]byte) (out []string) {
	bare := hex.EncodeToString(a[:])
	pairs := fmt.Sprintf("% x", a[:])
	for _, s := range []string{bare, strings.ReplaceAll(pairs, " ", ":"), strings.ReplaceAll(pairs, " ", "-"), pairs,
		bare[:4] + "." + bare[4:8] + "." + bare[8:]} {
		out = append(out, s, strings.ToUpper(s))
	}
	return out
}

func (s *sieve) add(set map[uint64]bool, k uint64) {
	set[k] = true
	i := slot(k)
	s.bits[i>>6] |= 1 << (i & 63)
}

func slot(k uint64) uint64 { return k * 0x9e3779b97f4a7c15 >> 40 }

func (s *sieve) has(set map[uint64]bool, k uint64) bool {
	i := slot(k)
	return s.bits[i>>6]>>(i&63)&1 == 1 && set[k]
}

// seen is what a scan has come past, most of it forgotten.
type seen struct {
	last uint64 // eight bytes
	n    int    // of them since the last break
}

// match adds bits to what was seen and looks it up.
func (s *sieve) match(w *seen, v uint64, bits int) bool {
	w.last, w.n = w.last<<bits|v, w.n+bits
	return w.n >= 48 && s.has(s.six, w.last&sixBytes) || w.n >= 64 && s.has(s.eight, w.last)
}

// in says how an address or its hash occurs in data, or nothing.
func (s *sieve) in(data []byte) string {
	if how := s.plain(data); how != "" {
		return how
	}
	for lo := 0; lo < len(data); lo++ {
		hi := lo
		for hi < len(data) && sextet(data[hi]) {
			hi++
		}
		if how := s.base64(data[lo:hi]); how != "" {
			return how
		}
		lo = hi
	}
	return ""
}

// plain looks for bytes, digits and lists of numbers.
func (s *sieve) plain(data []byte) string {
	var raw, hexed seen
	for i, b := range data {
		if s.match(&raw, uint64(b), 8) {
			return near("bytes", data, i)
		}
		switch d, ok := digit(b); {
		case ok && s.match(&hexed, d, 4):
			return near("digits", data, i)
		case !ok && b != ':' && b != '-' && b != '.' && b != ' ':
			hexed = seen{}
		}
	}
	if how := s.groups(data); how != "" {
		return how
	}
	return s.numbers(data)
}

// groups looks for what IPv6 writes: groups of up to four digits, of which the
// zeros in front are left out, and of whole groups of zeros one run.
func (s *sieve) groups(data []byte) string {
	var w seen
	v, digits := uint64(0), 0
	for i := range len(data) + 1 {
		b := byte(' ')
		if i < len(data) {
			b = data[i]
		}
		d, ok := digit(b)
		switch {
		case ok:
			v, digits = v<<4|d, digits+1
			continue
		case 0 < digits && digits <= 4 && s.match(&w, v, 16):
			return near("groups", data, i-1)
		case b == ':' && i > 0 && data[i-1] == ':':
			w = seen{n: 64} // as many zeros as it takes
		}
		if b != ':' || digits > 4 {
			w = seen{}
		}
		v, digits = 0, 0
	}
	return ""
}

func digit(b byte) (uint64, bool) {
	switch {
	case '0' <= b && b <= '9':
		return uint64(b - '0'), true
	case 'a' <= b|0x20 && b|0x20 <= 'f':
		return uint64(b|0x20-'a') + 10, true
	}
	return 0, false
}

// numbers looks for bytes written as decimal numbers, or with 0x before each.
func (s *sieve) numbers(data []byte) string {
	var w seen
	for i := 0; i < len(data); i++ {
		from := i
		for i < len(data) && (digitOrX(data[i])) {
			i++
		}
		if i == from {
			if b := data[i]; b != ' ' && b != ',' && b != '\n' && b != '\t' {
				w = seen{}
			}
			continue
		}
		v, err := strconv.ParseUint(string(data[from:min(i, from+5)]), 0, 8)
		if err != nil || i-from > 4 {
			w = seen{}
		} else if s.match(&w, v, 8) {
			return near("numbers", data, i-1)
		}
		i--
	}
	return ""
}

func digitOrX(b byte) bool {
	_, ok := digit(b)
	return ok || b == 'x'
}

func sextet(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'z' || b == '+' || b == '/' || b == '-' || b == '_'
}

// base64 decodes a run of base64, standard or for addresses, from each of the
// four places where a group may begin.
func (s *sieve) base64(run []byte) string {
	if len(run) < 8 {
		return ""
	}
	std := bytes.Map(func(r rune) rune {
		switch r {
		case '-':
			return '+'
		case '_':
			return '/'
		}
		return r
	}, run)
	out := make([]byte, len(std))
	for phase := range 4 {
		part := std[phase:]
		if len(part)%4 == 1 {
			part = part[:len(part)-1]
		}
		n, err := base64.RawStdEncoding.Decode(out, part)
		if err != nil {
			continue // no base64 after all
		}
		if how := s.plain(out[:n]); how != "" {
			return "in base64 " + how
		}
	}
	return ""
}

// near is where something was found, with what stands around it.
func near(how string, data []byte, at int) string {
	return fmt.Sprintf("as %s at byte %d: %q", how, at, data[max(0, at-60):min(len(data), at+20)])
}
