package imdf_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"foyer/floor"
	"foyer/floor/imdf"
)

// A floor of about 40 by 22 m at 48 degrees north: a ten-thousandth of a degree
// is 11.12 m to the north and 7.44 m to the east there.
const drawn = `{"type":"FeatureCollection","features":[
{"type":"Feature","properties":{"kind":"outline","name":"Ground floor"},"geometry":{"type":"Polygon","coordinates":[[[11,48],[11.0005,48],[11.0005,48.0002],[11,48.0002],[11,48]]]}},
{"type":"Feature","properties":{"name":"Shoes"},"geometry":{"type":"Polygon","coordinates":[[[11,48],[11.0002,48],[11.0002,48.0001],[11,48.0001],[11,48]]]}},
{"type":"Feature","properties":{"name":"Shoes","private":true},"geometry":{"type":"Polygon","coordinates":[[[11.0003,48],[11.0005,48],[11.0005,48.0001],[11.0003,48.0001],[11.0003,48]]]}},
{"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[11.0002,48],[11.0002,48.0001],[11,48.0001]]}},
{"type":"Feature","properties":{"kind":"entrance"},"geometry":{"type":"LineString","coordinates":[[11.0001,48],[11.00014,48]]}}]}`

func TestGeoJSON(t *testing.T) {
	p, err := imdf.Read([]byte(drawn))
	if err != nil {
		t.Fatal(err)
	}
	l := p.Levels[0]
	lo, hi := l.Outline.Bounds()
	if lo != (floor.Point{}) || hi.X < 37 || hi.X > 37.4 || hi.Y < 22.1 || hi.Y > 22.3 {
		t.Errorf("the outline goes from %v to %v", lo, hi)
	}
	if len(l.Outline) != 4 || l.ID != "ground-floor" || l.Name != "Ground floor" {
		t.Errorf("level %q %q of %d corners", l.ID, l.Name, len(l.Outline))
	}
	if len(l.Zones) != 2 || l.Zones[0].ID != "shoes" || l.Zones[1].ID != "shoes-2" || l.Zones[0].Private || !l.Zones[1].Private {
		t.Errorf("zones %+v", l.Zones)
	}
	if y := l.Zones[0].Outline.Centre().Y; y < 11.2 {
		t.Errorf("south is not down: the zone in the south lies at %v", y)
	}
	if len(l.Walls) != 2 || len(l.Entrances) != 1 || l.Entrances[0].Width < 2.9 || l.Entrances[0].Width > 3.1 {
		t.Errorf("walls %v, entrances %+v", l.Walls, l.Entrances)
	}
	// With an access point it is a plan.
	p.Levels[0].AccessPoints = []floor.AccessPoint{{ID: "ap-1", At: floor.Point{X: 5, Y: 5}, Height: 2.5}}
	data, err := p.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := floor.ParsePlan(data); err != nil {
		t.Error(err)
	}
}

