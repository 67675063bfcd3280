package guest

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"foyer/concierge"
	"foyer/web/gate"
	"foyer/web/look"
	"foyer/web/tongue"
)

// languageCookie holds the language she chose on this phone, and nothing else.
const languageCookie = "__Host-language"

// errTongue is what a form may say instead.
var errTongue = fmt.Errorf("%w: language: want en, de, fr or es", gate.ErrBody)

// parse reads the pages once for every language.
func parse(set *tongue.Set) (map[string]*template.Template, error) {
	pages := map[string]*template.Template{}
	for _, l := range set.All() {
		t, err := look.TemplatesIn(files, template.FuncMap{"t": l.T, "h": l.HTML, "number": l.Number,
			"lang": func() string { return l.Code }, "tongues": set.All}, "*.html")
		if err != nil {
			return nil, err
		}
		pages[l.Code] = t
	}
	return pages, nil
}

// wants are the languages of whoever asks, the best first: the one chosen on this
// phone, those of her profile, those of her browser.
func (f *Face) wants(r *http.Request, hers []string) (out []string) {
	if k, err := r.Cookie(languageCookie); err == nil {
		if l, ok := f.tongues.Of(k.Value); ok {
			out = append(out, l.Code)
		}
	}
	return append(append(out, hers...), tongue.Accepted(r.Header.Get("Accept-Language"))...)
}

// hers are the languages of the profile of whoever is signed in.
func (f *Face) hers(r *http.Request) (out []string) {
	if c, ok := f.who(r); ok {
		_ = f.do(r, func(d *concierge.Desk, _ time.Time) error { out = d.Languages(c); return nil }) // else her browser's will do
	}
	return out
}

// speech is the language in which a request is answered.
func (f *Face) speech(r *http.Request) speech {
	l, _ := f.spoken(r)
	return l
}

// spoken is the same, and all the languages she wants: what headquarters wrote
// may be there in one of hers that the pages do not have. Failing all of them it
// is read in the language of the page.
func (f *Face) spoken(r *http.Request) (speech, []string) { return f.speaking(r, f.hers(r)) }

// speaking is the same where the languages of her profile are known.
func (f *Face) speaking(r *http.Request, hers []string) (speech, []string) {
	want := f.wants(r, hers)
	l := speech{f.tongues.Choose(want...), "/here"}
	if r.Method == http.MethodGet && returnable(r.URL.RequestURI()) {
		l.at = r.URL.RequestURI()
	}
	return l, append(want, l.Code)
}

// returnable reports whether an address is one of her pages.
func returnable(to string) bool {
	rest, ok := strings.CutPrefix(to, "/here")
	return ok && (rest == "" || rest[0] == '/' || rest[0] == '?') && len(to) <= 512 && !strings.ContainsAny(to, "\\\r\n")
}

// postLanguage keeps the language she chose, and shows her the page again.
func (f *Face) postLanguage(w http.ResponseWriter, r *http.Request) {
	l, ok := f.tongues.Of(r.PostFormValue("language"))
	if !ok {
		f.sorry(w, r, errTongue)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: languageCookie, Value: l.Code, Path: "/", MaxAge: 365 * 24 * 60 * 60, Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	to := r.PostFormValue("to")
	if !returnable(to) {
		to = "/here"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// foreign is the language of what the store wrote, where it is not the page's;
// "" where it is.
func (f *Face) foreign(l speech) string {
	if len(f.Languages) == 0 || strings.HasPrefix(strings.ToLower(f.Languages[0]), l.Code) {
		return ""
	}
	return f.Languages[0]
}

// tooMany answers 429 in her words, as the phone says which, and says when to come
// back. It costs the desk nothing: see Refuse.
func (f *Face) tooMany(w http.ResponseWriter, r *http.Request, wait time.Duration, why string) {
	l, _ := f.speaking(r, nil)
	gate.Later(w, wait, func(seconds int) string { return l.T(why) + " " + l.T("Try again in %d seconds.", seconds) })
}
