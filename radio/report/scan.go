package report

import (
	"math"
	"net/netip"
	"strconv"
	"time"

	"foyer/floor"
)

// scan reads one line: a flat JSON object in UTF-8 of which only ASCII may
// occur. Whatever it accepts, encoding/json reads alike; a fuzz test holds it
// to that.
type scan struct {
	b []byte
	i int
	d *Decoder
}

// The fields, as bits of those seen. The first three are the required ones.
const (
	fieldAP = 1 << iota
	fieldClient
	fieldRSSI
	fieldAt
	fieldAtErr
	fieldKind
	fieldFreq
	fieldIP
	fieldAgg
	fieldN
	fieldAssoc
	fieldSeq
	required = fieldAP | fieldClient | fieldRSSI
)

func (s *scan) report(r *Report) error {
	*r = Report{}
	if !s.take('{') {
		return ErrSyntax
	}
	seen := 0
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return ErrSyntax
		}
		key, ok := s.text()
		if !ok || !s.take(':') {
			return ErrSyntax
		}
		f := field(key)
		switch {
		case f == 0:
			return ErrField
		case seen&f != 0:
			return ErrTwice
		}
		seen |= f
		s.space()
		if err := s.value(f, r); err != nil {
			return err
		}
	}
	if s.space(); s.i != len(s.b) {
		return ErrSyntax
	}
	if r.Kind == floor.Serving {
		seen |= fieldRSSI
	}
	if seen&required != required {
		return ErrMissing
	}
	return r.check()
}

func field(key []byte) int {
	switch string(key) {
	case "ap":
		return fieldAP
	case "client":
		return fieldClient
	case "rssi":
		return fieldRSSI
	case "at":
		return fieldAt
	case "at_err":
		return fieldAtErr
	case "kind":
		return fieldKind
	case "freq":
		return fieldFreq
	case "ip":
		return fieldIP
	case "agg":
		return fieldAgg
	case "n":
		return fieldN
	case "assoc":
		return fieldAssoc
	case "seq":
		return fieldSeq
	}
	return 0
}

func (s *scan) value(f int, r *Report) (err error) {
	switch f {
	case fieldAP:
		return s.ap(r)
	case fieldClient:
		return s.client(r)
	case fieldRSSI:
		v, ok := s.number()
		if r.RSSI = floor.DBm(v); !ok {
			return ErrRSSI
		}
	case fieldAt:
		return s.at(r)
	case fieldAtErr:
		v, ok := s.number()
		if !ok || v < 0 || v > maxAtErr.Seconds() {
			return ErrTime
		}
		r.AtErr = time.Duration(math.Round(v * float64(time.Second)))
	case fieldKind:
		b, _ := s.text()
		r.Kind, err = parseKind(b)
	case fieldFreq:
		r.Freq, err = s.whole(0, maxFreq, ErrFreq)
	case fieldIP:
		return s.ip(r)
	case fieldAgg:
		b, _ := s.text()
		r.Agg, err = parseAgg(b)
	case fieldN:
		r.N, err = s.whole(1, maxN, ErrAgg)
	case fieldAssoc:
		return s.assoc(r)
	case fieldSeq:
		var ok bool
		if r.Seq, ok = s.unsigned(); !ok {
			return ErrSeq
		}
	}
	return err
}

func (s *scan) ap(r *Report) error {
	b, ok := s.text()
	if !ok || !validName(b) {
		return ErrAP
	}
	r.AP = s.d.name(b)
	return nil
}

func (s *scan) client(r *Report) error {
	b, ok := s.text()
	if ok {
		r.Client, ok = parseAddr(b)
	}
	if !ok {
		return ErrAddr
	}
	return nil
}

func (s *scan) at(r *Report) error {
	b, ok := s.text()
	if !ok || r.At.UnmarshalText(b) != nil || r.At.IsZero() {
		return ErrTime
	}
	r.At = r.At.UTC()
	return nil
}

func (s *scan) ip(r *Report) error {
	if !s.take('[') {
		return ErrIP
	}
	ips := s.d.ips[:0]
	for !s.take(']') {
		if len(ips) > 0 && !s.take(',') {
			return ErrIP
		}
		b, ok := s.text()
		ip, valid := parseIP(b)
		if !ok || !valid || len(ips) == maxIPs {
			return ErrIP
		}
		ips = append(ips, ip)
	}
	s.d.ips = ips
	r.IP = ips
	return nil
}

func (s *scan) assoc(r *Report) error {
	switch rest := s.b[s.i:]; {
	case len(rest) >= 4 && string(rest[:4]) == "true":
		r.Assoc, s.i = AssocYes, s.i+4
	case len(rest) >= 5 && string(rest[:5]) == "false":
		r.Assoc, s.i = AssocNo, s.i+5
	default:
		return ErrAssoc
	}
	return nil
}

// whole reads an integer written as one, of lo to hi.
func (s *scan) whole(lo, hi uint64, refuse error) (int, error) {
	v, ok := s.unsigned()
	if !ok || v < lo || v > hi {
		return 0, refuse
	}
	return int(v), nil
}

func (s *scan) unsigned() (uint64, bool) {
	b, ok := s.digits()
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseUint(string(b), 10, 64)
	return v, err == nil
}

func (s *scan) number() (float64, bool) {
	b, ok := s.digits()
	if !ok {
		return 0, false
	}
	v, err := strconv.ParseFloat(string(b), 64)
	return v, err == nil
}

// parseIP reads the usual IPv4 form without an allocation, the rest by netip.
func parseIP(b []byte) (netip.Addr, bool) {
	var q [4]byte
	part, digits, v := 0, 0, 0
	for i := 0; i <= len(b); i++ {
		switch {
		case i < len(b) && '0' <= b[i] && b[i] <= '9' && digits < 3 && (digits == 0 || v > 0):
			v, digits = v*10+int(b[i]-'0'), digits+1
		case digits > 0 && v < 256 && (i == len(b) && part == 3 || i < len(b) && b[i] == '.' && part < 3):
			q[part], part, digits, v = byte(v), part+1, 0, 0
		default:
			ip, err := netip.ParseAddr(string(b))
			return ip, err == nil && ip.Zone() == ""
		}
	}
	return netip.AddrFrom4(q), true
}
