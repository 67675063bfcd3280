package config

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestOverlay(t *testing.T) {
	c := parse(t, string(small(t))+"offer: {timeout: 40s}\n")
	next, err := c.Overlay([]byte(`{"offer":{"timeout":"60s"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if next.Offer.Timeout != time.Minute || c.Offer.Timeout != 40*time.Second {
		t.Errorf("next %v, c %v", next.Offer, c.Offer)
	}
	// A key that headquarters no longer sets goes back to the file's.
	for _, doc := range []string{`{}`, `{"offer":{}}`} {
		back, err := next.Overlay([]byte(doc))
		if err != nil || back.Offer.Timeout != 40*time.Second {
			t.Errorf("%s: %v %v", doc, back, err)
		}
	}
	if err := next.Replaces(c); err != nil {
		t.Error(err)
	}
}

func TestOverlayRefuses(t *testing.T) {
	c := parse(t, string(small(t)))
	for doc, want := range map[string]string{
		`{"hq":{"trial":"24h"}}`:                                  "hq.trial: headquarters may not set this key",
		`{"hq":{"broker":""}}`:                                    "hq.broker: headquarters may not set the box free",
		`{"hq":{"broker":"tcp://hq.example:1883"}}`:               "hq.broker: scheme \"tcp\"",
		`{"hq":{"proxy":"proxy:3128"}}`:                           "hq.proxy: \"proxy:3128\" is not an HTTP proxy",
		`{"offer":{"timeout":"60s","grace":"90s"}}`:               "offer.grace: headquarters may not set this key",
		`{"routing":{"loops":"two"}}`:                             "routing.loops: \"two\", want a number",
		`{"routing":{"loops":1.5}}`:                               "routing.loops: 1.5 is not a whole number",
		`{"routing":{"manager_after":"10m"}}`:                     "routing.manager_after: 10m0s is not between 30s and 3m0s",
		`{"routing":{"promise":"35s"}}`:                           "routing.promise: 35s is not 10s longer than routing.reserve",
		`{"routing":{"commission":1}}`:                            "routing.commission: headquarters may not set this key",
		`{"offer.timeout":"60s","Offer":{"Timeout":"60s"}}`:       "Offer.Timeout: headquarters may not set this key",
		`{"offer":{"timeout":60}}`:                                "offer.timeout: 60, want a text",
		`{"offer":{"timeout":"1s"}}`:                              "offer.timeout: 1s is not between 10s and 5m0s",
		`{"offer":{"timeout":"2m"}}`:                              "offer.alone: 1m30s is less than offer.timeout",
		`{"offer":"60s"}`:                                         "offer: headquarters may not set this key",
		`{"root_key":"/etc/shadow","greeting":{"grace":"10s"}}`:   "greeting.grace: headquarters may not set this key",
		`{"offer":{"timeout":"60s"}} {"offer":{"timeout":"70s"}}`: "trailing data",
		`{"offer":{"timeout":"60s"}}}`:                            "trailing data",
		`{"offer.timeout":"60s","offer":{"timeout":"70s"}}`:       "offer.timeout: write it in its section",
		`{"offer":{"timeout":"60s"},"x":{"a.b":{"c":1}}}`:         "x.a.b: write it in its section",
		`[1]`:                             "cannot unmarshal array",
		``:                                "EOF",
		`{"offer":{"timeout":"60s"}`:      "unexpected EOF",
		`{"sensors":[{"id":"intruder"}]}`: "sensors: headquarters may not set this key",
	} {
		next, err := c.Overlay([]byte(doc))
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", doc, err, want)
		}
		if next != nil {
			t.Errorf("%s: a configuration came with the error", doc)
		}
	}
}

// What headquarters sets must take effect in a running box.
func TestOverlayKeysSwap(t *testing.T) {
	c := parse(t, string(small(t)), "FOYER_HQ_BROKER=tls://hq.example:8883")
	if len(overlaid()) < 20 {
		t.Fatalf("only %v", overlaid())
	}
	for _, k := range overlaid() {
		changed := *c
		if ok, _ := lay(&changed.base, k, "17s"); !ok {
			if ok, want := lay(&changed.base, k, 17.0); !ok {
				t.Errorf("%s: want %s", k, want)
			}
		}
		if err := changed.Replaces(c); err != nil {
			t.Errorf("%s: %v", k, err)
		}
		if changed.base.Offer == c.base.Offer && changed.base.Routing == c.base.Routing && changed.base.HQ == c.base.HQ {
			t.Errorf("%s: set nothing", k)
		}
	}
}

func TestReplaces(t *testing.T) {
	old := parse(t, string(small(t)))
	same := parse(t, string(small(t)), "FOYER_GREETING_GRACE=30s", "FOYER_OFFER_ALONE=80s")
	if err := same.Replaces(old); err != nil {
		t.Error(err)
	}
	moved := parse(t, string(small(t)), "FOYER_LISTEN_STAFF=10.30.0.3:443", "FOYER_DATA_DIR=/srv", "FOYER_OFFER_TIMEOUT=50s")
	err := moved.Replaces(old)
	if !errors.Is(err, ErrRestart) || err.Error() != "replace configuration: needs a restart: data, listen.staff" {
		t.Errorf("got %v", err)
	}
}

func FuzzOverlay(f *testing.F) {
	c := parse(f, string(small(f)))
	f.Add([]byte(`{"offer":{"timeout":"60s"}}`))
	f.Add([]byte(`{"hq":{"broker":"tls://evil:1"}}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		next, err := c.Overlay(doc)
		if err != nil {
			return
		}
		// Nothing but the allowed keys may differ.
		if next.HQ.Trial != c.HQ.Trial || next.Listen != c.Listen || next.Greeting != c.Greeting || next.Data != c.Data {
			t.Fatalf("%s changed more than it may", doc)
		}
	})
}
