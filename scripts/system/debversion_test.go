package system

import (
	"os/exec"
	"strings"
	"testing"
)

// A package that is built later is newer to dpkg: pre-releases before their
// release, what is built between two tags after the first and before the second.
func TestPackagesSortAsTheyWereBuilt(t *testing.T) {
	if _, err := exec.LookPath("dpkg"); err != nil {
		t.Skip("SKIPPED: no dpkg here to compare versions with")
	}
	last, of := "", ""
	for _, version := range []string{
		"4f2a9c1-dirty", // no tag was ever made
		"v1.0.0-alpha", "v1.0.0-beta", "v1.0.0-rc1", "v1.0.0-rc1-7-gabc1234", "v1.0.0-rc2", "v1.0.0-rc.10",
		"1.0.0", "v1.0.0-5-gabc1234", "v1.0.0-5-gabc1234-dirty", "v1.0.0-12-g0123abc",
		"1.0.1-rc1", "1.0.1", "1.0.1-dirty", "1.10.0",
	} {
		out, err := exec.Command("../deb/version.sh", version).Output()
		if err != nil {
			t.Fatalf("%s: %v", version, err)
		}
		deb := strings.TrimSpace(string(out))
		if strings.Contains(deb, "-") {
			t.Errorf("%s is %s: what is behind a dash is Debian's own revision", version, deb)
		}
		if out, err := exec.Command("dpkg", "--validate-version", deb).CombinedOutput(); err != nil {
			t.Errorf("%s is %s, no version of Debian's: %s", version, deb, out)
		}
		if last != "" && exec.Command("dpkg", "--compare-versions", last, "lt", deb).Run() != nil {
			t.Errorf("%s (%s) does not come after %s (%s)", version, deb, of, last)
		}
		last, of = deb, version
	}
	if out, _ := exec.Command("../deb/version.sh", "v1.2.3").Output(); string(out) != "1.2.3\n" {
		t.Errorf("a release is %q", out) // as the documentation and headquarters name it
	}
}
