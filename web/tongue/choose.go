package tongue

import (
	"fmt"
	"strings"

	"golang.org/x/text/language"
)

// A Set is the languages there are, and which is spoken where none is wanted.
type Set struct {
	all     []*Tongue // as they are offered
	matched []*Tongue // in the matcher's order, the store's own first
	matcher language.Matcher
}

// Load reads the languages. The first of the store's that there is, is spoken to
// whoever asks for none of them; without one, English.
func Load(store ...string) (*Set, error) {
	s := &Set{}
	for _, x := range [][2]string{{English, "English"}, {"de", "Deutsch"}, {"fr", "Français"}, {"es", "Español"}} {
		l, err := load(x[0], x[1])
		if err != nil {
			return nil, fmt.Errorf("words in %s: %w", x[1], err)
		}
		s.all = append(s.all, l)
	}
	own := s.all[0]
	for _, tag := range store {
		if l, ok := s.Of(base(tag)); ok {
			own = l
			break
		}
	}
	tags := []language.Tag{language.Make(own.Code)}
	s.matched = []*Tongue{own}
	for _, l := range s.all {
		if l != own {
			s.matched, tags = append(s.matched, l), append(tags, language.Make(l.Code))
		}
	}
	s.matcher = language.NewMatcher(tags)
	return s, nil
}

// All returns the languages in the order in which they are offered.
func (s *Set) All() []*Tongue { return s.all }

// Own is what the store speaks to whoever asks for no language there is.
func (s *Set) Own() *Tongue { return s.matched[0] }

// Of returns a language by its code.
func (s *Set) Of(code string) (*Tongue, bool) {
	for _, l := range s.all {
		if l.Code == code {
			return l, true
		}
	}
	return nil, false
}

// Choose returns the language for somebody who wants these, the best first:
// Swiss German is German, and Catalan understands Spanish.
func (s *Set) Choose(want ...string) *Tongue {
	var tags []language.Tag
	for _, w := range want {
		if t, err := language.Parse(w); err == nil {
			tags = append(tags, t)
		}
	}
	if len(tags) == 0 {
		return s.Own()
	}
	_, i, sure := s.matcher.Match(tags...)
	if sure == language.No {
		return s.Own()
	}
	return s.matched[i]
}

// Accepted reads the header Accept-Language: what the browser asks for, the best
// first. What is no such header wants nothing.
func Accepted(header string) (out []string) {
	if len(header) > 256 {
		return nil // nobody speaks so many, and each costs time
	}
	tags, weights, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return nil
	}
	for i, t := range tags {
		if weights[i] > 0 && len(out) < 8 && t.String() != "mul" && t.String() != "und" {
			out = append(out, t.String())
		}
	}
	return out
}

func base(tag string) string {
	b, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return b
}
