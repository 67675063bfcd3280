package letter

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"foyer/concierge"
)

// jpeg stands for a picture: the letter does not look into it.
const jpeg = "/9j/4AAQ"

func copyOf(t *testing.T, held string) concierge.Copy {
	t.Helper()
	var y concierge.Copy
	data := `{"schema":"foyer.copy/2","customer":"c-1","store":"zurich","made":"2026-11-22T10:00:00Z","held":` + held + `,
"accesses":[{"viewer":"ana","role":"associate","relation":"preferred","purpose":"service","items":[{"id":"stated/<script>","disclosure":"full","rule":"RULE"}]}],
"sessions":[{"until":"2026-11-22T20:00:00Z","this":true}],"first_names":{"ana":"Ana"},"not_in_here":["WALKED"]}`
	if err := json.Unmarshal([]byte(data), &y); err != nil {
		t.Fatal(err)
	}
	return y
}

// Whatever stands in a copy stands in the letter, whether the letter knows its
// name or not; what it knows stands there in words, her picture as a picture.
func TestNothingIsLeftOut(t *testing.T) {
	y := copyOf(t, `{"customer":"c-1","profile":{"customer":"c-1","form":"Ms. Keller","style":"let_me_browse","preferred":["ana"],"brand_new_field":["FIRST",{"deep":{"er":"SECOND"}}],
"purchases":[{"id":"p-1","at":"2026-03-01T10:00:00Z","store":"zurich","seller":"ana","category":"shoes","text":"Ankle <boots>","sensitivity":"ordinary"}]},
"granted":true,"word":{"wall_ms":1795683000000},"count":12345678901234567890,"none":null,"empty":[],"photo_jpeg":"`+jpeg+`"}`)
	var page bytes.Buffer
	if err := Write(&page, y, Options{Store: "Bahnhofstrasse", Zone: time.FixedZone("CET", 3600)}); err != nil {
		t.Fatal(err)
	}
	for _, fact := range []string{"Bahnhofstrasse, 22 November 2026, 11:00 CET", "Ms. Keller", "Brand new field", "FIRST", "26 November 2026, 09:50 CET", "SECOND", "let me browse", "yes",
		"12345678901234567890", "nothing", "Who saw what", "ana", "RULE", "WALKED", "the one that made this copy",
		"shoes, ordinary, in zurich, sold by Ana", "Ankle &lt;boots&gt;", `<img src="data:image/jpeg;base64,` + jpeg + `"`} {
		if !strings.Contains(page.String(), fact) {
			t.Errorf("%q is missing", fact)
		}
	}
	if strings.Count(page.String(), jpeg) != 1 {
		t.Error("the picture stands there as digits too")
	}
	if strings.Contains(page.String(), "<script") {
		t.Error("the letter runs something")
	}
	y.Held = []byte(`{"profile":{"customer":"no body"}}`)
	if err := Write(&page, y, Options{}); err == nil {
		t.Error("what cannot be read is a letter")
	}
}

// A letter that nobody chose a language for is in hers: words, dates, numbers and
// what the box calls things. What is shown as it is stored says so.
func TestALetterIsInHerLanguage(t *testing.T) {
	y := copyOf(t, `{"customer":"c-1","profile":{"customer":"c-1","form":"Frau Keller","style":"let_me_browse","languages":["it","de-CH"],"preferred":["ana"],
"purchases":[{"id":"p-1","at":"2026-03-01T10:00:00Z","store":"zurich","seller":"ana","category":"Schuhe","text":"Stiefel","sensitivity":"ordinary"}]}}`)
	y.Not = []string{"What associates remember."}
	var page bytes.Buffer
	if err := Write(&page, y, Options{Store: "Bahnhofstrasse", Zone: time.FixedZone("CET", 3600)}); err != nil {
		t.Fatal(err)
	}
	for _, fact := range []string{`<html lang="de">`, "Bahnhofstrasse, 22. November 2026, 11:00 CET", "Wer Sie hier sind", "umsehen lassen", "Schuhe, gewöhnlich, in zurich, verkauft von Ana", "1. März 2026, 11:00 CET",
		"Woran sich das Team erinnert.", "Wer was gesehen hat", `<div translate="no">`} {
		if !strings.Contains(page.String(), fact) {
			t.Errorf("%q is missing", fact)
		}
	}
	head, _, _ := strings.Cut(page.String(), "<details>")
	for _, english := range []string{"Nothing.", "Who you are", "sold by", "Addressed"} {
		if strings.Contains(head, english) {
			t.Errorf("%q is said in a German letter", english)
		}
	}
}

// A copy of as much as a box takes of one customer is a letter as well; how
// long it takes is logged.
func TestALargeLetter(t *testing.T) {
	var held strings.Builder
	held.WriteString(`{"customer":"c-1","profile":{"customer":"c-1","form":"Ms. Keller","purchases":[`)
	for i := range 4000 {
		fmt.Fprintf(&held, `{"id":"p-%d","at":"2026-03-01T10:00:00Z","category":"coats","text":"MARK-%d.","sensitivity":"ordinary"},`, i, i)
	}
	held.WriteString(`{"id":"last","text":"LAST"}]}}`)
	y := copyOf(t, held.String())
	var page bytes.Buffer
	began := time.Now()
	if err := Write(&page, y, Options{}); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes in %v", page.Len(), time.Since(began))
	for _, fact := range []string{"MARK-0.", "MARK-3999.", "LAST"} {
		if strings.Count(page.String(), fact) != 2 {
			t.Errorf("%q stands there %d times, not in words and as a field", fact, strings.Count(page.String(), fact))
		}
	}
}
