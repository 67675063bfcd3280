package main

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"time"

	"filippo.io/age"
	"github.com/spf13/cobra"

	"foyer/box/doctor"
	"foyer/config"
	"foyer/firmware"
	"foyer/web/admin"
)

// A bundle is a file for support.
type bundle struct {
	file, socket string
	to           []string // support's public keys
}

func (b *bundle) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&b.file, "bundle", "", "pack what support needs into this `FILE`, sealed")
	f.StringSliceVar(&b.to, "to", nil, "support's public `KEY`, age1…")
	f.StringVar(&b.socket, "socket", defaultSocket, "the box's admin socket")
}

// make makes the file and says so.
func (b *bundle) make(cmd *cobra.Command, c *config.Config) error {
	err := b.pack(cmd.Context(), c)
	if err == nil {
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s holds what support needs, sealed: only support can open it. Send it by any way.\n", b.file)
	}
	return err
}

// pack writes what support needs, sealed to support's keys: figures,
// warnings, what the doctor found. It asks the running box for nothing about
// people, and takes out every hardware address and every network address that
// is not the box's own.
func (b *bundle) pack(ctx context.Context, c *config.Config) (err error) {
	var keys []age.Recipient
	for _, s := range b.to {
		key, err := age.ParseX25519Recipient(s)
		if err != nil {
			return fmt.Errorf("bundle: --to %.12s…: want support's public key, age1…: %w", s, err)
		}
		keys = append(keys, key)
	}
	if len(keys) == 0 {
		return errors.New("bundle: --to says for whom it is sealed: support's public key, age1…")
	}
	f, err := os.OpenFile(b.file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(b.file)
		}
	}()
	sealed, err := age.Encrypt(f, keys...)
	if err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	packed := gzip.NewWriter(sealed)
	parts := bundleParts(ctx, c, b.socket)
	scrub := careful(ctx, c, b.socket, parts)
	if err := fillBundle(tar.NewWriter(packed), parts, scrub); err != nil {
		return fmt.Errorf("bundle: %w", err)
	}
	return errors.Join(packed.Close(), sealed.Close())
}

func fillBundle(w *tar.Writer, parts map[string][]byte, scrub func([]byte) []byte) error {
	for name, data := range parts {
		data = scrub(data)
		if err := w.WriteHeader(&tar.Header{Name: "foyer/" + name, Mode: 0o600, Size: int64(len(data)), ModTime: time.Now()}); err != nil {
			return err
		}
		if _, err := w.Write(data); err != nil {
			return err
		}
	}
	return w.Close()
}

// bundleParts are the files of a bundle. What cannot be had says why.
func bundleParts(ctx context.Context, c *config.Config, socket string) map[string][]byte {
	parts := map[string][]byte{"version.txt": []byte(version + " " + firmware.Model() + "\n")}
	for name, route := range map[string]string{"status.json": "/status", "metrics.txt": "/metrics"} {
		data, err := admin.Get(ctx, socket, route)
		if err != nil {
			data = []byte("not had: " + err.Error() + "\n")
		}
		parts[name] = data
	}
	if rec, err := firmware.ReadRecord(slotsFolder); err != nil {
		parts["update.json"] = []byte("not had: " + err.Error() + "\n")
	} else if data, err := json.MarshalIndent(rec, "", "\t"); err == nil {
		parts["update.json"] = data
	}
	doctor.Network(ctx, c, func(f doctor.Finding) {
		if line, err := json.Marshal(f); err == nil {
			parts["doctor.ndjson"] = append(append(parts["doctor.ndjson"], line...), '\n')
		}
	})
	return parts
}

// scrubber takes out addresses that may be somebody's.
func scrubber(c *config.Config) func([]byte) []byte {
	own := map[string]bool{}
	for _, a := range []string{c.Listen.Guest, c.Listen.Staff, c.Listen.Sensors, c.Listen.SensorsMQTT, c.Listen.SensorsMQTTPlain, c.Listen.RADIUS} {
		if host, _, err := net.SplitHostPort(a); err == nil {
			own[host] = true
		}
	}
	hardware := regexp.MustCompile(`(?i)\b([0-9a-f]{2}([:-]?[0-9a-f]{2}){5}|[0-9a-f]{4}(\.[0-9a-f]{4}){2})\b`)
	network := regexp.MustCompile(`(?i)\b(\d{1,3}(\.\d{1,3}){3}|([0-9a-f]{1,4}:){2,7}[0-9a-f:]*|[0-9a-f:]+::[0-9a-f:]*)\b`)
	return func(data []byte) []byte {
		data = hardware.ReplaceAll(data, []byte("(hardware address)"))
		return network.ReplaceAllFunc(data, func(a []byte) []byte {
			if net.ParseIP(string(a)) == nil || own[string(a)] {
				return a
			}
			return []byte("(address)")
		})
	}
}
