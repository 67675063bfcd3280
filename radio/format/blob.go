package format

import (
	"encoding/binary"
	"math"
)

// An attr is one attribute of a libubox blob: a header of 32 bits, big endian,
// whose low 24 bits are the length, header included, and whose high 7 bits
// below the top one are the identifier; then the data, padded to four bytes.
type attr struct {
	id   int
	data []byte
}

const blobHeader = 4 // bytes

// attrs splits b into its attributes; ok is false if the last one is cut short
// or has an impossible length, and the ones before it are good. It does not
// descend, so nesting costs nothing.
func attrs(b []byte) (list []attr, ok bool) {
	for len(b) > 0 {
		if len(b) < blobHeader {
			return list, false
		}
		head := binary.BigEndian.Uint32(b)
		size := int(head & 0xffffff)
		if size < blobHeader || size > len(b) {
			return list, false
		}
		list = append(list, attr{int(head >> 24 & 0x7f), b[blobHeader:size]})
		b = b[min((size+3)&^3, len(b)):] // the last one may lack its padding
	}
	return list, true
}

// int32 returns the data as a signed number of 32 bits, or of 8.
func (a attr) int32() (int32, bool) {
	switch len(a.data) {
	case 4:
		return int32(binary.BigEndian.Uint32(a.data)), true
	case 1:
		return int32(int8(a.data[0])), true
	}
	return 0, false
}

// uint32 returns the data as a number of 32 bits, 0 if it is none.
func (a attr) uint32() uint32 {
	if len(a.data) != 4 {
		return 0
	}
	return binary.BigEndian.Uint32(a.data)
}

// text returns the data up to the first NUL.
func (a attr) text() string {
	for i, c := range a.data {
		if c == 0 {
			return string(a.data[:i])
		}
	}
	return string(a.data)
}

// level returns the data as a strength.
func (a attr) level() (l level) {
	v, ok := a.int32()
	l.number = number{float64(v), ok && v != math.MinInt32}
	return l
}
