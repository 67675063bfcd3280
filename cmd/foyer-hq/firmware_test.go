package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"foyer/sync/office"
	"foyer/sync/wire"
)

// The commands of the help, as they stand there.
func TestFirmwareCommands(t *testing.T) {
	t.Chdir(t.TempDir())
	do := func(want string, args ...string) string {
		t.Helper()
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"firmware"}, args...), &out, &out)
		if got := out.String() + errText(err); (err != nil) != (want != "" && !strings.Contains(out.String(), want)) || !strings.Contains(got, want) {
			t.Fatalf("%v: %s, want %q", args, got, want)
		}
		return out.String()
	}
	for _, key := range []string{"root1", "root2", "root3", "targets1", "targets2", "stamp"} {
		do("", "key", key)
		if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", key, info.Mode(), err)
		}
	}
	do("file exists", "key", "root1")
	begin := []string{"init", "--trust-root", "root1.pub,root2.pub,root3.pub", "--targets-key", "targets1,targets2", "--trust-targets", "targets1.pub,targets2.pub", "--stamp-key", "stamp"}
	do("not signed by enough keys", append(begin, "--root-key", "root1")...)
	do("", append(begin, "--root-key", "root1,root3")...)
	do("is one already", append(begin, "--root-key", "root1,root3")...)
	if root := do("", "root"); !strings.Contains(root, `"threshold": 2`) {
		t.Errorf("%s", root)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	do("not signed by enough keys", "publish", "1.4.2", self, "--targets-key", "targets1", "--stamp-key", "stamp")
	do("not signed by enough keys", "publish", "1.4.2", self, "--targets-key", "targets1,stamp", "--stamp-key", "stamp")
	do("1 kinds of machine", "publish", "1.4.2", self, "--targets-key", "targets1,targets2", "--stamp-key", "stamp")
	do("published already", "publish", "1.4.2", self, "--targets-key", "targets1,targets2", "--stamp-key", "stamp")
	if err := os.WriteFile("text", []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	do("no program for Linux", "publish", "1.4.3", "text", "--targets-key", "targets1,targets2", "--stamp-key", "stamp")
	do("not signed by enough keys", "stamp", "--stamp-key", "targets1")
	do("", "stamp", "--stamp-key", "stamp")
	do("1.4.2-linux-", "list")
	if stray, _ := filepath.Glob("firmware/.new-*"); len(stray) > 0 {
		t.Errorf("left: %v", stray)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestWaves(t *testing.T) {
	in := map[int]int{}
	for i := range 1000 {
		store := string(rune('a'+i%26)) + string(rune('a'+i/26))
		for _, percent := range []int{0, 10, 50, 100} {
			if inWave("1.4.2", store, percent) {
				in[percent]++
				if percent < 100 && !inWave("1.4.2", store, percent+1) {
					t.Fatalf("%s leaves the wave as it grows", store)
				}
			}
		}
	}
	if in[0] != 0 || in[100] != 1000 || in[10] < 60 || in[10] > 140 || in[50] < 420 || in[50] > 580 {
		t.Errorf("waves of %v in 1000", in)
	}
	all := []office.StoreStatus{
		{Store: "a", Firmware: wire.FirmwareState{State: "rolled-back", Wanted: "1.4.2", Reason: "crashed"}},
		{Store: "b", Firmware: wire.FirmwareState{State: "failed", Wanted: "1.4.1", Reason: "expired"}},
		{Store: "c", Firmware: wire.FirmwareState{State: "trial", Wanted: "1.4.2"}},
	}
	if bad := failures(all, "1.4.2"); len(bad) != 1 || bad[0] != "a: crashed" {
		t.Errorf("%v", bad)
	}
}
