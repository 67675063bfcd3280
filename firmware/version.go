package firmware

import (
	"cmp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// Model names the kind of machine a release is built for, such as linux-amd64.
func Model() string {
	if runtime.GOARCH == "arm" {
		return runtime.GOOS + "-armv7"
	}
	return runtime.GOOS + "-" + runtime.GOARCH
}

// ValidVersion reports whether s is a version such as 1.4.2 or 1.5.0-rc.1.
func ValidVersion(s string) bool { return versionPattern.MatchString(s) }

// Compare orders two versions: below 0 if a is older. A version that is none,
// such as a developer's build, is older than all; one with a suffix is older
// than the same without.
func Compare(a, b string) int {
	if va, vb := ValidVersion(a), ValidVersion(b); !va || !vb {
		return cmp.Compare(bit(va), bit(vb))
	}
	an, as, _ := strings.Cut(a, "-")
	bn, bs, _ := strings.Cut(b, "-")
	af, bf := strings.Split(an, "."), strings.Split(bn, ".")
	for i := range af {
		if c := cmp.Compare(number(af[i]), number(bf[i])); c != 0 {
			return c
		}
	}
	if as == "" || bs == "" {
		return cmp.Compare(len(bs), len(as))
	}
	return comparePre(strings.Split(as, "."), strings.Split(bs, "."))
}

// comparePre orders what is behind the dash, number by number.
func comparePre(a, b []string) int {
	for i := range min(len(a), len(b)) {
		x, errX := strconv.Atoi(a[i])
		y, errY := strconv.Atoi(b[i])
		c := cmp.Compare(a[i], b[i])
		switch {
		case errX == nil && errY == nil:
			c = cmp.Compare(x, y)
		case errX == nil || errY == nil:
			c = cmp.Compare(bit(errX != nil), bit(errY != nil)) // numbers are older than words
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

func number(s string) int {
	n, _ := strconv.Atoi(s) // the pattern bounds it
	return n
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Latest returns the later of a clock and a time that it cannot be before.
func Latest(clock, floor time.Time) time.Time {
	if clock.Before(floor) {
		return floor
	}
	return clock
}
