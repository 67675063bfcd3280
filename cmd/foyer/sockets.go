package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"foyer/config"
	"foyer/systemd"
)

// socketsCommand is what systemd runs as a generator, so that the ports it
// listens on are those of the configuration.
func socketsCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "sockets [FOLDER]",
		Short: "Write the socket units that hand the box its ports",
		Long: `Write the units by which systemd listens on the ports of the configuration and
hands them to foyer.service, which then needs no privilege for ports below 1024
and loses no connection while it restarts. Without a folder, print them.

The package installs this as a generator: systemd runs it at each boot and each
"systemctl daemon-reload". After another address in the configuration:

  systemctl daemon-reload
  systemctl restart 'foyer-*.socket' foyer.service`,
		Example: "  foyer sockets\n  foyer sockets --config /etc/foyer/foyer.yaml /run/systemd/generator",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, configured, err := configuration(file)
			if err != nil {
				return explain(err)
			}
			addresses := socketAddresses(c)
			if !configured { // one page, and nothing else
				addresses = map[string]string{systemd.StaffSocket: c.Listen.Staff}
			}
			units := systemd.SocketUnits(addresses)
			if len(args) == 1 {
				return writeUnits(args[0], units)
			}
			for _, name := range slices.Sorted(maps.Keys(units)) {
				fmt.Fprintf(cmd.OutOrStdout(), "--- %s\n%s\n", name, units[name])
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&file, "config", defaultConfig, "configuration `FILE`")
	return cmd
}

func socketAddresses(c *config.Config) map[string]string {
	return map[string]string{
		systemd.GuestSocket: c.Listen.Guest, systemd.StaffSocket: c.Listen.Staff,
		systemd.SensorsSocket: c.Listen.Sensors, systemd.MQTTSocket: c.Listen.SensorsMQTT,
	}
}

// writeUnits writes units below a folder, and has systemd start the sockets
// with all others.
func writeUnits(dir string, units map[string]string) error {
	for name, text := range units {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return fmt.Errorf("write units: %w", err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			return fmt.Errorf("write units: %w", err)
		}
		if filepath.Ext(name) != ".socket" {
			continue
		}
		wants := filepath.Join(dir, "sockets.target.wants")
		if err := os.MkdirAll(wants, 0o755); err != nil {
			return fmt.Errorf("write units: %w", err)
		}
		link := filepath.Join(wants, name)
		if err := os.Remove(link); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("write units: %w", err)
		}
		if err := os.Symlink(filepath.Join("..", name), link); err != nil {
			return fmt.Errorf("write units: %w", err)
		}
	}
	return nil
}
