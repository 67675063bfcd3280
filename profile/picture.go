package profile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	_ "image/png" // a picture may be one
)

// ErrPicture means that a picture cannot be used; the message says why, for her.
var ErrPicture = errors.New("picture")

// Limits of a picture: what she may send, and what is kept of it.
const (
	MaxUpload   = 12 << 20 // bytes
	MaxPicture  = 64 << 10 // bytes
	pictureSide = 384      // pixels: 96 on the card, for dense screens
	maxPixels   = 26 << 20 // of a plain JPEG; decoding takes 1.5 bytes each
	maxHeavy    = 9 << 20  // of a PNG or a progressive JPEG; decoding takes 4 to 6
)

// Picture makes of a JPEG or PNG what may be kept: the square in its middle, at
// most 384 pixels wide, written anew, so that nothing of the file but its pixels
// is in it: no place, no time, no camera, no thumbnail.
func Picture(data []byte) ([]byte, error) {
	if len(data) > MaxUpload {
		return nil, fmt.Errorf("%w: it has more than %d MB", ErrPicture, MaxUpload>>20)
	}
	conf, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: it is neither a JPEG nor a PNG", ErrPicture)
	}
	most := int64(maxPixels)
	if kind != "jpeg" || bytes.Contains(data, []byte{0xFF, 0xC2}) { // a progressive one
		most = maxHeavy
	}
	if conf.Width < 32 || conf.Height < 32 || int64(conf.Width)*int64(conf.Height) > most {
		return nil, fmt.Errorf("%w: it has %d by %d pixels, want 32 by 32 to %d million in all", ErrPicture, conf.Width, conf.Height, most>>20)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: it cannot be read", ErrPicture)
	}
	return encodePicture(square(img, orientation(data)))
}

// encodePicture writes as well as fits.
func encodePicture(img image.Image) ([]byte, error) {
	for quality := 85; quality >= 25; quality -= 10 {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
			return nil, fmt.Errorf("write a picture: %w", err)
		}
		if out.Len() <= MaxPicture {
			return out.Bytes(), nil
		}
	}
	return nil, fmt.Errorf("%w: it cannot be made small enough", ErrPicture)
}

// square takes the middle of an image, turned upright and made small: each pixel
// is the mean of sixteen.
func square(img image.Image, turn int) image.Image {
	b := img.Bounds()
	side := min(b.Dx(), b.Dy())
	from := image.Pt(b.Min.X+(b.Dx()-side)/2, b.Min.Y+(b.Dy()-side)/2)
	n := min(side, pictureSide)
	out := image.NewRGBA(image.Rect(0, 0, n, n))
	const grid = 4
	for y := range n {
		for x := range n {
			var r, g, b uint32
			for k := range grid * grid {
				u, v := upright((x*grid+k%grid)*side/(n*grid), (y*grid+k/grid)*side/(n*grid), side-1, turn)
				pr, pg, pb, pa := img.At(from.X+u, from.Y+v).RGBA()
				white := 0xFFFF - pa // what is transparent is white
				r, g, b = r+(pr+white)>>8, g+(pg+white)>>8, b+(pb+white)>>8
			}
			out.SetRGBA(x, y, color.RGBA{uint8(r / (grid * grid)), uint8(g / (grid * grid)), uint8(b / (grid * grid)), 255})
		}
	}
	return out
}

// upright returns where in the file's square a point of the upright one lies.
func upright(x, y, last, turn int) (u, v int) {
	switch turn {
	case 2:
		return last - x, y
	case 3:
		return last - x, last - y
	case 4:
		return x, last - y
	case 5:
		return y, x
	case 6:
		return y, last - x
	case 7:
		return last - y, last - x
	case 8:
		return last - y, x
	}
	return x, y
}

// orientation reads from a JPEG's Exif how the camera was held: 1 to 8, 1 if it
// does not say.
func orientation(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xFF && data[at+1] != 0xDA; {
		size := int(binary.BigEndian.Uint16(data[at+2:]))
		if size < 2 || at+2+size > len(data) {
			return 1
		}
		if segment := data[at+4 : at+2+size]; data[at+1] == 0xE1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			return exifOrientation(segment[6:])
		}
		at += 2 + size
	}
	return 1
}

// exifOrientation reads tag 0x0112 of the first directory of a TIFF header.
func exifOrientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	first := order.Uint32(tiff[4:])
	if first < 8 || uint64(first)+2 > uint64(len(tiff)) {
		return 1
	}
	at := int(first)
	for i := range int(order.Uint16(tiff[at:])) {
		entry := at + 2 + 12*i
		if entry+12 > len(tiff) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			if turn := int(order.Uint16(tiff[entry+8:])); turn >= 1 && turn <= 8 {
				return turn
			}
			return 1
		}
	}
	return 1
}
