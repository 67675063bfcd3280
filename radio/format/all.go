package format

// All returns every format, by name.
func All() []Format {
	return []Format{
		{Name: "aruba-aos8", About: "Aruba AOS 8 and Instant, IoT transport (protobuf by WebSocket); APs by their address", Max: maxMessage, Binary: true, Secret: true, decode: aruba},
		{Name: "cmx", About: "Cisco CMX location updates: positions, and the serving AP by its address", Max: maxBody, decode: cmx},
		{Name: "dawn", About: "OpenWrt DAWN, datagrams (UDP 1025); APs by their BSSID", Max: maxMessage, decode: dawn},
		{Name: "dawn-map", About: "OpenWrt DAWN, answer to ubus get_hearing_map; APs by their BSSID", Max: maxBody, decode: dawnMap},
		{Name: "espresense", About: "ESPresense, MQTT <prefix>/devices/<device>/<room>; the AP is the room", Max: maxMessage, Topic: true, decode: espresense},
		{Name: "fortigate", About: "FortiGate wifi/client and wifi/unassociated-devices with triangulation; APs by their serial", Max: maxBody, decode: fortigate},
		{Name: "happybubbles", About: "Happy Bubbles, MQTT <prefix>/ble/<node>/raw/… and /ibeacon/…; the AP is the node", Max: maxMessage, Topic: true, decode: happyBubbles},
		{Name: "hostapd-clients", About: "OpenWrt hostapd, answer to ubus get_clients; the AP is the sender, host#interface", Max: maxBody, decode: hostapdClients},
		{Name: "hostapd-control", About: "hostapd's control socket, events; the AP is the sender, host#interface", Max: maxMessage, decode: hostapdControl},
		{Name: "hostapd-events", About: "OpenWrt hostapd, ubus subscription as server-sent events; the AP is the sender, host#interface", Max: maxBody, decode: hostapdEvents},
		{Name: "hostapd-stations", About: "hostapd's control socket, answers to STA; the AP is the sender, host#interface", Max: maxBody, decode: hostapdStations},
		{Name: "iw-stations", About: "iw dev IFNAME station dump; APs as host#interface", Max: maxBody, decode: iwStations},
		{Name: "meraki", About: "Cisco Meraki Scanning API, versions 2 and 3; APs by their address", Max: maxBody, Secret: true, decode: meraki},
		{Name: "mist", About: "Juniper Mist webhooks: raw readings and positions; APs by their address", Max: maxBody, decode: mist},
		{Name: "ndjson", About: "foyer's own, one JSON object a line: what the README shows", Max: maxBody, decode: ndjson},
		{Name: "theengs", About: "Theengs Gateway and OpenMQTTGateway, MQTT …/BTtoMQTT/… and …/home_presence/…; the AP is the gateway", Max: maxMessage, Topic: true, decode: theengs},
		{Name: "unifi", About: "UniFi controller, stat/sta: the serving AP by its address", Max: maxBody, decode: unifi},
		{Name: "unifi-v1", About: "UniFi integration API v1, clients: the serving AP by its id, no strength", Max: maxBody, decode: unifiV1},
		{Name: "usteer", About: "OpenWrt usteer, datagrams (UDP 16720); APs by their BSSID, or host#interface", Max: maxMessage, Binary: true, decode: usteer},
		{Name: "usteer-clients", About: "OpenWrt usteer, answer to ubus get_clients; APs as host#interface", Max: maxBody, decode: usteerClients},
	}
}
