package config

import (
	"fmt"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
)

// sensorPort is where the sensors report when nothing else is written.
const sensorPort = "8443"

func (f *faults) listen(r raw) Listen {
	l := Listen{
		Guest:       f.address("listen.guest", r.Listen.Guest, true),
		Staff:       f.address("listen.staff", r.Listen.Staff, true),
		Sensors:     f.address("listen.sensors", r.Listen.Sensors, false),
		SensorsMQTT: f.address("listen.sensors_mqtt", r.Listen.SensorsMQTT, false),
		RADIUS:      f.address("listen.radius", r.Listen.RADIUS, false),
		Admin:       r.Listen.Admin,

		SensorsMQTTPlain: f.address("listen.sensors_mqtt_plain", r.Listen.SensorsBare, false),
	}
	if l.Sensors == "" {
		host, _ := splitPort(l.Staff)
		l.Sensors = net.JoinHostPort(host, sensorPort)
	}
	if l.Admin == "" {
		l.Admin = filepath.Join(r.Runtime, "admin.sock")
	}
	taken := map[string]string{}
	for _, e := range [][2]string{{"guest", l.Guest}, {"staff", l.Staff}, {"sensors", l.Sensors}, {"sensors_mqtt", l.SensorsMQTT}, {"sensors_mqtt_plain", l.SensorsMQTTPlain}} {
		if _, port := splitPort(e[1]); port == 0 {
			continue
		}
		if other, ok := taken[e[1]]; ok {
			f.add("listen."+e[0], "%s is already listen.%s: give it an address or a port of its own", e[1], other)
		}
		taken[e[1]] = e[0]
	}
	return l
}

// address wants host:port, the host an address of the box, a name or empty.
func (f *faults) address(place, s string, needed bool) string {
	if s == "" {
		if needed {
			f.add(place, "missing: the address and port to listen on, such as 10.20.0.2:443")
		}
		return ""
	}
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		f.add(place, "%q is not address:port, such as 10.20.0.2:443", s)
		return s
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		f.add(place, "port %q is not between 0 and 65535", port)
	}
	return s
}

func (f *faults) names(r raw) Names {
	n := Names{Guest: r.Names.Guest, Staff: r.Names.Staff, Security: r.Names.Security}
	if n.Guest == "" {
		n.Guest = "foyer-" + r.Store.ID + "-guest.local"
	}
	if n.Staff == "" {
		n.Staff = "foyer-" + r.Store.ID + ".local"
	}
	for _, e := range [][2]string{{"names.guest", r.Names.Guest}, {"names.staff", r.Names.Staff}} {
		if e[1] != "" && (!namePattern.MatchString(e[1]) || len(e[1]) > 253) {
			f.add(e[0], "%q is not a host name such as here.chain.example", e[1])
		}
	}
	if n.Guest == n.Staff {
		f.add("names.staff", "%q is already names.guest: people and staff need names of their own", n.Staff)
	}
	if u, err := url.Parse(n.Security); n.Security != "" && (err != nil || !(u.Scheme == "mailto" && strings.Contains(u.Opaque, "@") || u.Scheme == "https" && u.Host != "")) {
		f.add("names.security", "%q is no address to write to such as mailto:security@chain.example or https://chain.example/security", n.Security)
	}
	return n
}

func (f *faults) interfaces(place string, list []string) []string {
	for i, name := range list {
		if name == "" || len(name) > 15 {
			f.add(fmt.Sprintf("%s[%d]", place, i), "%q is not a network interface such as eth1", name)
		}
	}
	return list
}

// splitPort returns the host and the port of an address already checked.
func splitPort(s string) (host string, port uint16) {
	host, text, err := net.SplitHostPort(s)
	if err != nil {
		return "", 0
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return host, 0
	}
	return host, uint16(n)
}
