package config

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/viper"
)

func leafPaths(t *testing.T, data string) map[string]bool {
	t.Helper()
	v := viper.New()
	v.SetConfigType("yaml")
	if err := v.ReadConfig(strings.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for _, k := range v.AllKeys() {
		out[k] = true
	}
	return out
}

// Every key has a variable and the variable reaches it, whether or not the
// file or the defaults mention the key (viper loses it otherwise).
func TestEveryVariable(t *testing.T) {
	texts := map[string]string{
		"store.languages": "de, fr", "mdns.interfaces": "eth1,eth2",
		"mdns.enabled": "false", "store.close": "21:30",
	}
	var r raw
	for _, l := range leaves("", reflect.ValueOf(r)) {
		if l.path == "sensors" || l.path == "sources" {
			continue // a list of entries: refused by name, below
		}
		t.Run(l.env(), func(t *testing.T) {
			text := texts[l.path]
			if text == "" {
				text = "0.625"
			}
			var f faults
			got := read(nil, []string{l.env() + "=" + text}, &f)
			if err := f.err(); err != nil {
				t.Fatal(err)
			}
			want := any(text)
			switch l.value.Interface().(type) {
			case float64:
				want = 0.625
			case bool:
				want = false
			case []string:
				want = strings.Split(strings.ReplaceAll(text, " ", ""), ",")
			}
			for _, g := range leaves("", reflect.ValueOf(got)) {
				if g.path == l.path {
					if d := cmp.Diff(want, g.value.Interface()); d != "" {
						t.Error(d)
					}
				}
			}
		})
	}
}

func TestVariablesWinAndAreChecked(t *testing.T) {
	file := string(small(t)) + "offer: {timeout: 20s}\n"
	if c := parse(t, file, "FOYER_OFFER_TIMEOUT=30s"); c.Offer.Timeout.Seconds() != 30 {
		t.Errorf("the file won: %v", c.Offer.Timeout)
	}
	if c := parse(t, file, "FOYER_OFFER_TIMEOUT=", "FOYER_DATA=/recordings", "FOYER_LONG=1", "FOYER_TEST_X=1", "HOME=/"); c.Offer.Timeout.Seconds() != 20 || c.Data != "/var/lib/foyer" {
		t.Errorf("%v %v", c.Offer, c.Data)
	}
	for env, want := range map[string]string{
		"FOYER_OFFER_TIMOUT=30s":          "FOYER_OFFER_TIMOUT: unknown variable, did you mean FOYER_OFFER_TIMEOUT?",
		"FOYER_OFFER_TIMEOUT=30":          `offer.timeout: "30" is not a duration`,
		"FOYER_MDNS_ENABLED=1":            `FOYER_MDNS_ENABLED: "1" is not true or false`,
		"FOYER_VISIT_ZONE_ENTER=eighty":   `FOYER_VISIT_ZONE_ENTER: "eighty" is not a number`,
		"FOYER_SENSORS=a":                 "FOYER_SENSORS: is a list of entries: write it in the file",
		"FOYER_SOURCES=a":                 "FOYER_SOURCES: is a list of entries: write it in the file",
		"FOYER_HQ_BROKER=tls://u:p@hq:88": "hq.broker: holds a user or password",
	} {
		_, err := Parse([]byte(file), []string{env})
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", env, err, want)
		}
	}
}
