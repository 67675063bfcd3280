package setup

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"foyer/floor"
)

// Findings are what is to be known before a plan is put in use: faults forbid
// it, notes do not.
type Findings struct {
	Kept   bool    `json:"kept"` // there is a draft
	Faults []Fault `json:"faults"`
	Notes  []Note  `json:"notes"`
}

// A Fault is what is wrong, in words, and where: the number of the level and
// of the thing of its kind, so that it can be shown.
type Fault struct {
	Level int    `json:"level"`
	Kind  string `json:"kind,omitempty"` // "zones", "walls", "access_points", "entrances", "outline"
	Index int    `json:"index"`
	Text  string `json:"text"`
}

// A Note is something that proves well, or something to think about.
type Note struct {
	Well bool   `json:"well"`
	Text string `json:"text"`
}

// inspect says what is wrong with a plan and what is worth knowing of it.
func inspect(plan []byte) Findings {
	out := Findings{Faults: []Fault{}, Notes: []Note{}}
	p, err := floor.ParsePlan(plan)
	var bad *floor.PlanError
	switch {
	case errors.As(err, &bad):
		for _, x := range bad.Faults {
			out.Faults = append(out.Faults, faultOf(x))
		}
	case err != nil:
		out.Faults = append(out.Faults, Fault{Text: err.Error()})
	default:
		out.Notes = notes(p)
	}
	return out
}

// A place is a path such as levels[0] "g".zones[3] "shoes".outline[2].
var place = regexp.MustCompile(`^levels\[(\d+)\](?: "[^"]*")?\.(zones|walls|access_points|entrances|outline|height|frames)(?:\[(\d+)\](?: "([^"]*)")?)?(?:\.(\w+))?`)

// faultOf puts a fault of floor's into the words of the page.
func faultOf(x floor.Fault) Fault {
	m := place.FindStringSubmatch(x.Place)
	if m == nil {
		return Fault{Text: capital(x.Place) + ": " + x.Text + "."}
	}
	out := Fault{Kind: m[2]}
	out.Level, _ = strconv.Atoi(m[1])
	out.Index, _ = strconv.Atoi(m[3])
	what := map[string]string{"zones": "Zone", "walls": "Wall", "access_points": "Access point", "entrances": "Entrance",
		"outline": "The outline of the floor", "height": "The ceiling", "frames": "Drawing"}[m[2]]
	switch {
	case m[2] == "access_points" && m[3] == "":
		return Fault{Level: out.Level, Kind: m[2], Text: "No access point is placed: nobody could be located."}
	case m[4] != "":
		what += " " + m[4]
	case m[3] != "" && m[2] != "outline":
		what += " " + strconv.Itoa(out.Index+1)
	}
	out.Text = what + ": " + strings.TrimSuffix(plain(x.Text), ".") + "."
	return out
}

var edges = regexp.MustCompile(`edge (\d+) crosses edge (\d+)`)

// plain turns what a program says into what a person reads.
func plain(text string) string {
	if m := edges.FindStringSubmatch(text); m != nil {
		a, _ := strconv.Atoi(m[1])
		b, _ := strconv.Atoi(m[2])
		return fmt.Sprintf("its line crosses itself, the side after corner %d and the one after corner %d", a+1, b+1)
	}
	for _, w := range [][2]string{{"its centre", "its middle"}, {"m2", "m²"}, {"missing", "it has no name"}} {
		text = strings.ReplaceAll(text, w[0], w[1])
	}
	return text
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
