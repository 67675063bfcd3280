package radio

import (
	"bytes"
	"encoding/json"
)

// shownSecret returns the member "secret" of a JSON object, nil if there is
// none before the body ends or is no object. The rest of the body need not be
// JSON: a cloud may write NaN. What is returned is compared, and the decoder
// looks again.
func shownSecret(body []byte) []byte {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		case '"':
			end := quoted(body, i)
			if depth == 1 && string(body[i:end]) == `"secret"` {
				if s, ok := textAfter(body[end:]); ok {
					return []byte(s)
				}
			}
			i = end - 1
		}
	}
	return nil
}

// quoted returns where the string that begins at i ends.
func quoted(b []byte, i int) int {
	for i++; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(b)
}

// textAfter reads the string after a member's name.
func textAfter(b []byte) (s string, ok bool) {
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 || b[0] != ':' {
		return "", false
	}
	b = bytes.TrimLeft(b[1:], " \t\r\n")
	if len(b) == 0 || b[0] != '"' {
		return "", false
	}
	return s, json.Unmarshal(b[:quoted(b, 0)], &s) == nil
}
