package staff

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"foyer/floor"
	"foyer/web/look"
)

// Where the page is installed from. The worker lies beside the pages, for it may
// only look after what lies below it.
const (
	manifestPath = "/staff/app.webmanifest"
	workerPath   = "/staff/worker.js"
	shellPath    = "/staff/not-connected"
	soundCookie  = "__Host-sound" // the device's, not the associate's
	cookieDays   = 400
)

// app is what makes the pages a program on a device: its name and signs, and a
// worker that shows one page when the store is out of reach.
type app struct {
	manifest, worker []byte
	duty, shell      look.Asset
	marks            []look.Mark
}

func newApp(store, sheet string) (a app, err error) {
	if a.marks, err = look.Marks(); err != nil {
		return a, err
	}
	var own [3][]byte
	for i, name := range []string{"duty.js", "shell.js", "worker.js"} {
		if own[i], err = files.ReadFile(name); err != nil {
			return a, fmt.Errorf("staff pages: %w", err)
		}
	}
	a.duty, a.shell = look.Module("duty", own[0]), look.Module("shell", own[1])
	keep, err := json.Marshal([]string{shellPath, sheet, a.shell.Path})
	if err != nil {
		return a, err
	}
	a.worker = append([]byte("const shell = "+string(keep)+";\n"), own[2]...)
	a.manifest, err = json.Marshal(a.describe(store))
	return a, err
}

// describe is the web app manifest.
func (a app) describe(store string) map[string]any {
	var icons []map[string]string
	for _, m := range a.marks {
		purpose := "any"
		if m.Bare {
			purpose = "maskable"
		}
		icons = append(icons, map[string]string{"src": m.Path, "sizes": fmt.Sprintf("%dx%d", m.Size, m.Size), "type": "image/png", "purpose": purpose})
	}
	name := "foyer"
	if store != "" {
		name += " " + store
	}
	return map[string]any{"id": "/staff", "start_url": "/staff", "scope": "/staff", "name": name, "short_name": "foyer", "lang": "en", "display": "standalone",
		"background_color": "#F6F3EC", "theme_color": "#F6F3EC", "icons": icons}
}

// install adds the routes of what a device may fetch before anybody signs on. None
// of it knows a person.
func (f *Face) install(add func(method, path, who string, h http.HandlerFunc)) {
	add("GET", f.app.duty.Path, Anyone, f.app.duty.ServeHTTP)
	add("GET", f.app.shell.Path, Anyone, f.app.shell.ServeHTTP)
	for _, m := range f.app.marks {
		add("GET", m.Path, Anyone, m.ServeHTTP)
	}
	add("GET", manifestPath, Anyone, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/manifest+json")
		_, _ = w.Write(f.app.manifest) // the reader went away: nobody is left to tell
	})
	add("GET", workerPath, Anyone, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Service-Worker-Allowed", "/staff")
		_, _ = w.Write(f.app.worker) // the reader went away: nobody is left to tell
	})
	add("GET", shellPath, Anyone, func(w http.ResponseWriter, _ *http.Request) {
		p := f.base("Not connected", false)
		p.Script, p.Also = f.app.shell.Path, ""
		f.show(w, http.StatusOK, "shell", messageView{Page: p, Title: p.Title})
	})
}

// postSound is whether this device is to be heard, whoever uses it.
func (f *Face) postSound(w http.ResponseWriter, r *http.Request, _ floor.AssociateID) {
	choice := "off"
	if r.PostFormValue("sound") == "on" {
		choice = "on"
	}
	setCookie(w, soundCookie, choice, cookieDays*24*60*60)
	http.Redirect(w, r, "/staff/me", http.StatusSeeOther)
}

// heard reports whether an offer is to be heard on the device of a request: if
// somebody chose so, and, unless somebody chose not, if it is the last one who
// can be asked.
func heard(r *http.Request, escalated bool) bool {
	choice := value(r, soundCookie)
	return choice == "on" || escalated && choice != "off"
}

// clean has the browser forget what it keeps of the pages: whoever takes the
// device next finds nothing.
func clean(w http.ResponseWriter) {
	w.Header().Set("Clear-Site-Data", strings.Join([]string{`"cache"`, `"storage"`}, ", "))
}
