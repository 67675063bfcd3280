package gate

import (
	"net/http"
	"strings"
)

// A Page shows people a refusal in words, in the look of their face.
type Page func(w http.ResponseWriter, status int, title, text string)

// forPeople is the answer to a browser: a Problem in it becomes a page.
type forPeople struct {
	http.ResponseWriter
	page Page
}

// Unwrap is for http.ResponseController.
func (p forPeople) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// answerTo returns w as whoever asks reads it: a browser that loads a page says
// that it wants one; a program and a page's own script do not.
func answerTo(w http.ResponseWriter, r *http.Request, page Page) http.ResponseWriter {
	if page == nil || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return w
	}
	return forPeople{w, page}
}

// refuse is Problem in words for people. What does not exist and what is not
// hers are the same sentence here too.
func (p forPeople) refuse(status int, detail string) {
	switch status {
	case http.StatusNotFound:
		p.page(p.ResponseWriter, status, Nothing, "")
	case http.StatusTooManyRequests:
		p.page(p.ResponseWriter, status, "Not so fast.", detail)
	default:
		p.page(p.ResponseWriter, status, "Not done.", detail)
	}
}
