package config

import (
	"reflect"
	"slices"
	"strings"
)

// A leaf is one key of the file: its dotted path and the kind of its value.
type leaf struct {
	path  string
	value reflect.Value
}

// env returns the environment variable that sets the key. FOYER_DATA already
// means the folder of public recordings, hence the one exception.
func (l leaf) env() string {
	if l.path == "data" {
		return "FOYER_DATA_DIR"
	}
	return "FOYER_" + strings.ToUpper(strings.ReplaceAll(l.path, ".", "_"))
}

// leaves walks a struct of the raw shape, sections before their keys.
func leaves(prefix string, v reflect.Value) []leaf {
	var out []leaf
	for i := range v.NumField() {
		path := prefix + v.Type().Field(i).Tag.Get("mapstructure")
		if f := v.Field(i); f.Kind() == reflect.Struct {
			out = append(out, leaves(path+".", f)...)
		} else {
			out = append(out, leaf{path, f})
		}
	}
	return out
}

// closest returns the known word that was probably meant, or "".
func closest(word string, known []string) string {
	best, least := "", 1+max(len(word)/3, 1)
	for _, k := range known {
		if d := distance(word, k); d < least {
			best, least = k, d
		}
	}
	if best == "" { // the beginning of a key, such as token
		if i := slices.IndexFunc(known, func(k string) bool { return strings.HasPrefix(k, word+"_") }); i >= 0 {
			return known[i]
		}
	}
	if best == "" { // a key in the wrong section
		_, last, _ := cutLast(word)
		i := slices.IndexFunc(known, func(k string) bool { _, l, _ := cutLast(k); return l == last })
		if i >= 0 {
			best = known[i]
		}
	}
	return best
}

func cutLast(path string) (section, key string, ok bool) {
	i := strings.LastIndexByte(path, '.')
	return path[:max(i, 0)], path[i+1:], i >= 0
}

// distance counts the letters to insert, delete or replace (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
