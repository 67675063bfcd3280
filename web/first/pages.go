package first

import (
	"errors"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"foyer/web/look"
)

// view is the one page in its states.
type view struct {
	look.Page
	About
	At      int // step; 0: the code is asked for
	Code    string
	Wrong   string
	Ask     Ask
	Joining bool
	Saying  []string
	Joined  *Joined
	Here    string // as the technician's browser reaches the box
	Next    string // address of the page that goes on

	GuestGuess, StaffGuess string
}

func (f *Face) base() look.Page {
	return look.Page{Lang: "en", Title: "Set-up", Store: "foyer", Sheet: f.sheet.Path, Script: f.script.Path}
}

func (f *Face) show(w http.ResponseWriter, status int, v view) {
	if err := look.Show(w, status, f.pages, "first", v); err != nil {
		f.Log.Error("page", "name", "first", "err", err)
	}
}

// door is the page before the code. It tells a stranger nothing of the box.
func (f *Face) door(wrong string) view { return view{Page: f.base(), Wrong: wrong} }

// Refuse shows people what the gate or a limit did not let through.
func (f *Face) Refuse(w http.ResponseWriter, _ *http.Request, status int, title, text string) {
	f.show(w, status, f.door(strings.TrimSpace(title+" "+text)))
}

func (f *Face) getSetup(w http.ResponseWriter, r *http.Request) {
	if !f.admitted(r) {
		v := f.door("")
		v.Code = r.URL.Query().Get("code")
		f.show(w, http.StatusOK, v)
		return
	}
	about := f.About()
	f.mu.Lock()
	v := view{Page: f.base(), About: about, At: 1, Wrong: f.wrong, Ask: f.ask, Saying: slices.Clone(f.saying), Here: r.Host}
	switch {
	case f.stage == joining:
		v.At, v.Joining, v.Every, v.After = 2, true, 1, 2
	case f.stage == joined:
		j := f.joined
		v.At, v.Joined, v.Next = 2, &j, "https://"+j.host(r.Host)+j.Next
	case r.URL.Query().Get("step") == "2":
		v.At = 2
	}
	f.mu.Unlock()
	v.guess()
	f.show(w, http.StatusOK, v)
	if v.Joined != nil {
		f.seen.Do(func() { close(f.shown) })
	}
}

// Halves are the two lines of a fingerprint, as the console shows it.
func (view) Halves(print string) []string {
	if half := len(print)/2 + 1; half < len(print) && print[half-1] == ':' {
		return []string{print[:half], print[half:]}
	}
	return []string{print}
}

// guess fills in the addresses that the box has now.
func (v *view) guess() {
	v.StaffGuess, v.GuestGuess = v.Ask.Staff, v.Ask.Guest
	if v.StaffGuess == "" && len(v.Addresses) > 0 {
		v.StaffGuess = v.Addresses[0]
	}
	if v.GuestGuess == "" && len(v.Addresses) > 1 {
		v.GuestGuess = v.Addresses[1]
	}
}

// host is the host by which a browser goes on: the one it came by, if the box
// still answers to that.
func (j *Joined) host(here string) string {
	if len(j.Hosts) == 0 || slices.Contains(j.Hosts, here) {
		return here
	}
	if _, err := netip.ParseAddrPort(here); err != nil {
		if _, err := netip.ParseAddr(strings.Trim(here, "[]")); err != nil {
			return j.Hosts[0]
		}
	}
	return j.Hosts[len(j.Hosts)-1] // it came by a number, perhaps because names do not reach it
}

// read reads the form. Headquarters prints one line: whoever pastes that into
// any field is understood.
func read(r *http.Request) (Ask, error) {
	field := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	a := Ask{Door: field("door"), Code: field("code"), Fingerprint: field("fingerprint"), Replace: r.PostFormValue("replace") != "",
		Zone: field("zone"), Guest: field("guest"), Staff: field("staff"), More: field("more")}
	for _, line := range []string{a.Door, a.Code, a.Fingerprint} {
		if words := strings.Fields(line); len(words) > 2 && words[0] == "foyer" && words[1] == "enroll" {
			a.line(words[2:])
		}
	}
	switch {
	case a.Door == "" || a.Code == "" || a.Fingerprint == "":
		return a, errors.New("headquarters’ address, its code and its fingerprint are all needed: they stand in the line that foyer-hq enroll-code printed")
	case strings.ContainsAny(a.Zone+a.Guest+a.Staff, "\r\n\"'\\"):
		return a, errors.New("a time zone or an address holds a character that belongs in neither")
	}
	return a, nil
}

// line reads the words after "foyer enroll".
func (a *Ask) line(words []string) {
	a.Door, a.Code, a.Fingerprint = "", "", ""
	for i := 0; i < len(words); i++ {
		name, value, ok := strings.Cut(words[i], "=")
		if !ok && i+1 < len(words) {
			value = words[i+1]
		}
		switch name {
		case "--code":
			a.Code = value
		case "--fingerprint":
			a.Fingerprint = value
		case "--replace":
			a.Replace = true
			continue
		default:
			if !strings.HasPrefix(words[i], "-") && a.Door == "" {
				a.Door = words[i]
			}
			continue
		}
		if !ok {
			i++
		}
	}
}

// sentence makes an error one that people read.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
