package office

import (
	"path/filepath"
	"testing"
	"time"
)

// Headquarters' own certificates never end while somebody looks each day; the
// names of the door stay, and the CA.
func TestRenewOwn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "hq")
	now := time.Now()
	if err := InitCA(dir, now); err != nil {
		t.Fatal(err)
	}
	if until, err := RenewOwn(dir, now); err != nil || !until.IsZero() {
		t.Errorf("without a broker and a door: %v, %v", until, err)
	}
	if _, err := IssueBroker(dir, []string{"hq.example.com"}, now); err != nil {
		t.Fatal(err)
	}
	if err := IssueDoor(dir, []string{"hq.example.com", "10.0.0.2"}, now); err != nil {
		t.Fatal(err)
	}
	pin, err := Fingerprint(dir)
	if err != nil {
		t.Fatal(err)
	}
	serials := map[string]int{}
	for range 1000 { // days
		now = now.AddDate(0, 0, 1)
		until, err := RenewOwn(dir, now)
		if err != nil || until.IsZero() {
			t.Fatal(until, err)
		}
		for _, name := range []string{"hq.pem", "door.pem"} {
			cert, err := leafOf(filepath.Join(dir, name))
			if err != nil || !now.Before(cert.NotAfter) || now.Before(cert.NotBefore) {
				t.Fatalf("%s on day %v: %v", name, now, err)
			}
			serials[name+cert.SerialNumber.String()]++
			if name == "door.pem" && len(namesOf(cert)) != 2 {
				t.Fatalf("the door's names: %v", namesOf(cert))
			}
		}
	}
	if n := len(serials); n < 6 || n > 10 {
		t.Errorf("%d certificates in a thousand days", n)
	}
	if again, err := Fingerprint(dir); err != nil || again != pin {
		t.Errorf("another authority: %v", err)
	}
}
