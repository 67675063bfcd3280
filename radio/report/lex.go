package report

// maxNumber is the longest number in bytes; a float64 needs 24.
const maxNumber = 32

func (s *scan) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

// take skips white space and then c, if it is next.
func (s *scan) take(c byte) bool {
	s.space()
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// text reads a string of printable ASCII without escapes: no field needs one.
func (s *scan) text() ([]byte, bool) {
	if !s.take('"') {
		return nil, false
	}
	for from := s.i; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return s.b[from : s.i-1], true
		case c < ' ', c > '~', c == '\\':
			return nil, false
		}
	}
	return nil, false
}

// digits reads what JSON's grammar calls a number (RFC 8259 section 6), which
// is less than strconv would take.
func (s *scan) digits() ([]byte, bool) {
	from := s.i
	s.skip('-')
	if !s.skip('0') && !s.run() {
		return nil, false
	}
	if s.skip('.') && !s.run() {
		return nil, false
	}
	if s.skip('e') || s.skip('E') {
		if !s.skip('+') {
			s.skip('-')
		}
		if !s.run() {
			return nil, false
		}
	}
	return s.b[from:s.i], s.i-from <= maxNumber
}

func (s *scan) skip(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

// run reads one decimal digit or more.
func (s *scan) run() bool {
	from := s.i
	for s.i < len(s.b) && '0' <= s.b[s.i] && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > from
}
