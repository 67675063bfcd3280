package profile_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"
	"time"

	"foyer/profile"
)

// photograph is a picture whose four corners of the middle square have colours
// of their own: red, green, below them blue, white.
func photograph(w, h int) image.Image {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 0, 0, 255}
			switch {
			case x >= w/2 && y < h/2:
				c = color.RGBA{0, 255, 0, 255}
			case x < w/2 && y >= h/2:
				c = color.RGBA{0, 0, 255, 255}
			case x >= w/2:
				c = color.RGBA{255, 255, 255, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

// camera writes a JPEG as a phone does: with Exif that says how it was held,
// where and with what.
func camera(t testing.TB, img image.Image, turn int) []byte {
	t.Helper()
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, img, nil); err != nil {
		t.Fatal(err)
	}
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02")
	tiff = append(tiff, 0x01, 0x0F, 0, 2, 0, 0, 0, 4, 0, 0, 0, 0) // the camera's maker, before the orientation
	tiff = append(tiff, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(turn), 0, 0, 0, 0, 0, 0)
	exif := append([]byte("Exif\x00\x00"), tiff...)
	exif = append(exif, "MARK-GPS-47.3N-8.5E MARK-iPhone"...)
	out := append([]byte{0xFF, 0xD8, 0xFF, 0xE1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), plain.Bytes()[2:]...)
}

// Whatever the file says besides its pixels is gone, the picture stands upright
// however the phone was held, and it is small.
func TestAPictureIsMadeAnew(t *testing.T) {
	corners := [4]string{"red", "green", "blue", "white"}
	for turn, want := range map[int][4]string{1: corners, 2: {"green", "red", "white", "blue"}, 3: {"white", "blue", "green", "red"},
		4: {"blue", "white", "red", "green"}, 5: {"red", "blue", "green", "white"}, 6: {"blue", "red", "white", "green"},
		7: {"white", "green", "blue", "red"}, 8: {"green", "white", "red", "blue"}, 9: corners} {
		out, err := profile.Picture(camera(t, photograph(300, 200), turn))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(out, []byte("MARK")) || bytes.Contains(out, []byte("Exif")) || len(out) > profile.MaxPicture {
			t.Errorf("%d bytes, with what the camera wrote", len(out))
		}
		img, err := jpeg.Decode(bytes.NewReader(out))
		if err != nil {
			t.Fatal(err)
		}
		if b := img.Bounds(); b.Dx() != 200 || b.Dy() != 200 {
			t.Fatalf("it has %v", b)
		}
		for i, p := range []image.Point{{20, 20}, {180, 20}, {20, 180}, {180, 180}} {
			if got := named(img.At(p.X, p.Y)); got != want[i] {
				t.Errorf("held as %d: corner %d is %s, want %s", turn, i, got, want[i])
			}
		}
	}
}

func named(c color.Color) string {
	r, g, b, _ := c.RGBA()
	on := func(v uint32) bool { return v > 0x8000 }
	switch [3]bool{on(r), on(g), on(b)} {
	case [3]bool{true, false, false}:
		return "red"
	case [3]bool{false, true, false}:
		return "green"
	case [3]bool{false, false, true}:
		return "blue"
	case [3]bool{true, true, true}:
		return "white"
	}
	return "another"
}

// A small one is not blown up, noise is made to fit, what is transparent is
// white, and what is no picture, or a bomb, is refused before it is unpacked.
func TestPicturesThatAreRefused(t *testing.T) {
	write := func(img image.Image) []byte {
		var out bytes.Buffer
		if err := png.Encode(&out, img); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	noise := image.NewRGBA(image.Rect(0, 0, 400, 400))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = byte(r.Uint32())
	}
	for name, data := range map[string][]byte{"small": write(photograph(64, 40)), "noise": write(noise), "transparent": write(image.NewRGBA(image.Rect(0, 0, 64, 64)))} {
		out, err := profile.Picture(data)
		if err != nil || len(out) > profile.MaxPicture {
			t.Fatalf("%s: %d bytes, %v", name, len(out), err)
		}
		img, err := jpeg.Decode(bytes.NewReader(out))
		if err != nil || name == "small" && img.Bounds().Dx() != 40 || name == "transparent" && named(img.At(30, 30)) != "white" {
			t.Errorf("%s: %v, %v", name, img.Bounds(), err)
		}
	}
	bomb := write(photograph(64, 64))
	binary.BigEndian.PutUint32(bomb[16:], 60000) // its header says 60,000 by 60,000
	binary.BigEndian.PutUint32(bomb[20:], 60000)
	whole := camera(t, photograph(300, 300), 1)
	wide := bytes.Clone(whole) // its header says 65,535 by 65,535: as a number of 32 bits, less than none
	frame := bytes.Index(wide, []byte{0xFF, 0xC0})
	copy(wide[frame+5:], []byte{0xFF, 0xFF, 0xFF, 0xFF})
	for name, data := range map[string][]byte{"a text": []byte("<svg/>"), "tiny": write(photograph(8, 8)), "a bomb": bomb, "a wide bomb": wide,
		"cut": whole[:len(whole)/3], "too long": append(whole, make([]byte, profile.MaxUpload)...)} {
		if _, err := profile.Picture(data); !errors.Is(err, profile.ErrPicture) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Nobody can make the reader of a camera's words leave its bounds.
func FuzzPicture(f *testing.F) {
	f.Add(camera(f, photograph(40, 40), 6))
	far := camera(f, photograph(40, 40), 6) // its directory lies at the end of a number of 32 bits
	binary.BigEndian.PutUint32(far[bytes.Index(far, []byte("Exif\x00\x00"))+10:], 1<<31-1)
	f.Add(far)
	f.Add([]byte("\xFF\xD8\xFF\xE1\x00\x10Exif\x00\x00MM\x00\x2a\xFF\xFF\xFF\xFF"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if out, err := profile.Picture(data); err == nil && len(out) > profile.MaxPicture {
			t.Errorf("%d bytes", len(out))
		}
	})
}

// A picture is kept sealed, for a day at the most, and goes with the consent or
// with her.
func TestAPictureGoesWithItsConsent(t *testing.T) {
	b := newBox(t)
	p := full(t, "c-1")
	her := p.Customer
	jpeg := []byte("MARK-jpeg")
	if err := b.cache.PutPhoto(her, jpeg, noon); !errors.Is(err, profile.ErrUnknown) || b.keys.Has("c-1") {
		t.Errorf("of nobody: %v", err)
	}
	err := b.cache.Put(p)
	put := func() {
		t.Helper()
		b.merge(her, profile.Consent{Purpose: profile.Photo, Granted: true, At: profile.HLC{Wall: noon.Add(time.Hour), Node: "hq"}})
		if err := errors.Join(err, b.cache.PutPhoto(her, jpeg, noon)); err != nil {
			t.Fatal(err)
		}
		if got, err := b.cache.Photo(her); err != nil || !bytes.Equal(got, jpeg) {
			t.Fatalf("%q, %v", got, err)
		}
	}
	put()
	b.restart()
	put()
	scan(t, b.dir, "MARK-jpeg")
	gone := func(how string) {
		t.Helper()
		if _, err := b.cache.Photo(her); !errors.Is(err, profile.ErrUnknown) || b.cache.HasPhoto(her) {
			t.Errorf("%s: %v", how, err)
		}
	}
	if _, err := b.cache.Withdraw(her, noon.Add(2*time.Hour), profile.Photo); err != nil {
		t.Fatal(err)
	}
	gone("withdrawn here")
	before := b.cache.Stats().File.Compactions
	if err := b.cache.Clean(); err != nil || b.cache.Stats().File.Compactions != before+1 {
		t.Errorf("its bytes are left in the file: %v", err)
	}
	if err := b.cache.PutPhoto(her, jpeg, noon); err != nil {
		t.Fatal(err)
	}
	b.merge(her, profile.Consent{Purpose: profile.Photo, At: profile.HLC{Wall: noon.Add(3 * time.Hour), Node: "hq"}})
	gone("withdrawn elsewhere")
	if err := b.cache.PutPhoto(her, jpeg, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := b.cache.Sweep(noon.Add(25 * time.Hour)); err != nil {
		t.Fatal(err)
	}
	gone("a day old")
	if err := errors.Join(b.cache.PutPhoto(her, jpeg, noon), b.cache.Forget(noon, her)); err != nil {
		t.Fatal(err)
	}
	gone("forgotten")
	if err := b.cache.PutPhoto(her, make([]byte, profile.MaxPicture+1), noon); !errors.Is(err, profile.ErrProfile) {
		t.Errorf("too large: %v", err)
	}
}
