package begin

import (
	"fmt"
	"net"
	"os"
	"strings"

	"foyer/config"
	"foyer/sync/wire"
	"foyer/web/first"
)

// written returns a configuration for a store, with what the technician said.
func written(a first.Ask, host string, id wire.About) string {
	guest := strings.TrimSuffix(host, ".local") + "-guest.local"
	text := fmt.Sprintf(`# Written when this box joined headquarters; every key is in reference.yaml.
store:
  chain: %q
  id: %q
  timezone: %q
listen:
  guest: %q
  staff: %q
names:
  guest: %s
  staff: %s
`, id.Chain, id.Store, a.Zone, ported(a.Guest), ported(a.Staff), guest, host)
	text += broker(id.Broker)
	if a.More != "" {
		text += strings.ReplaceAll(a.More, "\r\n", "\n") + "\n"
	}
	return text
}

// broker is the part of a configuration that names headquarters.
func broker(url string) string {
	if url == "" {
		return ""
	}
	return fmt.Sprintf("hq:\n  broker: %q\n", url)
}

// ported is an address as people write it, with the port that pages have.
func ported(address string) string {
	if _, _, err := net.SplitHostPort(address); err == nil || address == "" {
		return address
	}
	return net.JoinHostPort(strings.Trim(address, "[]"), "443")
}

// completed adds headquarters' broker to a configuration that names none.
func completed(file string, c *config.Config, id wire.Identity) (text, note string) {
	switch old, err := os.ReadFile(file); {
	case c.HQ.Broker == id.Broker || id.Broker == "":
		return "", ""
	case c.HQ.Broker != "":
		return "", fmt.Sprintf("The configuration has the broker %s, and headquarters says it is %s: one of the two is wrong (hq.broker in %s).", c.HQ.Broker, id.Broker, file)
	case err == nil:
		text = strings.TrimRight(string(old), "\n") + "\n" + broker(id.Broker)
		if _, err := config.Parse([]byte(text), os.Environ()); err == nil {
			return text, ""
		}
	}
	return "", fmt.Sprintf("Write this into %s: hq: {broker: %q}.", file, id.Broker)
}
