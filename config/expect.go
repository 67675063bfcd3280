package config

import (
	"fmt"
	"reflect"
	"strings"
)

// faults collects what is wrong, so that a file is mended in one go.
type faults []string

func (f *faults) add(place, format string, args ...any) {
	*f = append(*f, place+": "+fmt.Sprintf(format, args...))
}

func (f *faults) unknown(place, what, meant string) {
	if meant != "" {
		f.add(place, "unknown %s, did you mean %s?", what, meant)
		return
	}
	f.add(place, "unknown %s: remove it", what)
}

func (f *faults) err() error {
	if len(*f) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s", ErrInvalid, strings.Join(*f, "; "))
}

// expect refuses a value whose type in YAML is not the one of its key,
// instead of letting it be converted: 014 is not "014", nor 45 "45s".
func expect(l leaf, got any, f *faults) {
	switch l.value.Interface().(type) {
	case string:
		text(l.path, got, f)
	case bool:
		if _, ok := got.(bool); !ok {
			f.add(l.path, "%s, want true or false", describe(got))
		}
	case float64:
		switch got.(type) {
		case int, float64:
		default:
			f.add(l.path, "%s, want a number", describe(got))
		}
	case []string:
		switch list := got.(type) {
		case []string:
		case []any:
			for i, e := range list {
				text(fmt.Sprintf("%s[%d]", l.path, i), e, f)
			}
		default:
			f.add(l.path, "%s, want a list such as [a, b]", describe(got))
		}
	case []rawSensor:
		entries(l.path, got, reflect.ValueOf(rawSensor{}), "id and token_sha256", f)
	case []rawSource:
		entries(l.path, got, reflect.ValueOf(rawSource{}), "name and kind", f)
	}
}

// text wants a string and says what to do about a bare number.
func text(path string, got any, f *faults) {
	switch got.(type) {
	case string:
	case int, float64:
		if _, _, ok := limits(path); ok {
			f.add(path, "%v has no unit: write 45s, 5m or 1h30m", got)
			return
		}
		f.add(path, "a number, want a text: put it in quotes")
	case bool:
		f.add(path, "%v, want a text: put it in quotes", got)
	default:
		f.add(path, "%s, want one text", describe(got))
	}
}

// entries wants a list of entries, each with nothing but the keys of one.
func entries(path string, got any, one reflect.Value, each string, f *faults) {
	list, ok := got.([]any)
	if !ok {
		if v := reflect.ValueOf(got); v.Kind() != reflect.Slice || v.Len() > 0 {
			f.add(path, "%s, want a list of entries, each with %s", describe(got), each)
		}
		return
	}
	keys := map[string]leaf{}
	var names []string
	for _, l := range leaves("", one) {
		keys[l.path] = l
		names = append(names, l.path)
	}
	for i, e := range list {
		at := fmt.Sprintf("%s[%d]", path, i)
		m, ok := e.(map[string]any)
		if !ok {
			f.add(at, "%s, want %s", describe(e), each)
			continue
		}
		for k, val := range m {
			l, ok := keys[k]
			if !ok {
				f.unknown(at+"."+k, "key", closest(k, names))
				continue
			}
			expect(leaf{at + "." + k, l.value}, val, f)
		}
	}
}

func describe(got any) string {
	switch got := got.(type) {
	case nil:
		return "nothing"
	case bool:
		return fmt.Sprintf("%v", got)
	case string:
		return fmt.Sprintf("%q", got)
	case int, float64:
		return fmt.Sprintf("%v", got)
	case []any, []string:
		return "a list"
	case map[string]any, map[any]any:
		return "a section"
	}
	return fmt.Sprintf("a %T", got)
}
