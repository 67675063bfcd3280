package begin

import (
	"cmp"
	"errors"
	"fmt"
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
)

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
