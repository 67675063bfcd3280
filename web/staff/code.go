package staff

import (
	"net/http"
	"time"

	"foyer/floor"
	"foyer/web/gate"
	"foyer/web/look"
)

// codeView is a code on her screen.
type codeView struct {
	look.Page
	Tabs tabsView
	Code string // six digits in two groups
	Left int    // seconds until the next
}

// showCode returns the code this device shows: proof that whoever types it stands in
// the store.
func (f *Face) showCode(r *http.Request) (code string, until, now time.Time, err error) {
	now = f.Now()
	code, until, err = f.Doors.Show(value(r, deviceCookie), now)
	return code, until, now, err
}

func (f *Face) getCode(w http.ResponseWriter, r *http.Request, a floor.AssociateID) {
	t, err := f.today(r, a)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	code, until, now, err := f.showCode(r)
	if err != nil {
		f.sorry(w, r, err)
		return
	}
	v := codeView{Page: f.base("Check-in code", true), Tabs: tabsView{"code", t.Role == floor.RoleManager},
		Code: code[:3] + " " + code[3:], Left: int((until.Sub(now) + time.Second - 1) / time.Second)}
	v.After = v.Left + 1
	f.show(w, http.StatusOK, "code", v)
}

func (f *Face) jsonCode(w http.ResponseWriter, r *http.Request, _ floor.AssociateID) {
	code, until, _, err := f.showCode(r)
	if err != nil {
		f.answer(w, r, err)
		return
	}
	gate.JSON(w, http.StatusOK, struct {
		Code  string    `json:"code"`
		Until time.Time `json:"until"`
	}{code, until.UTC()})
}
