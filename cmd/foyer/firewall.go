package main

import (
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"foyer/config"
)

// firewallCommand prints the packet filter that fits a configuration.
func firewallCommand() *cobra.Command {
	var file string
	var ssh []string
	cmd := &cobra.Command{
		Use:   "firewall",
		Short: "Print the firewall table that fits the configuration",
		Long: `Print a table for nft that lets in what the configuration listens for, at the
addresses it names, and nothing else. It is a table of its own and touches no
other. What the box itself begins, such as the line to headquarters, is let out.

It is made of the same configuration as the listeners, so make it again after
each change of addresses, ports or sources.`,
		Example: `  foyer firewall > /etc/foyer/foyer.nft && nft -f /etc/foyer/foyer.nft
  foyer firewall --ssh 10.40.0.0/24 | nft -c -f -      # only check it`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load(file)
			if err != nil {
				return explain(err)
			}
			var from []netip.Prefix
			for _, s := range ssh {
				p, err := netip.ParsePrefix(s)
				if err != nil {
					return fmt.Errorf("--ssh %s: want a network such as 10.40.0.0/24", s)
				}
				from = append(from, p)
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), firewallTable(c, from))
			return err
		},
	}
	cmd.Flags().StringVar(&file, "config", defaultConfig, "configuration `FILE`")
	cmd.Flags().StringSliceVar(&ssh, "ssh", nil, "also let SSH in from this `NETWORK`")
	return cmd
}

// firewallTable is the table of nft for a configuration.
func firewallTable(c *config.Config, ssh []netip.Prefix) string {
	var b strings.Builder
	b.WriteString(firewallHead)
	for _, l := range [][2]string{
		{"customers' pages", c.Listen.Guest}, {"staff's pages", c.Listen.Staff}, {"sensors", c.Listen.Sensors},
		{"sensors over MQTT", c.Listen.SensorsMQTT}, {"receivers without TLS", c.Listen.SensorsMQTTPlain},
	} {
		b.WriteString(let(l[0], "tcp", l[1], nil))
	}
	for _, s := range c.Sources {
		switch {
		case s.Kind == "radius":
			b.WriteString(let("accounting of "+s.Name, "udp", c.Listen.RADIUS, s.From))
		case s.Listen != "":
			b.WriteString(let("source "+s.Name, "udp", s.Listen, s.From))
		}
	}
	if c.MDNS.Enabled {
		b.WriteString(let("found by name", "udp", ":5353", nil))
	}
	for _, p := range ssh {
		b.WriteString(let("SSH", "tcp", ":22", []netip.Prefix{p}))
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}

// Replacing a table whole is one transaction: at no moment is nothing filtered.
const firewallHead = `# Made by foyer firewall of the configuration: do not edit, make it again.
table inet foyer
delete table inet foyer
table inet foyer {
	chain input {
		type filter hook input priority filter; policy drop;
		ct state established,related accept
		ct state invalid drop
		iif lo accept
		meta l4proto { 1, 58 } accept comment "ICMP, by number: a small Debian has no names of protocols"
		udp dport { 68, 546 } accept comment "addresses by DHCP"
`

// let is one rule, or one for each family that may send.
func let(what, protocol, address string, from []netip.Prefix) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port == "0" {
		return ""
	}
	to := ""
	if a, err := netip.ParseAddr(host); err == nil && !a.IsUnspecified() {
		to = family(a.Is4()) + " daddr " + a.String() + " "
	}
	rule := fmt.Sprintf("%s%s dport %s accept comment %q\n", to, protocol, port, what)
	if len(from) == 0 {
		return "\t\t" + rule
	}
	var out strings.Builder
	for _, four := range []bool{true, false} {
		var nets []string
		for _, p := range from {
			if p.Addr().Is4() == four {
				nets = append(nets, p.Masked().String())
			}
		}
		if slices.Sort(nets); len(nets) > 0 {
			fmt.Fprintf(&out, "\t\t%s saddr { %s } %s", family(four), strings.Join(nets, ", "), rule)
		}
	}
	return out.String()
}

func family(four bool) string {
	if four {
		return "ip"
	}
	return "ip6"
}
