package format

// All returns every format, by name.
func All() []Format {
	return []Format{
		{Name: "hostapd-clients", About: "OpenWrt hostapd, answer to ubus get_clients, bare or as JSON-RPC; the access point is the payload's sender, host#interface", Max: maxBody, decode: hostapdClients},
		{Name: "ndjson", About: "foyer's own: one JSON object per line, see the README", Max: maxBody, decode: ndjson},
	}
}
