package box

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"foyer/config"
	"foyer/floor"
	"foyer/profile"
	"foyer/vault"
)

// marked fills every field of a customer's profile, each text with a marker of
// its own, says yes to everything by a marked notice, and keeps a picture of her,
// of which it returns pieces.
func (b *store) marked(t *testing.T, c floor.Customer) (picture []string) {
	t.Helper()
	err := b.profiles.Change(c, func(p *profile.Profile) error {
		n := 0
		mark(reflect.ValueOf(p).Elem(), &n)
		for i := range reflect.TypeFor[profile.Profile]().NumField() {
			if f := reflect.TypeFor[profile.Profile]().Field(i); reflect.ValueOf(p).Elem().Field(i).IsZero() && f.Type.Kind() != reflect.Bool && f.Name != "Slim" {
				t.Errorf("nothing is put into %s", f.Name)
			}
		}
		return nil
	})
	if err == nil {
		_, err = b.profiles.Grant(c, at, "MARK-notice", "MARK-method", profile.Purposes()...)
	}
	var small []byte
	if err == nil {
		err = b.desk.Door(nil, nil).SetPhoto(c, snapshot(t), at)
	}
	if err == nil {
		small, err = b.profiles.Photo(c)
	}
	if err != nil || len(small) < 8<<10 {
		t.Fatalf("a picture of %d bytes: %v", len(small), err)
	}
	for i := range 4 { // of the pixels, not of what every picture begins with
		from := len(small)/2 + i*len(small)/10
		picture = append(picture, string(small[from:from+32]))
	}
	return picture
}

// snapshot is a file as a phone makes it: a picture like no other, with words of
// the camera's in it.
func snapshot(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 400, 400))
	r := rand.New(rand.NewPCG(3, 7))
	for i := range img.Pix {
		img.Pix[i] = byte(r.UintN(256))
	}
	var plain bytes.Buffer
	must(t, jpeg.Encode(&plain, img, nil))
	said := "MARK-camera-"
	out := append([]byte{0xFF, 0xD8, 0xFF, 0xFE, 0, byte(len(said) + 2)}, said...)
	return append(out, plain.Bytes()[2:]...)
}

// choices are the named types of a profile that have one of a few values, which
// are nobody's own.
func choices() map[string]string {
	return map[string]string{"ServiceStyle": string(profile.OnlyMine), "Visibility": string(profile.Automatic), "PreferenceKind": string(profile.Size),
		"Audience": string(profile.AudienceOpen), "Sensitivity": string(profile.Ordinary), "NoteKind": string(profile.NoteHandoff),
		"NoteVisibility": string(profile.NoteService), "AppointmentState": string(profile.Confirmed), "StatedAudience": string(profile.ForAnyone), "CoverWish": string(profile.CoversWelcome)}
}

// mark puts something into everything that holds nothing.
func mark(v reflect.Value, n *int) {
	switch v.Interface().(type) {
	case floor.Customer:
		return
	case floor.AssociateID:
		a, _ := floor.ParseAssociate("mark-ana")
		v.Set(reflect.ValueOf(a))
		return
	}
	if moment := reflect.ValueOf(at.AddDate(0, -1, 0)); v.Type() == moment.Type() {
		v.Set(moment)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				mark(v.Field(i), n)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		mark(v.Index(0), n)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		mark(key, n)
		mark(value, n)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.String:
		if one, ok := choices()[v.Type().Name()]; ok {
			v.SetString(one)
			return
		}
		*n++
		v.SetString("MARK-" + strings.Repeat("x", *n) + "-")
	case reflect.Uint8:
		v.SetUint(2)
	case reflect.Int, reflect.Int64, reflect.Uint64, reflect.Int32, reflect.Uint32:
		if v.IsZero() {
			v.Set(reflect.ValueOf(7).Convert(v.Type()))
		}
	}
}

// copied is every file of a folder, by its path within.
func copied(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		all[rel], err = os.ReadFile(path)
		return err
	})
	if err != nil || len(all) < 6 {
		t.Fatalf("%d files in the data folder: %v", len(all), err)
	}
	return all
}

// standing returns which markers stand in which file, as they are or in hexadecimal
// digits or base64.
func standing(files map[string][]byte, marks []string) (found []string) {
	for name, data := range files {
		for _, m := range marks {
			ways := [][]byte{[]byte(m), []byte(hex.EncodeToString([]byte(m)))}
			for pad := range 3 {
				b64 := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", pad) + m))
				ways = append(ways, []byte(b64[(pad*8+5)/6:(pad+len(m))*8/6]))
			}
			if slices.ContainsFunc(ways, func(w []byte) bool { return bytes.Contains(data, w) }) {
				found = append(found, fmt.Sprintf("%s: %q", name, m))
			}
		}
	}
	return found
}

