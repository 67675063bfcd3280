package gate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Nothing is the one sentence for what does not exist and for what is not
// this person's to see.
const Nothing = "Nothing to show."

// Problem answers with an RFC 9457 problem: a status, its title, a sentence.
// Whoever came with a browser gets a page that says the same.
func Problem(w http.ResponseWriter, status int, detail string) {
	if p, ok := w.(forPeople); ok {
		p.refuse(status, p.say(detail))
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(struct {
		Type   string `json:"type"`
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail,omitempty"`
	}{"about:blank", http.StatusText(status), status, detail}) // the reader went away: nobody is left to tell
}

// TooMany answers 429 and says when to come back.
func TooMany(w http.ResponseWriter, wait time.Duration, detail string) {
	p, people := w.(forPeople)
	Later(w, wait, func(seconds int) string {
		if people {
			return p.say(detail) + " " + p.say("Try again in %d seconds.", seconds)
		}
		return fmt.Sprintf("%s Try again in %d seconds.", detail, seconds)
	})
}

// Later answers 429 with a sentence that says in how many seconds to come back.
func Later(w http.ResponseWriter, wait time.Duration, say func(seconds int) string) {
	n := seconds(wait)
	w.Header().Set("Retry-After", strconv.Itoa(n))
	Problem(w, http.StatusTooManyRequests, say(n))
}

// JSON answers with v.
func JSON(w http.ResponseWriter, status int, v any) { JSONAs(w, "application/json", status, v) }

// JSONAs answers with v under a media type of its own.
func JSONAs(w http.ResponseWriter, kind string, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		Problem(w, http.StatusInternalServerError, "The answer could not be written.")
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(body) // the reader went away: nobody is left to tell
}

// ErrBody means that a request's body is not what its route takes; its text
// says what is.
var ErrBody = errors.New("request body")

// Unread says why JSON could not be read, in the words of whoever wrote it and
// not of the program.
func Unread(err error) string {
	var form *json.SyntaxError
	var typ *json.UnmarshalTypeError
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &typ) && typ.Field == "":
		return "want an object, and got " + typ.Value
	case errors.As(err, &typ):
		return typ.Field + ": " + typ.Value + " is not what it takes"
	case errors.As(err, &form):
		return fmt.Sprintf("not JSON from byte %d on", form.Offset)
	case errors.As(err, &large):
		return fmt.Sprintf("longer than %d bytes", large.Limit)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too soon"
	}
	if field, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return field + ": there is no such field"
	}
	return "it cannot be read"
}

// Read reads one JSON object into v: strictly, for a name spelt wrongly would
// otherwise be a choice not made.
func Read(r *http.Request, v any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		return fmt.Errorf("%w: send Content-Type: application/json", ErrBody)
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("%w: %s", ErrBody, Unread(err))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: more than one object", ErrBody)
	}
	return nil
}
