package setup

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // what an architect sends, and what a phone takes
	_ "image/png"
	"io"
	"net/http"

	"foyer/floor"
	"foyer/web/gate"
)

// mostPixels bounds a picture's width and height.
const mostPixels = 12000

// errPicture means that a file is no picture to draw over; the text says why.
var errPicture = errors.New("picture")

func pictureKind(file []byte) (string, error) {
	c, kind, err := image.DecodeConfig(bytes.NewReader(file))
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: send a PNG or a JPEG; of a PDF, a page as a picture", errPicture)
	case c.Width > mostPixels || c.Height > mostPixels:
		return "", fmt.Errorf("%w: %d by %d pixels, at most %d each way", errPicture, c.Width, c.Height, mostPixels)
	}
	return "image/" + kind, nil
}

// level reads the level of an address; identifiers only, for it names a file.
func level(w http.ResponseWriter, r *http.Request) (floor.LevelID, bool) {
	id, err := floor.ParseLevel(r.PathValue("level"))
	if err != nil {
		gate.Problem(w, http.StatusNotFound, gate.Nothing)
		return "", false
	}
	return id, true
}

func (f *Face) getPicture(w http.ResponseWriter, r *http.Request) {
	id, ok := level(w, r)
	if !ok {
		return
	}
	file, err := f.Drafting.Picture(id)
	if err != nil {
		f.trouble(w, r, err)
		return
	}
	kind, err := pictureKind(file)
	if err != nil {
		gate.Problem(w, http.StatusNotFound, gate.Nothing)
		return
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(file) // the reader went away: nobody is left to tell
}

func (f *Face) putPicture(w http.ResponseWriter, r *http.Request) {
	id, ok := level(w, r)
	if !ok {
		return
	}
	file, err := io.ReadAll(r.Body)
	if err != nil {
		gate.Problem(w, http.StatusRequestEntityTooLarge, fmt.Sprintf("The picture is larger than %d MiB.", mostPicture>>20))
		return
	}
	if _, err := pictureKind(file); err != nil {
		gate.Problem(w, http.StatusUnprocessableEntity, err.Error())
		return
	}
	if err := f.Drafting.KeepPicture(id, file); err != nil {
		f.trouble(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (f *Face) deletePicture(w http.ResponseWriter, r *http.Request) {
	id, ok := level(w, r)
	if !ok {
		return
	}
	if err := f.Drafting.KeepPicture(id, nil); err != nil {
		f.trouble(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
