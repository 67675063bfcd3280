package config

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
)

const maxFile = 1 << 20 // bytes; a configuration is a page or two

// Load reads the file and this process's environment. ErrNone means that
// there is no file, ErrInvalid that it cannot be used.
func Load(path string) (*Config, error) {
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("load %s: %w: write one, as minimal.yaml shows, in /usr/share/doc/foyer/examples or in the source's folder config", path, ErrNone)
	case err != nil:
		return nil, fmt.Errorf("load %s: %w: %w", path, ErrInvalid, err)
	}
	c, err := Parse(data, os.Environ())
	if err != nil {
		return nil, fmt.Errorf("load %s: %w", path, err)
	}
	return c, nil
}

// Parse reads a configuration in YAML and the variables of env (NAME=value)
// that begin with FOYER_, which win over the file. An empty variable sets
// nothing. Every fault is named at once, with its place and its cure.
func Parse(data []byte, env []string) (*Config, error) {
	var f faults
	r := read(data, env, &f)
	if err := f.err(); err != nil {
		return nil, err
	}
	c := check(r, &f)
	if err := f.err(); err != nil {
		return nil, err
	}
	for _, e := range env {
		if v, ok := strings.CutPrefix(e, "CREDENTIALS_DIRECTORY="); ok {
			c.credentials = v
		}
	}
	return c, nil
}

// read fills the raw shape. The viper is private and dies here: it is not
// safe to share, and its own conversions (30 is 30 ns, "eighty" is 0) are
// kept out by looking at every value's type before it is decoded.
func read(data []byte, env []string, f *faults) raw {
	r := defaults()
	v := viper.New()
	v.SetConfigType("yaml")
	known := leaves("", reflect.ValueOf(&r).Elem())
	for _, l := range known {
		v.SetDefault(l.path, l.value.Interface())
	}
	switch {
	case len(data) > maxFile:
		f.add("file", "%d bytes, at most %d", len(data), maxFile)
		return r
	case documents(data) > 1:
		f.add("file", "holds several YAML documents; keep one, without a line of ---")
		return r
	}
	if err := v.ReadConfig(bytes.NewReader(data)); err != nil {
		f.add("file", "%s", strings.TrimPrefix(strings.TrimPrefix(err.Error(), "While parsing config: "), "yaml: "))
		return r
	}
	spelling(data, f)
	unknown(v, known, f)
	environ(v, known, env, f)
	for _, l := range known {
		expect(l, v.Get(l.path), f)
	}
	if len(*f) > 0 {
		return r
	}
	var out raw
	if err := v.UnmarshalExact(&out, strict); err != nil {
		f.add("file", "%s", err)
	}
	return out
}

// strict switches viper's own conversions off.
func strict(c *mapstructure.DecoderConfig) {
	c.WeaklyTypedInput = false
	c.DecodeHook = nil
}

// documents counts the YAML documents in data; viper would read the first
// and drop the others without a word.
func documents(data []byte) int {
	n, content := 0, false
	for line := range bytes.Lines(data) {
		switch line = bytes.TrimRight(line, " \r\n"); {
		case bytes.HasPrefix(line, []byte("---")):
			content = false
		case len(line) > 0 && line[0] != '#' && line[0] != '%' && !content:
			n, content = n+1, true
		}
	}
	return n
}

// spelling refuses what viper would take as another spelling of a key: Offer
// for offer, and "store.id" at the top. Written twice in two spellings, one
// would win by chance.
func spelling(data []byte, f *faults) {
	tree := map[string]any{}
	dec, err := viper.NewCodecRegistry().Decoder("yaml")
	if err == nil {
		err = dec.Decode(data, tree)
	}
	if err != nil {
		f.add("file", "%s", err)
		return
	}
	for _, k := range misspelt("", tree) {
		f.add(k, "keys are written in small letters, each in its section")
	}
}

func misspelt(prefix string, tree map[string]any) (out []string) {
	for k, v := range tree {
		if strings.ToLower(k) != k || strings.Contains(k, ".") {
			out = append(out, prefix+k)
		} else if sub, ok := v.(map[string]any); ok {
			out = append(out, misspelt(prefix+k+".", sub)...)
		}
	}
	slices.Sort(out)
	return out
}

// unknown names every key of the file that nobody reads.
func unknown(v *viper.Viper, known []leaf, f *faults) {
	names := make([]string, len(known))
	for i, l := range known {
		names[i] = l.path
	}
	keys := v.AllKeys()
	slices.Sort(keys)
	for _, k := range keys {
		switch {
		case slices.Contains(names, k):
		case slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(k, n+".") }):
			// expect says what the key above it wants instead of a section
		case slices.ContainsFunc(names, func(n string) bool { return strings.HasPrefix(n, k+".") }):
			f.add(k, "is a section: write its keys below it")
		default:
			f.unknown(k, "key", closest(k, names))
		}
	}
}

// environ sets the keys the environment names. The type is made here, by
// the key's own kind, so that the checks below see what the file would give.
func environ(v *viper.Viper, known []leaf, env []string, f *faults) {
	byEnv := map[string]leaf{}
	var names []string
	for _, l := range known {
		byEnv[l.env()] = l
		names = append(names, l.env())
	}
	for _, e := range env {
		name, text, _ := strings.Cut(e, "=")
		l, ok := byEnv[name]
		switch {
		case !strings.HasPrefix(name, "FOYER_"), text == "", ofTests(name):
		case !ok:
			f.unknown(name, "variable", closest(name, names))
		default:
			if value, err := l.parse(text); err != nil {
				f.add(name, "%s", err)
			} else {
				v.Set(l.path, value)
			}
		}
	}
}

// ofTests reports whether a variable is one by which foyer's own tests are
// told what to run: whoever sets it for them may start the program with it.
func ofTests(name string) bool {
	switch name {
	case "FOYER_DATA", "FOYER_LONG", "FOYER_SCREENS", "FOYER_SYSTEM", "FOYER_VM":
		return true
	}
	return strings.HasPrefix(name, "FOYER_TEST_")
}

// parse reads the text of a variable as the kind of its key.
func (l leaf) parse(text string) (any, error) {
	switch l.value.Interface().(type) {
	case string:
		return text, nil
	case bool:
		if text == "true" || text == "false" {
			return text == "true", nil
		}
		return nil, fmt.Errorf("%q is not true or false", text)
	case float64:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a number", text)
		}
		return x, nil
	case []string:
		list := strings.Split(text, ",")
		for i := range list {
			list[i] = strings.TrimSpace(list[i])
		}
		return list, nil
	}
	return nil, errors.New("is a list of entries: write it in the file")
}
