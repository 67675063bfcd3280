package staff

import (
	"errors"
	"net/http"

	"foyer/web/doors"
)

func (f *Face) getPair(w http.ResponseWriter, r *http.Request) {
	f.show(w, http.StatusOK, "pair", pairView{Page: f.base("Pair this device", false), Code: linkCode(r)})
}

// linkCode is the code of the link that was followed, "" for none and for what is
// too long to be one.
func linkCode(r *http.Request) string {
	code := r.URL.Query().Get("code")
	if len(code) > 32 {
		return ""
	}
	return code
}

func (f *Face) postPair(w http.ResponseWriter, r *http.Request) {
	if f.tooMany(w, r) {
		return
	}
	v := pairView{Page: f.base("Pair this device", false), Code: r.PostFormValue("code")}
	pin := r.PostFormValue("pin")
	if pin != r.PostFormValue("again") {
		v.Wrong = "The two PINs differ. Write the same one twice."
		f.show(w, http.StatusUnprocessableEntity, "pair", v)
		return
	}
	token, _, err := f.Doors.Enrol(value(r, deviceCookie), v.Code, pin, f.Now())
	switch {
	case errors.Is(err, doors.ErrPIN):
		v.Wrong = "A PIN has 4 to 8 digits, not all the same and not in a row."
	case errors.Is(err, doors.ErrClosed):
		v.Wrong = "That code opens nothing. It works once, for ten minutes; ask for a new one."
	case err != nil:
		f.sorry(w, r, err)
		return
	}
	if err != nil {
		f.show(w, http.StatusUnprocessableEntity, "pair", v)
		return
	}
	setCookie(w, deviceCookie, token, 400*24*60*60)
	http.Redirect(w, r, "/staff", http.StatusSeeOther)
}
