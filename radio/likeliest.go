package radio

import (
	"cmp"
	"io"
	"slices"
	"strings"

	"foyer/radio/format"
)

// anyFormat is the name of a format that is to be found out.
const anyFormat = "auto"

// FormatName reports whether Decode knows a format, or a family, of this name.
func FormatName(name string) bool { return len(family(name)) > 0 }

// family returns the format called name; or else those whose name or maker
// begins with it.
func family(name string) []format.Format {
	if f, ok := format.Named(name); ok {
		return []format.Format{f}
	}
	return slices.DeleteFunc(format.All(), func(f format.Format) bool {
		if name == anyFormat {
			return false
		}
		maker, _, _ := strings.Cut(f.About, ",")
		words := strings.Fields(strings.ToLower(maker + " " + strings.ReplaceAll(f.Name, "-", " ")))
		return name == "" || !slices.Contains(words, strings.ToLower(name))
	})
}

// likeliest returns the format of a family that makes the most of a file.
func likeliest(name string, file []byte, o DecodeOptions) (format.Format, error) {
	all := family(name)
	switch len(all) {
	case 0:
		return format.Format{}, ErrFormatName
	case 1:
		return all[0], nil
	}
	type attempt struct {
		format.Format
		n   Decoded
		err error
	}
	var tried []attempt
	for _, f := range all {
		t := transcript{out: io.Discard}
		err := t.decode(f, file, o)
		tried = append(tried, attempt{f, t.n, err})
	}
	best := slices.MaxFunc(tried, func(a, b attempt) int {
		sound := func(x attempt) int { return x.n.Reports + x.n.Hints - x.n.Malformed - x.n.Refused }
		if (a.err == nil) != (b.err == nil) {
			return cmp.Compare(bit(a.err == nil), bit(b.err == nil))
		}
		return cmp.Compare(sound(a), sound(b))
	})
	return best.Format, nil
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}
