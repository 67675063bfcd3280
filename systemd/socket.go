package systemd

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// The names under which systemd hands sockets over.
const (
	GuestSocket   = "guest"        // customers' pages
	StaffSocket   = "staff"        // staff's pages
	SensorsSocket = "sensors"      // reports over HTTPS
	MQTTSocket    = "sensors-mqtt" // reports over MQTT
)

// SocketUnitName returns the name of the unit that hands a socket over.
func SocketUnitName(name string) string { return "foyer-" + name + ".socket" }

// SocketUnits returns the files that make systemd listen at addresses
// (name -> host:port) for foyer.service, by their path below a folder of
// units. A host that is a name is left to the daemon: systemd takes numbers
// only. An empty address is off.
func SocketUnits(addresses map[string]string) map[string]string {
	var units []string
	out := map[string]string{}
	for name, address := range addresses {
		stream, ok := stream(address)
		if !ok {
			continue
		}
		unit := SocketUnitName(name)
		units = append(units, unit)
		out[unit] = fmt.Sprintf(socketUnit, name, stream, name)
	}
	if len(units) == 0 {
		return out
	}
	slices.Sort(units)
	all := strings.Join(units, " ")
	out["foyer.service.d/50-sockets.conf"] = fmt.Sprintf(socketsDropIn, all, all, all)
	return out
}

// FreeBind: the address may come later than systemd, by DHCP.
const socketUnit = `# Made of /etc/foyer/foyer.yaml at each daemon-reload: edit that.
[Unit]
Description=foyer, the port of %s
Documentation=man:foyer-sockets(1)

[Socket]
ListenStream=%s
FileDescriptorName=%s
Service=foyer.service
FreeBind=yes
NoDelay=yes
KeepAlive=yes
TriggerLimitIntervalSec=0
`

const socketsDropIn = `# Made of /etc/foyer/foyer.yaml at each daemon-reload: edit that.
[Unit]
Wants=%s
After=%s

[Service]
Sockets=%s
`

// stream writes an address as ListenStream takes it.
func stream(address string) (string, bool) {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "0" {
		return "", false
	}
	if host == "" {
		return "[::]:" + port, true
	}
	if _, err := netip.ParseAddr(host); err != nil {
		return "", false
	}
	return address, true
}
