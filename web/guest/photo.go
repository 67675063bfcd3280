package guest

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// Large are the routes whose bodies are larger than a form, and how large they
// may be, in bytes: what a phone's camera makes, and the form around it.
func Large() map[string]int64 {
	const picture = concierge.MaxPhoto + 4<<10
	return map[string]int64{"POST /here/photo": picture, "PUT /v1/me/photo": picture}
}

// photoView is her picture, or the form for one.
type photoView struct {
	look.Page
	Switch  switchView
	Allowed bool
	Has     bool
}

func (f *Face) getPhoto(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	allowed := false
	m, err := f.moment(r, func(d *concierge.Desk, m moment) error {
		line, _, ok := lineOf(d, c, "photo", m.now)
		allowed = ok && line.Granted
		return nil
	})
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	l := m.l
	v := photoView{Page: f.base(l, l.T("Your privacy"), false), Switch: l.switchOf(m.Here, true), Allowed: allowed}
	_, err = f.Door.OwnPhoto(c)
	v.Has = err == nil
	f.show(w, l, http.StatusOK, "photo", v)
}

// getOwnPhoto is her picture as associates would see it, for herself.
func (f *Face) getOwnPhoto(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	jpeg, err := f.Door.OwnPhoto(c)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "image/jpeg")
	_, _ = w.Write(jpeg) // the reader went away: nobody is left to tell
}

func (f *Face) postPhoto(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	err := f.photo(w, r, c)
	if errors.Is(err, concierge.ErrPicture) {
		l := f.speech(r)
		f.refuse(w, l, http.StatusUnprocessableEntity, l.T("Not this picture."), l.pictureWords(err))
		return
	}
	f.back(w, r, "/here/photo", err)
}

func (f *Face) jsonPhoto(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	err := f.photo(w, r, c)
	if errors.Is(err, concierge.ErrPicture) {
		gate.Problem(w, http.StatusUnprocessableEntity, f.speech(r).pictureWords(err))
		return
	}
	f.answer(w, r, err)
}

// pictureWords say why a picture cannot be used.
func (l speech) pictureWords(err error) string {
	_, why, _ := strings.Cut(err.Error(), "picture: ")
	var numbers []any
	name := regexp.MustCompile(`[0-9]+`).ReplaceAllStringFunc(why, func(s string) string {
		n, _ := strconv.Atoi(s) // a digit or more
		numbers = append(numbers, n)
		return "%d"
	})
	if name == "" || !l.Has(name) {
		name, numbers = "it cannot be read", nil
	}
	return l.T("It was not kept: %s. Choose another one.", l.T(name, numbers...))
}

// uploadTime is how long a picture may take to arrive, on the wall: far longer
// than a form.
const uploadTime = time.Minute

// photo takes a picture out of a form, or as the whole body, and keeps it. It is
// never written anywhere on the way; four may arrive at once, and one is made
// small at a time.
func (f *Face) photo(w http.ResponseWriter, r *http.Request, c floor.Customer) error {
	file, err := f.arrive(w, r)
	if err != nil {
		return err
	}
	select {
	case f.pictures <- struct{}{}:
		defer func() { <-f.pictures }()
	case <-r.Context().Done():
		return r.Context().Err()
	}
	if err := f.Door.SetPhoto(c, file, f.Now()); err != nil {
		return err
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error { d.Changed(c, now); return nil })
}

// arrive reads a picture into memory.
func (f *Face) arrive(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	select {
	case f.uploads <- struct{}{}:
		defer func() { <-f.uploads }()
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	limits := http.NewResponseController(w)
	late := time.Now().Add(uploadTime)
	if err := errors.Join(limits.SetReadDeadline(late), limits.SetWriteDeadline(late.Add(uploadTime))); err != nil {
		return nil, err
	}
	from, err := uploaded(r)
	if err != nil {
		return nil, err
	}
	file, err := io.ReadAll(io.LimitReader(from, concierge.MaxPhoto+1))
	if err != nil {
		return nil, fmt.Errorf("%w: picture: it did not arrive whole", concierge.ErrPicture)
	}
	return file, nil
}

// uploaded finds the picture in a request.
func uploaded(r *http.Request) (io.Reader, error) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && (kind == "image/jpeg" || kind == "image/png"):
		return r.Body, nil
	case err != nil || kind != "multipart/form-data":
		return nil, fmt.Errorf("%w: send a picture as image/jpeg or image/png", gate.ErrBody)
	}
	parts, err := r.MultipartReader() // which, unlike a parsed form, has no files
	for err == nil {
		part, next := parts.NextPart()
		if next != nil {
			break
		}
		if part.FormName() == "photo" {
			return part, nil
		}
	}
	return nil, fmt.Errorf("%w: no picture is in it", gate.ErrBody)
}

func (f *Face) dropPhoto(r *http.Request, c floor.Customer) error {
	if err := f.Door.DropPhoto(c); err != nil {
		return err
	}
	return f.do(r, func(d *concierge.Desk, now time.Time) error { d.Changed(c, now); return nil })
}

func (f *Face) postDropPhoto(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.back(w, r, "/here/photo", f.dropPhoto(r, c))
}

func (f *Face) jsonDropPhoto(w http.ResponseWriter, r *http.Request, c floor.Customer) {
	f.answer(w, r, f.dropPhoto(r, c))
}
