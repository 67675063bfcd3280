package report

import (
	"strconv"
	"time"
)

// Append appends r to dst as one line, its end included, and returns the
// longer slice; on an error it returns dst as it was. Fields that say nothing
// are left out. Times are written in UTC.
func Append(dst []byte, r *Report) ([]byte, error) {
	if err := r.Check(); err != nil {
		return dst, err
	}
	b := append(dst, `{"ap":"`...)
	b = append(b, r.AP...)
	b = append(b, `","client":"`...)
	b = r.Client.appendTo(b)
	b = append(b, '"')
	if !r.strengthless() {
		b = append(b, `,"rssi":`...)
		b = strconv.AppendFloat(b, float64(r.RSSI), 'f', -1, 64)
	}
	if !r.At.IsZero() {
		b = append(b, `,"at":"`...)
		b = r.At.UTC().AppendFormat(b, time.RFC3339Nano)
		b = append(b, '"')
	}
	if r.AtErr > 0 {
		b = append(b, `,"at_err":`...)
		b = strconv.AppendFloat(b, r.AtErr.Seconds(), 'f', -1, 64)
	}
	b = append(b, `,"kind":"`...)
	b = append(b, kindName(r.Kind)...)
	b = append(b, '"')
	if r.Freq > 0 {
		b = append(b, `,"freq":`...)
		b = strconv.AppendInt(b, int64(r.Freq), 10)
	}
	b = r.appendIPs(b)
	b = r.appendRest(b)
	return append(b, '}', '\n'), nil
}

func (r *Report) appendIPs(b []byte) []byte {
	for i, ip := range r.IP {
		if i == 0 {
			b = append(b, `,"ip":[`...)
		} else {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = ip.AppendTo(b)
		b = append(b, '"')
	}
	if len(r.IP) > 0 {
		b = append(b, ']')
	}
	return b
}

func (r *Report) appendRest(b []byte) []byte {
	if r.Agg != Raw {
		b = append(b, `,"agg":"`...)
		b = append(b, r.Agg.String()...)
		b = append(b, '"')
	}
	if r.N > 0 {
		b = append(b, `,"n":`...)
		b = strconv.AppendInt(b, int64(r.N), 10)
	}
	if r.Assoc != AssocUnknown {
		b = append(b, `,"assoc":`...)
		b = strconv.AppendBool(b, r.Assoc == AssocYes)
	}
	if r.Seq > 0 {
		b = append(b, `,"seq":`...)
		b = strconv.AppendUint(b, r.Seq, 10)
	}
	return b
}

// Check refuses what Append would refuse: what the decoder would not read back.
func (r *Report) Check() error {
	switch {
	case !validName(r.AP):
		return ErrAP
	case kindName(r.Kind) == "":
		return ErrKind
	case r.Agg.String() == "", r.N < 0, r.N > maxN:
		return ErrAgg
	case r.AtErr < 0, r.AtErr > maxAtErr, !r.At.IsZero() && (r.At.UTC().Year() < 1 || r.At.UTC().Year() > 9999):
		return ErrTime
	case r.Freq < 0, r.Freq > maxFreq:
		return ErrFreq
	case r.Assoc > AssocYes:
		return ErrAssoc
	case len(r.IP) > maxIPs:
		return ErrIP
	}
	for _, ip := range r.IP {
		if !ip.IsValid() || ip.Zone() != "" {
			return ErrIP
		}
	}
	return r.check()
}

func validName[T string | []byte](s T) bool {
	if len(s) == 0 || len(s) > maxName {
		return false
	}
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' || s[i] == '"' || s[i] == '\\' {
			return false
		}
	}
	return true
}
