package format

import (
	"bytes"
	"encoding/json"
	"iter"
)

// maxDepth is how deep a payload may be nested; the deepest known is 9.
const maxDepth = 32

// parse reads a JSON payload into v, whose fields are lenient types or raw.
func parse(body []byte, v any) error {
	body, err := tidy(body)
	if err != nil {
		return err
	}
	if json.Unmarshal(body, v) != nil {
		return ErrSyntax // the package's own error may quote the payload
	}
	return nil
}

// row reads one row of a parsed payload into v.
func row(raw []byte, v any) bool { return json.Unmarshal(raw, v) == nil }

// tidy refuses deep nesting and writes null where a source wrote a bare NaN or
// Infinity, which JSON does not have. It does not look into strings.
func tidy(b []byte) ([]byte, error) {
	var out []byte // nil while nothing had to be written anew
	from, depth := 0, 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = closing(b, i)
		case '{', '[':
			if depth++; depth > maxDepth {
				return nil, ErrDepth
			}
		case '}', ']':
			depth--
		case 'N', 'I', '-':
			if n := unnumber(b[i:]); n > 0 {
				out = append(append(out, b[from:i]...), "null"...)
				from = i + n
				i = from - 1
			}
		}
	}
	if out == nil {
		return b, nil
	}
	return append(out, b[from:]...), nil
}

// unnumber returns the length of a bare NaN or Infinity at the start of b.
func unnumber(b []byte) int {
	for _, word := range []string{"NaN", "-NaN", "Infinity", "-Infinity"} {
		if bytes.HasPrefix(b, []byte(word)) {
			return len(word)
		}
	}
	return 0
}

// closing returns the index of the quote that ends the string begun at i, or
// the last index.
func closing(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return len(b) - 1
}

// elements yields the elements of an array that is known to be valid JSON; of
// null or nothing there are none. False means that raw is something else.
func elements(raw []byte) (iter.Seq[[]byte], bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) < 2 || raw[0] != '[' {
		return func(func([]byte) bool) {}, len(raw) == 0 || string(raw) == "null"
	}
	return func(yield func([]byte) bool) {
		for i := 1; i < len(raw); i++ {
			end := span(raw, i)
			if e := bytes.TrimSpace(raw[i:end]); len(e) > 0 && !yield(e) {
				return
			}
			i = end
		}
	}, true
}

// members yields the members of an object that is known to be valid JSON, in
// their order; a name with escapes in it comes as it is written.
func members(raw []byte) (iter.Seq2[text, []byte], bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) < 2 || raw[0] != '{' {
		return func(func(text, []byte) bool) {}, len(raw) == 0 || string(raw) == "null"
	}
	return func(yield func(text, []byte) bool) {
		for i := 1; i < len(raw); i++ {
			end := span(raw, i)
			name, value := nameAndValue(raw[i:end])
			if value != nil && !yield(name, value) {
				return
			}
			i = end
		}
	}, true
}

func nameAndValue(b []byte) (text, []byte) {
	b = bytes.TrimSpace(b)
	if len(b) < 2 || b[0] != '"' {
		return "", nil
	}
	end := closing(b, 0)
	_, value, ok := bytes.Cut(b[end:], []byte(":"))
	if !ok {
		return "", nil
	}
	return text(b[1:end]), bytes.TrimSpace(value)
}

// span returns where the element or member that begins at i ends: at its comma
// or at the bracket that closes what it is in.
func span(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = closing(b, i)
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
	return len(b)
}