func TestWithoutAnOutlineTheLargestIsIt(t *testing.T) {
	p, err := imdf.Read([]byte(strings.Replace(drawn, `"kind":"outline",`, "", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if _, hi := p.Levels[0].Outline.Bounds(); hi.X < 37 || len(p.Levels[0].Zones) != 2 {
		t.Errorf("outline to %v, %d zones", hi, len(p.Levels[0].Zones))
	}
}

func archive(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestArchive(t *testing.T) {
	square := func(dx string) string {
		return `{"type":"Polygon","coordinates":[[[11.000` + dx + `,48],[11.0004,48],[11.0004,48.0002],[11.000` + dx + `,48.0002],[11.000` + dx + `,48]]]}`
	}
	p, err := imdf.Read(archive(t, map[string]string{
		"venue/manifest.json": `{"version":"1.0.0"}`,
		"venue/level.geojson": `{"type":"FeatureCollection","features":[
			{"id":"up","properties":{"ordinal":1,"name":{"de":"Erster Stock"}},"geometry":` + square("0") + `},
			{"id":"down","properties":{"ordinal":0,"name":{"de":"Erdgeschoss","en":"Ground"}},"geometry":` + square("0") + `}]}`,
		"venue/unit.geojson": `{"type":"FeatureCollection","features":[
			{"properties":{"level_id":"up","category":"restroom.female","name":{"en":"Ladies"}},"geometry":` + square("2") + `},
			{"properties":{"level_id":"up","category":"walkway","name":null},"geometry":` + square("1") + `}]}`,
		"venue/opening.geojson": `{"type":"FeatureCollection","features":[
			{"properties":{"level_id":"down"},"geometry":{"type":"LineString","coordinates":[[11.0001,48],[11.00012,48]]}},
			{"properties":{"level_id":"down"},"geometry":{"type":"LineString","coordinates":[[11.0001,48.0001],[11.00012,48.0001]]}}]}`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Levels) != 2 || p.Levels[0].Name != "Ground" || p.Levels[1].Name != "Erster Stock" {
		t.Fatalf("levels %+v", p.Levels)
	}
	if z := p.Levels[1].Zones; len(z) != 1 || z[0].Name != "Ladies" || !z[0].Private {
		t.Errorf("zones upstairs %+v", z)
	}
	if e := p.Levels[0].Entrances; len(e) != 1 || len(p.Levels[0].Zones) != 0 {
		t.Errorf("entrances %+v", e)
	}
}

func TestRefused(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"text":         {"hello", "invalid character"},
		"no features":  {`{"type":"Feature"}`, `want FeatureCollection`},
		"no polygon":   {`{"type":"FeatureCollection","features":[]}`, "there is no floor"},
		"a point":      {`{"type":"FeatureCollection","features":[{"geometry":{"type":"Point","coordinates":[1,2]}}]}`, "features[0]: a Point"},
		"not degrees":  {strings.ReplaceAll(drawn, "48.0002", "4800"), "in degrees"},
		"a country":    {strings.ReplaceAll(drawn, "11.0005", "14"), "one building"},
		"not an IMDF":  {string(archive(t, map[string]string{"a.txt": "x"})), "is this an IMDF archive"},
		"broken level": {string(archive(t, map[string]string{"level.geojson": "{"})), "level.geojson: unexpected end"},
	} {
		if _, err := imdf.Read([]byte(tt.in)); !errors.Is(err, imdf.ErrDrawing) || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

// A drawing of a city is refused, and many parts of one name are no more work
// than of many, before a technician's patience ends.
func TestADrawingIsBounded(t *testing.T) {
	part := func(name string, x float64, corners int) string {
		var b strings.Builder
		for i := range corners {
			fmt.Fprintf(&b, "[%.7f,%.7f],", 11+x+float64(i)*1e-9, 48.0+float64(i%2)*1e-5)
		}
		fmt.Fprintf(&b, "[%.7f,48.00002]", 11+x)
		return fmt.Sprintf(`{"geometry":{"type":"Polygon","coordinates":[[%s]]},"properties":{"name":%q}}`, b.String(), name)
	}
	drawing := func(n, corners int) []byte {
		parts := make([]string, n)
		for i := range parts {
			parts[i] = part("Room", float64(i)*1e-7, corners)
		}
		return []byte(`{"type":"FeatureCollection","features":[` + strings.Join(parts, ",") + `]}`)
	}
	if _, err := imdf.Read(drawing(6000, 3)); !errors.Is(err, imdf.ErrDrawing) || !strings.Contains(err.Error(), "6000 features, at most 5000") {
		t.Errorf("a city: %v", err)
	}
	if _, err := imdf.Read(drawing(1, 5000)); !errors.Is(err, imdf.ErrDrawing) || !strings.Contains(err.Error(), "corners, at most 2000") {
		t.Errorf("a coast: %v", err)
	}
	p, err := imdf.Read(drawing(5000, 3))
	if err != nil || len(p.Levels[0].Zones) != 4999 {
		t.Fatal(err)
	}
	seen := map[floor.ZoneID]bool{}
	for _, z := range p.Levels[0].Zones {
		if seen[z.ID] {
			t.Fatalf("%s twice", z.ID)
		}
		seen[z.ID] = true
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(drawn))
	f.Add([]byte(`{"type":"FeatureCollection","features":[{"geometry":{"type":"MultiPolygon","coordinates":[[[[1,2],[3,4]]],[]]}}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := imdf.Read(data)
		if err == nil && len(p.Levels) == 0 {
			t.Error("a plan without a level")
		}
	})
}
