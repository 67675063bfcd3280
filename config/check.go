package config

import (
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"time"
	_ "time/tzdata" // an appliance image may carry no time zones
)

// check turns the raw shape into a Config.
func check(r raw, f *faults) *Config {
	c := &Config{
		Data: f.path("data", r.Data), Runtime: f.path("runtime", r.Runtime),
		Plan: r.Plan, Survey: r.Survey, RootKey: r.RootKey, Identity: r.Identity,
		base: r,
	}
	if c.Identity == "" {
		c.Identity = filepath.Join(c.Data, "identity")
	}
	c.Store = f.store(r)
	c.Listen = f.listen(r)
	c.Names = f.names(r)
	c.TLS = TLS{
		Guest: f.pair("tls.guest", r.TLS.Guest, c.Identity),
		Staff: f.pair("tls.staff", r.TLS.Staff, c.Identity),
	}
	c.HQ = HQ{f.broker("hq.broker", r.HQ.Broker), f.proxy("hq.proxy", r.HQ.Proxy), f.duration("hq.trial", r.HQ.Trial)}
	c.Sensors = f.sensors(r.Sensors)
	f.receivers(c)
	c.Sources = f.sources(r.Sources, r.Sensors)
	f.radius(c)
	c.Visit = f.visit(r)
	c.Greeting = Greeting{f.duration("greeting.grace", r.Greeting.Grace), f.duration("greeting.announce_within", r.Greeting.AnnounceWithin)}
	c.Offer = Offer{f.duration("offer.timeout", r.Offer.Timeout), f.duration("offer.alone", r.Offer.Alone)}
	if c.Offer.Alone < c.Offer.Timeout {
		f.add("offer.alone", "%s is less than offer.timeout, %s", c.Offer.Alone, c.Offer.Timeout)
	}
	c.Routing = f.routing(r.Routing, c.Offer)
	c.Locator = Locator{f.within("locator.cell", r.Locator.Cell, 0.2, 2), f.within("locator.margin", r.Locator.Margin, 0, 20)}
	c.Log = f.log(r)
	c.MDNS = MDNS{Enabled: r.MDNS.Enabled, Interfaces: f.interfaces("mdns.interfaces", r.MDNS.Interfaces)}
	if a := c.Announcement(""); c.MDNS.Enabled && len(a.Addresses)+len(a.Interfaces) == 0 {
		f.add("mdns.interfaces", "missing: listen.staff has no address of its own; name the LAN interface, or set mdns.enabled to false")
	}
	return c
}

func (f *faults) store(r raw) Store {
	s := Store{Chain: f.id("store.chain", r.Store.Chain), ID: f.id("store.id", r.Store.ID), Name: r.Store.Name, Location: time.UTC}
	if s.Name == "" {
		s.Name = s.ID
	}
	if r.Store.Timezone == "" || r.Store.Timezone == "Local" {
		f.add("store.timezone", "missing: write the store's own, such as Europe/Zurich")
	} else if at, err := time.LoadLocation(r.Store.Timezone); err != nil {
		f.add("store.timezone", "%q is not a time zone, such as Europe/Zurich", r.Store.Timezone)
	} else {
		s.Location = at
	}
	if len(r.Store.Languages) == 0 {
		f.add("store.languages", "empty: name at least one, such as [en]")
	}
	for i, l := range r.Store.Languages {
		if !langPattern.MatchString(l) {
			f.add(fmt.Sprintf("store.languages[%d]", i), "%q is not a language tag such as en or de-CH", l)
		}
	}
	s.Languages = r.Store.Languages
	s.Open, s.Close = f.timeOfDay("store.open", r.Store.Open), f.timeOfDay("store.close", r.Store.Close)
	if s.Close <= s.Open {
		f.add("store.close", "%q is not after store.open, %q", r.Store.Close, r.Store.Open)
	}
	return s
}

func (f *faults) visit(r raw) Visit {
	v := Visit{
		ArrivalMinInside: f.within("visit.arrival_min_inside", r.Visit.ArrivalMinInside, 0.5, 0.99),
		Silence:          f.duration("visit.silence", r.Visit.Silence),
		Reentry:          f.duration("visit.reentry", r.Visit.Reentry),
		ZoneEnter:        f.within("visit.zone_enter", r.Visit.ZoneEnter, 0.5, 0.99),
		ZoneLeave:        f.within("visit.zone_leave", r.Visit.ZoneLeave, 0.01, 0.5),
	}
	if v.Reentry < v.Silence {
		f.add("visit.reentry", "%s is less than visit.silence, %s", v.Reentry, v.Silence)
	}
	if v.ZoneLeave >= v.ZoneEnter {
		f.add("visit.zone_leave", "%v is not below visit.zone_enter, %v", v.ZoneLeave, v.ZoneEnter)
	}
	return v
}

func (f *faults) sensors(list []rawSensor) []Sensor {
	var out []Sensor
	first := map[string]int{}
	for i, r := range list {
		at := fmt.Sprintf("sensors[%d]", i)
		s := Sensor{ID: f.id(at+".id", r.ID), Format: r.Format, Node: r.Node}
		f.node(at, r)
		if j, ok := first[r.ID]; ok {
			f.add(at+".id", "%q is already sensors[%d]", r.ID, j)
		} else {
			first[r.ID] = i
		}
		sum, err := hex.DecodeString(r.TokenSHA256)
		if err != nil || len(sum) != len(s.TokenSHA256) {
			f.add(at+".token_sha256", "want the SHA-256 of the token, 64 hexadecimal digits")
		}
		copy(s.TokenSHA256[:], sum)
		out = append(out, s)
	}
	return out
}

// receivers wants a listener that sensors with a format can reach.
func (f *faults) receivers(c *Config) {
	for i, s := range c.Sensors {
		if s.Format != "" && c.Listen.SensorsMQTT+c.Listen.SensorsMQTTPlain == "" {
			f.add(fmt.Sprintf("sensors[%d].format", i), "receivers report by MQTT: set listen.sensors_mqtt")
		}
	}
}

// radius wants clients where RADIUS is listened to, and a listener where there
// are clients.
func (f *faults) radius(c *Config) {
	some := false
	for i, s := range c.Sources {
		if s.Kind != "radius" {
			continue
		}
		some = true
		if c.Listen.RADIUS == "" {
			f.add(fmt.Sprintf("sources[%d].kind", i), "accounting comes by UDP: set listen.radius")
		}
	}
	if c.Listen.RADIUS != "" && !some {
		f.add("listen.radius", "nobody may send there: add a source of kind radius")
	}
}

// node wants a format of Bluetooth receivers and a node together: the node is
// one level of a topic.
func (f *faults) node(at string, r rawSensor) {
	switch {
	case r.Format == "" && r.Node == "":
	case r.Format != "espresense" && r.Format != "theengs" && r.Format != "happybubbles":
		f.add(at+".format", "%q is not espresense, theengs or happybubbles; leave it out for foyer's own", r.Format)
	case r.Node == "" || len(r.Node) > 64 || strings.ContainsAny(r.Node, "+#/\x00 "):
		f.add(at+".node", "%q is not the name of one node, as it stands in its topics", r.Node)
	}
}

func (f *faults) log(r raw) Log {
	l := Log{Format: r.Log.Format}
	switch r.Log.Level {
	case "debug", "info", "warn", "error":
		_ = l.Level.UnmarshalText([]byte(r.Log.Level)) // it knows these four
	default:
		f.add("log.level", "%q is not debug, info, warn or error", r.Log.Level)
	}
	if l.Format != "text" && l.Format != "json" {
		f.add("log.format", "%q is not text or json", l.Format)
	}
	return l
}
