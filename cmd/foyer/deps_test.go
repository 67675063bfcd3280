package main_test

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// reasons says why each direct dependency is there. A new one is a decision:
// it is made here, in a sentence, or not at all.
func reasons() map[string]string {
	return map[string]string{
		"go.etcd.io/bbolt":                         "required: every file that survives a power cut, behind vault",
		"github.com/spf13/viper":                   "required: the configuration file, behind config",
		"github.com/go-viper/mapstructure/v2":      "viper's decoder: its conversions are switched off by its own options",
		"github.com/eclipse/paho.mqtt.golang":      "required: the line to headquarters",
		"github.com/gorilla/websocket":             "Aruba's access points report by WebSocket; the line to headquarters brings it along anyway, coder's would be one more",
		"github.com/grandcat/zeroconf":             "required: the box is found as _foyer._tcp",
		"github.com/mdlayher/wifi":                 "required: an access point's own stations by nl80211",
		"github.com/pion/mdns/v2":                  "answers for the host name, which zeroconf does not",
		"github.com/miekg/dns":                     "newer than zeroconf's own of 2020, for it parses what the LAN sends; headquarters' updates of a zone for ACME; and the tests' queries",
		"github.com/jsimonetti/rtnetlink/v2":       "the kernel's neighbour table: which radio has this address",
		"github.com/mochi-mqtt/server/v2":          "a broker inside: for sensors on the LAN, for the demo, for tests",
		"github.com/prometheus/client_golang":      "metrics in the format everybody reads",
		"github.com/CycloneDX/cyclonedx-go":        "the bill of materials of a release, in the format that tools read",
		"filippo.io/age":                           "what support is sent is sealed to support's key",
		"github.com/theupdateframework/go-tuf/v2":  "updates: who may sign a release, and that nobody shows a box yesterday's",
		"github.com/sigstore/sigstore":             "go-tuf's signers, for headquarters; it comes with go-tuf anyway",
		"github.com/spf13/cobra":                   "commands, help and completion",
		"rsc.io/qr":                                "the new box's address as a picture on its console; nothing else comes with it",
		"golang.org/x/crypto":                      "XChaCha20-Poly1305, argon2id and ACME, which the standard library lacks",
		"golang.org/x/net":                         "multicast sockets, of the advertiser and of what access points tell one another; and DNS messages",
		"golang.org/x/sync":                        "errgroup: the first failure stops the rest",
		"golang.org/x/text":                        "which of the languages a customer asks for is best for her, and how it writes numbers; it comes with viper anyway",
		"golang.org/x/time":                        "token buckets on everything that listens",
		"google.golang.org/protobuf":               "the wire format alone, for what Aruba's access points send; it comes with the metrics anyway",
		"go.yaml.in/yaml/v3":                       "a test holds sync/asyncapi.yaml against the code",
		"github.com/klauspost/compress":            "zstd, which the standard library lacks: snapshots for a cold box",
		"github.com/santhosh-tekuri/jsonschema/v6": "tests: whatever is sent is valid by the contract's JSON Schemas",
		"github.com/chromedp/chromedp":             "tests: the pages in a real browser",
		"github.com/chromedp/cdproto":              "the browser protocol's own words, where chromedp has none (tests)",
		"github.com/mdlayher/genetlink":            "tests: the air between simulated radios in the virtual machine",
		"github.com/mdlayher/netlink":              "tests: its attributes",
		"github.com/google/go-cmp":                 "tests: differences one can read",
		"go.uber.org/goleak":                       "tests: no goroutine is left",
		"pgregory.net/rapid":                       "tests: properties, with small counter-examples",
	}
}

// directRequires returns module -> version of what go.mod requires itself.
func directRequires(mod string) map[string]string {
	out := map[string]string{}
	block := false
	for line := range strings.Lines(mod) {
		code, comment, _ := strings.Cut(line, "//")
		f := strings.Fields(code)
		switch {
		case len(f) == 2 && f[0] == "require" && f[1] == "(":
			block = true
		case len(f) == 1 && f[0] == ")":
			block = false
		case strings.TrimSpace(comment) == "indirect":
		case len(f) == 3 && f[0] == "require":
			out[f[1]] = f[2]
		case block && len(f) == 2:
			out[f[0]] = f[1]
		}
	}
	return out
}

func TestEveryDependencyHasAReason(t *testing.T) {
	data, err := os.ReadFile(root + "/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	direct, why := directRequires(string(data)), reasons()
	if len(direct) < 10 {
		t.Fatalf("%d direct dependencies: go.mod was not understood", len(direct))
	}
	for m := range direct {
		if why[m] == "" {
			t.Errorf("%s is required without a reason: write one, or do without", m)
		}
	}
	for m, reason := range why {
		if direct[m] == "" {
			t.Errorf("%s has a reason (%s) but go.mod does not require it: remove it here", m, reason)
		}
	}
	// Its version list is refused by module proxies: anything but the exact
	// tag breaks the build of everybody.
	if v := direct["github.com/grandcat/zeroconf"]; v != "v1.0.0" {
		t.Errorf("zeroconf is at %q, want exactly v1.0.0", v)
	}
	if strings.Contains(string(data), "replace ") {
		t.Error("go.mod replaces a module: what is built is not what is named")
	}
}

func TestEveryDependencyIsImported(t *testing.T) {
	data, err := os.ReadFile(root + "/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	var imported []string
	for _, s := range repository(t) {
		imported = append(imported, s.imports()...)
	}
	for m := range directRequires(string(data)) {
		if !slices.ContainsFunc(imported, func(i string) bool { return within(i, m) }) {
			t.Errorf("%s is required and nothing imports it: remove it from go.mod", m)
		}
	}
}

func TestDirectRequiresReadsGoMod(t *testing.T) {
	got := directRequires("module x\nrequire a.example/one v1.0.0\nrequire (\n\tb.example/two v2.0.0\n\tc.example/three v3.0.0 // indirect\n)\ntool d.example/four\nrequire e.example/five v0.1.0 // indirect\n")
	if len(got) != 2 || got["a.example/one"] != "v1.0.0" || got["b.example/two"] != "v2.0.0" {
		t.Errorf("got %v", got)
	}
}
