package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestFirewallFollowsTheConfiguration(t *testing.T) {
	var out bytes.Buffer
	args := []string{"firewall", "--config", "../../config/reference.yaml", "--ssh", "10.40.0.7/24"}
	if err := run(context.Background(), args, &out, os.Stderr); err != nil {
		t.Fatal(err)
	}
	table := out.String()
	for _, want := range []string{
		"policy drop;",
		"ip daddr 10.20.0.2 tcp dport 443 accept",
		"ip daddr 10.30.0.2 tcp dport 443 accept",
		"ip daddr 10.30.0.2 tcp dport 8443 accept",
		"ip daddr 10.30.0.2 tcp dport 8883 accept",
		"ip saddr { 10.40.0.2/32 } ip daddr 10.30.0.2 udp dport 1813 accept",
		"ip saddr { 10.40.0.0/24 } udp dport 16720 accept",
		"\t\tudp dport 5353 accept",
		"ip saddr { 10.40.0.0/24 } tcp dport 22 accept",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("no rule %q in\n%s", want, table)
		}
	}
	if n := strings.Count(table, "dport"); n != 9 {
		t.Errorf("%d rules with a port, want 9: what else is open?\n%s", n, table)
	}
	if strings.Contains(table, "1883") {
		t.Error("a port that is off is open")
	}
	if err := run(context.Background(), append(args, "--ssh", "anywhere"), &out, os.Stderr); err == nil {
		t.Error("SSH from anywhere")
	}
	nft, err := exec.LookPath("/usr/sbin/nft")
	if err != nil || os.Getuid() != 0 {
		t.Skip("SKIP: nft needs root and its package; the table's syntax is not checked")
	}
	check := exec.Command(nft, "-c", "-f", "-")
	check.Stdin = strings.NewReader(table)
	if said, err := check.CombinedOutput(); err != nil {
		t.Errorf("nft refuses it: %v\n%s", err, said)
	}
}
