package radio

import (
	"encoding/json"
	"errors"
	"net/http"
)

// A problem is an answer of RFC 9457. Its texts are fixed: none of the request
// is repeated but a line's number.
type problem struct {
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Accepted  *int   `json:"accepted,omitempty"`
	Malformed *int   `json:"malformed,omitempty"`
	UnknownAP *int   `json:"unknown_ap,omitempty"`
	Line      int    `json:"line,omitempty"` // the first malformed one
}

func refuse(status int, detail string) *problem {
	return &problem{Title: http.StatusText(status), Status: status, Detail: detail}
}

// problem returns what is to be said of a delivery, nil if all is well.
func (o *outcome) problem() *problem {
	var p *problem
	var large *http.MaxBytesError
	switch {
	case errors.As(o.err, &large):
		p = refuse(http.StatusRequestEntityTooLarge, "at most 1 MiB in one request: send smaller ones")
	case errors.Is(o.err, errBudget):
		p = refuse(http.StatusTooManyRequests, "this sensor sends too much: send less often")
	case errors.Is(o.err, errFault):
		p = refuse(http.StatusInternalServerError, "a fault in the box, which has noted it")
	case o.err != nil:
		p = refuse(http.StatusBadRequest, "the request broke off")
	case o.malformed > 0:
		p = refuse(http.StatusAccepted, "some lines are no reports")
	case o.unknownAP > 0:
		p = refuse(http.StatusAccepted, "some access points are not in the store's plan: add their names as aliases")
	default:
		return nil
	}
	p.Accepted, p.Malformed, p.UnknownAP = &o.accepted, &o.malformed, &o.unknownAP
	if o.first != nil {
		p.Line = o.first.Line
		p.Detail += "; the first: " + o.first.Err.Error()
	}
	return p
}

func (p *problem) write(w http.ResponseWriter) {
	body, err := json.Marshal(p)
	if err != nil {
		body = []byte(`{}`) // cannot be: the type holds texts and numbers
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	w.Write(append(body, '\n')) // whoever has gone needs no answer
}
