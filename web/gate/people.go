package gate

import (
	"fmt"
	"net/http"
	"strings"
)

// A Page shows people a refusal in words, in the look of their face.
type Page func(w http.ResponseWriter, r *http.Request, status int, title, text string)

// Words puts what the gate says into the language of whoever asks, with what
// belongs in its places.
type Words func(r *http.Request, words string, args ...any) string

// forPeople is the answer to a browser: a Problem in it becomes a page.
type forPeople struct {
	http.ResponseWriter
	request *http.Request
	page    Page
	words   Words
}

func (p forPeople) say(words string, args ...any) string { return p.words(p.request, words, args...) }

// english is how the gate speaks by itself.
func english(_ *http.Request, words string, args ...any) string {
	if len(args) == 0 {
		return words
	}
	return fmt.Sprintf(words, args...)
}

// Unwrap is for http.ResponseController.
func (p forPeople) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// answerTo returns w as whoever asks reads it: a browser that loads a page says
// that it wants one; a program and a page's own script do not.
func answerTo(w http.ResponseWriter, r *http.Request, page Page, words Words) http.ResponseWriter {
	if page == nil || !strings.Contains(r.Header.Get("Accept"), "text/html") {
		return w
	}
	return forPeople{w, r, page, words}
}

// refuse is Problem in words for people. What does not exist and what is not
// hers are the same sentence here too.
func (p forPeople) refuse(status int, detail string) {
	switch status {
	case http.StatusNotFound:
		p.page(p.ResponseWriter, p.request, status, p.say(Nothing), "")
	case http.StatusTooManyRequests:
		p.page(p.ResponseWriter, p.request, status, p.say("Not so fast."), detail)
	default:
		p.page(p.ResponseWriter, p.request, status, p.say("Not done."), detail)
	}
}
