package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// swappable lists the sections a running box can take over as a whole; every
// other change needs a restart. A key that is forgotten here costs a restart,
// never a half-applied change.
func swappable() []string {
	return []string{"greeting", "offer", "routing", "hq"}
}

// Replaces reports whether c may take old's place while the box runs. If not,
// the error is ErrRestart and names each key in the way.
func (c *Config) Replaces(old *Config) error {
	now, was := c.base, old.base
	before := leaves("", reflect.ValueOf(was))
	var names []string
	for i, l := range leaves("", reflect.ValueOf(now)) {
		if reflect.DeepEqual(l.value.Interface(), before[i].value.Interface()) {
			continue
		}
		if l.path == "hq.broker" && (was.HQ.Broker == "" || now.HQ.Broker == "") {
			names = append(names, l.path) // a box with a line is another program than one without
			continue
		}
		free := slices.ContainsFunc(swappable(), func(s string) bool { return l.path == s || strings.HasPrefix(l.path, s+".") })
		if !free {
			names = append(names, l.path)
		}
	}
	if len(names) > 0 {
		return fmt.Errorf("replace configuration: %w: %s", ErrRestart, strings.Join(names, ", "))
	}
	return nil
}
