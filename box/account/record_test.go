package account

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"foyer/config"
	"foyer/sync/wire"
	"foyer/vault"
)

func facts(broker string) Facts {
	c := &config.Config{Store: config.Store{Chain: "test", ID: "shop", Name: "Via <Roma>"}, HQ: config.HQ{Broker: broker},
		Sensors: []config.Sensor{{ID: "ap-1"}}, Listen: config.Listen{SensorsMQTT: "127.0.0.1:8883"}}
	return Facts{Config: c, Version: "1", At: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC), Rules: Rules{20 * time.Second, 20 * time.Minute, time.Hour, 168 * time.Hour},
		Files: []File{{"a.db", []vault.Bucket{{Name: "b", Purpose: "p|q", Basis: "consent", Whose: "customers", Fields: "f", Under: vault.UnderHers}}}}}
}

// Every topic of the contract has its row, and every row says everything.
func TestEveryTopicIsInTheRecord(t *testing.T) {
	var page strings.Builder
	if err := NewRecord(facts("tls://hq.example.com:8883")).Markdown(&page); err != nil {
		t.Fatal(err)
	}
	contract, err := os.ReadFile("../../sync/asyncapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	topics := regexp.MustCompile(`(?m)^ +address: foyer/v1/\{chain\}/\{store\}/(\S+)$`).FindAllStringSubmatch(string(contract), -1)
	if len(topics) < 30 {
		t.Fatalf("%d topics in the contract: the test looks for the wrong thing", len(topics))
	}
	for _, m := range topics {
		if !strings.Contains(page.String(), "\n| "+m[1]+" | ") {
			t.Errorf("%s is in the contract and not in the record: say in messages() what it carries", m[1])
		}
	}
	all := messages()
	for _, k := range append(wire.Kinds(), wire.UpMany) {
		if m := all[k]; m.Whose == "" || m.Fields == "" || m.Purpose == "" || m.Basis == "" {
			t.Errorf("messages() does not say everything of %s", k)
		}
		delete(all, k)
	}
	for k := range all {
		t.Errorf("messages() knows %s, and the contract does not", k)
	}
	if !strings.Contains(page.String(), "foyer-sensor/v1/<sensor>") {
		t.Error("the sensors' topics are not in the record")
	}
}

// The record follows the configuration: without headquarters there is no
// recipient outside the store, and no topic is in use.
func TestTheRecordFollowsTheConfiguration(t *testing.T) {
	var with, without, page strings.Builder
	for w, broker := range map[*strings.Builder]string{&with: "tls://hq.example.com:8883", &without: ""} {
		if err := NewRecord(facts(broker)).Markdown(w); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(with.String(), "| headquarters of test |") || !strings.Contains(with.String(), "| yes | yes |") {
		t.Error("with headquarters it is no recipient")
	}
	if s := without.String(); strings.Contains(s, "| headquarters of test |") || strings.Contains(s, "| yes | yes |") || !strings.Contains(s, "nothing leaves the store") {
		t.Error("without headquarters something is sent")
	}
	if !strings.Contains(with.String(), `p\|q`) {
		t.Error("a cell breaks its table")
	}
	if err := NewRecord(facts("")).HTML(&page); err != nil || !strings.Contains(page.String(), "Via &lt;Roma&gt;") || strings.Contains(page.String(), "<script") {
		t.Errorf("the page: %v", err)
	}
}

func TestSpans(t *testing.T) {
	for d, want := range map[time.Duration]string{20 * time.Second: "20 seconds", time.Minute: "1 minute", 10 * time.Minute: "10 minutes", 24 * time.Hour: "24 hours",
		14 * 24 * time.Hour: "14 days", 730 * 24 * time.Hour: "730 days (about 24 months)", 400 * 24 * time.Hour: "400 days (about 13 months)"} {
		if got := span(d); got != want {
			t.Errorf("%v is said as %q, want %q", d, got, want)
		}
	}
}
