package format

import "google.golang.org/protobuf/encoding/protowire"

// A field is one field of a protobuf message as it stands on the wire: a
// number or some bytes.
type field struct {
	num   protowire.Number
	typ   protowire.Type
	value uint64
	bytes []byte
}

// message calls each with the fields of b, in their order; ok is false if b is
// no message. Fields of fixed size and groups are passed over.
func message(b []byte, each func(field)) (ok bool) {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return false
		}
		b = b[n:]
		f := field{num: num, typ: typ}
		switch typ {
		case protowire.VarintType:
			f.value, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		case protowire.StartGroupType, protowire.EndGroupType:
			return false // the format has none, and they nest
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return false
		}
		b = b[n:]
		each(f)
	}
	return true
}

// level returns the field as a strength, which is a zigzag number of 32 bits.
func (f field) level() (l level) {
	if f.typ == protowire.VarintType {
		l.number = number{float64(int32(protowire.DecodeZigZag(f.value))), true}
	}
	return l
}

// enums returns the field's values, whether packed or not.
func (f field) enums() (out []uint64) {
	if f.typ == protowire.VarintType {
		return []uint64{f.value}
	}
	for b := f.bytes; len(b) > 0 && len(out) < maxEnums; {
		v, n := protowire.ConsumeVarint(b)
		if n < 0 {
			return out
		}
		out, b = append(out, v), b[n:]
	}
	return out
}

const maxEnums = 16 // of one device
