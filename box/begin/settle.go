package begin

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"foyer/config"
	"foyer/disk"
	"foyer/sync/wire"
	"foyer/web/first"
)

// AdoptFile is where a box leaves, in its data folder, a configuration that it
// may not put in its place itself.
const AdoptFile = folder + "/foyer.yaml"

// handed is where it leaves, likewise, the code with which the technician goes on.
const handed = folder + "/technician"

// Needed reports whether a box is nobody's: it has no identity and holds nothing.
// One that lost its identity and still has data is not opened to whoever comes.
func Needed(c *config.Config) bool {
	for _, file := range []string{filepath.Join(c.Identity, wire.FileIdentity), filepath.Join(c.Data, "keys.db")} {
		if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
			return false
		}
	}
	return true
}

// Unconfigured returns what is known of a box without a configuration, which
// waits at an address: the folders, and nothing of a store.
func Unconfigured(address string) (*config.Config, error) {
	c, err := config.Parse([]byte(fmt.Sprintf("store: {chain: nobody, id: nobody, timezone: UTC}\nlisten: {guest: %q, staff: %q}\nmdns: {enabled: false}\n", ":0", address)), os.Environ())
	if err != nil {
		return nil, fmt.Errorf("a box without a configuration: %w", err)
	}
	return c, nil
}

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

// settle returns the configuration the box goes on with, which it puts in its
// place; elsewhere says that it may not write there.
func settle(file, text string) (c *config.Config, elsewhere bool, err error) {
	c, err = config.Parse([]byte(text), os.Environ())
	if err != nil {
		return nil, false, err
	}
	err = disk.WriteFile(file, []byte(text), 0o600)
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return c, true, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("write the configuration: %w", err)
	}
	return c, false, nil
}

// leave leaves a configuration for foyer-adopt.service, which starts the box anew,
// and before it what the box itself is to know then.
func leave(data, text, code string) error {
	if err := disk.WriteFile(filepath.Join(data, handed), []byte(code), 0o600); err != nil {
		return fmt.Errorf("leave the technician's code: %w", err)
	}
	if err := disk.WriteFile(filepath.Join(data, AdoptFile), []byte(text), 0o600); err != nil {
		return fmt.Errorf("leave the configuration: %w", err)
	}
	return nil
}

// own refuses an address that is none of the box's: it would wait for ever where
// nobody reaches it.
func own(address string) error {
	host, _, err := net.SplitHostPort(ported(address))
	ip := net.ParseIP(host)
	if err != nil || ip == nil {
		return fmt.Errorf("%q is no address such as 10.30.0.2", address)
	}
	all := addresses()
	if ip.IsLoopback() || slices.ContainsFunc(all, ip.Equal) {
		return nil
	}
	return fmt.Errorf("%s is none of this box's addresses now, which are %s: give it that one first, or plug in its other cable", address, strings.Trim(fmt.Sprint(all), "[]"))
}

// Adopt puts the configuration that waits in a data folder in its place by
// replace, if it may be: what the daemon wrote is not believed further than that.
// Whatever waited is gone afterwards, for it is waited for. No link out of the
// folder is followed.
func Adopt(data, file string, replace func(text []byte) error) error {
	root, err := os.OpenRoot(data)
	if err != nil {
		return fmt.Errorf("adopt the configuration: %w", err)
	}
	text, err := adoptable(root, file)
	if err == nil {
		err = replace(text)
	}
	if err = errors.Join(err, root.Remove(AdoptFile), root.Close()); err != nil {
		return fmt.Errorf("adopt the configuration: %w", err)
	}
	return nil
}

func adoptable(root *os.Root, file string) ([]byte, error) {
	const most = 64 << 10 // bytes
	f, err := root.Open(AdoptFile)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, most+1))
	if err != nil {
		return nil, err
	}
	if len(text) > most {
		return nil, fmt.Errorf("it has more than %d bytes", most)
	}
	c, err := config.Parse(text, nil)
	if err != nil {
		return nil, err
	}
	old, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return text, nil
	case err != nil:
		return nil, err
	case string(text) != strings.TrimRight(string(old), "\n")+"\n"+broker(c.HQ.Broker):
		return nil, fmt.Errorf("%s is there and says something else", file)
	}
	return text, nil
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

// hosts are the hosts, with their port, that a configured box answers staff by.
func hosts(c *config.Config) []string {
	host, port, err := net.SplitHostPort(c.Listen.Staff)
	if err != nil {
		return nil
	}
	with := func(h string) string {
		if port == "443" {
			if strings.Contains(h, ":") {
				return "[" + h + "]"
			}
			return h
		}
		return net.JoinHostPort(h, port)
	}
	out := []string{with(c.Names.Staff)}
	if ip := net.ParseIP(host); ip != nil && !ip.IsUnspecified() {
		if ip.IsLoopback() {
			out = append(out, with("localhost"))
		}
		out = append(out, with(host))
	}
	return out
}

// name is what a box is called on its network.
func name(c *config.Config, configured bool, cert []string) string {
	if configured {
		return c.Names.Staff
	}
	return cmp.Or(append(cert, "foyer-new.local")...)
}
