#!/bin/bash
# Lists the packages whose tests do less in "make check" than they can: they ask
# testing.Short or have rapid ask it, are not built for the race detector, or are
# named here, as check skips or picks among their tests. The other packages have
# nothing left to do, as TestTheWholePassLeavesNothingOut sees to. The longest
# come first.
set -euo pipefail
cd "$(dirname "$0")/.."
for first in ./cmd/foyer ./web ./rehearsal ./sync/hq; do echo "$first"; done
grep -rlE --include='*_test.go' 'testing\.Short\(|"pgregory\.net/rapid"|^//go:build .*\brace\b' . | xargs -n 1 dirname | sort -u