// opened starts a box at rest on some files and returns what it can say of a
// customer, and whether it can show her picture.
func opened(t *testing.T, files map[string][]byte, c floor.Customer) (text string, seen bool, err error) {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if strings.HasSuffix(name, ".lock") {
			continue
		}
		must(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		must(t, os.WriteFile(filepath.Join(dir, name), data, 0o600))
	}
	in := Inputs{Config: &config.Config{Data: dir, Store: config.Store{ID: "shop"}, RootKey: filepath.Join(t.TempDir(), "key")}}
	root := [32]byte{1} // of desk()
	must(t, os.WriteFile(in.Config.RootKey, root[:], 0o600))
	err = atRest(t.Context(), in, func(ctx context.Context, b *store) error {
		jpeg, err := b.profiles.Photo(c)
		seen = err == nil && len(jpeg) > 0
		e, err := b.export(ctx, c)
		if err != nil {
			return err
		}
		data, err := json.Marshal(e)
		text = string(data)
		return err
	})
	return text, seen, err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The proof of an erasure, whole: of a customer of whom everything there is says
// something, no word and no piece of her picture stands in any file before;
// afterwards none does, and no older copy of any file, with whichever of the new
// keys beside it, opens one or shows it.
// The copies are no good for nothing: they open the other customer, and before
// the erasure they opened her. A build whose erasures only delete is caught:
//
//	! go test -tags foyer_deletes -run TestErasureProof ./box
func TestErasureProof(t *testing.T) {
	b := known(t)
	her, other, dir := customerOf(t, "c-1"), customerOf(t, "c-2"), b.in.Config.Data
	picture := b.marked(t, her)
	before := copied(t, dir)
	all, seen, err := opened(t, before, her)
	must(t, err)
	marks := slices.Compact(slices.Sorted(slices.Values(regexp.MustCompile(`(?i)MARK-[a-z]+-?`).FindAllString(all, -1))))
	if len(marks) < 20 {
		t.Fatalf("only %d markers: %v", len(marks), marks)
	}
	marks = append(append(marks, "ANKLE-BOOTS", "Ms. Keller", "MARK-camera-"), picture...)
	for _, f := range standing(before, marks) {
		t.Errorf("before: %s", f)
	}
	if standing(map[string][]byte{"control": []byte(all)}, marks) == nil {
		t.Fatal("the search finds nothing where all of it is")
	}
	if found := standing(map[string][]byte{"control": []byte(all)}, picture); len(found) != len(picture) || !seen {
		t.Fatalf("her picture is not found where it is: %t, %q", seen, found)
	}

	if _, err := b.erase(t.Context(), her); err != nil {
		t.Fatal(err)
	}
	must(t, b.leftovers())
	after := copied(t, dir)
	for _, f := range standing(after, marks) {
		t.Errorf("after: %s", f)
	}
	keys := []string{"keys.db", "keys.kek"}
	var shown []string
	try := func(what string, files map[string][]byte, mayRefuse bool) {
		t.Helper()
		text, seen, err := opened(t, files, her)
		if seen {
			shown = append(shown, what)
		}
		if !errors.Is(err, errNobody) && !(mayRefuse && errors.Is(err, vault.ErrDamaged)) {
			t.Errorf("%s: of her %d bytes, %v", what, len(text), err)
		}
		if text, _, err := opened(t, files, other); !mayRefuse && (err != nil || !strings.Contains(text, "Ms. Osman")) {
			t.Errorf("%s: of the other %d bytes, %v", what, len(text), err)
		}
	}
	try("what is there", after, false)
	old := maps.Clone(before)
	for _, k := range keys {
		old[k] = after[k]
	}
	try("every older file beside the new keys", old, false)
	for name := range before {
		if slices.Contains(keys, name) || strings.HasSuffix(name, ".lock") {
			continue
		}
		mixed := maps.Clone(after)
		mixed[name] = before[name]
		try("an older "+name+" beside the new keys", mixed, true)
	}
	old["keys.db"] = before["keys.db"] // with the wrapped key of hers in it
	try("every older file and the older keys.db beside the new key-encryption key", old, true)
	t.Run("picture", func(t *testing.T) { // by itself, for a build that is broken
		for _, what := range shown {
			t.Errorf("%s: her picture is shown", what)
		}
	})
}
