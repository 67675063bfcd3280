#!/bin/bash
# Runs everything there is, part by part, each whatever became of those before
# it, and prints at the end what can be quoted: what became of each part, how
# many tests that were, and the figures they measured.
#
# What shares memory among goroutines runs with the race detector. What reckons
# in one, or starts programs that are built without it, takes ten times as long
# with it and shows nothing more: that runs in whole, and check has raced it.
set -euo pipefail
cd "$(dirname "$0")/.."
fuzztime=${1:?how long each fuzz target runs, as in 60s}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
alone='^foyer/(locator|rehearsal|scripts|cmd/foyer)(/|$)'
began=$SECONDS bad=0

# part runs one part; what it leaves in the file $figures is kept.
part() {
	local name=$1 start=$SECONDS how=passed
	shift
	echo "== $name"
	figures=$dir/figures
	: >"$figures"
	"$@" || how=FAILED
	[ "$how" = passed ] || bad=1
	{
		echo "$name: $how in $(((SECONDS - start + 30) / 60)) min"
		sed 's/^/  /' "$figures"
	} >>"$dir/summary"
}

# whole runs the packages given, in whole.
whole() { FOYER_LONG=1 go test -vet=off -v -timeout 60m "$@" | awk -v summary="$figures" -f scripts/quiet.awk; }
check() {
	local code=0
	make --no-print-directory check SUMMARY="$figures" || code=$?
	sed -i '/^figure: /d' "$figures" # of short runs, and with the race detector
	return "$code"
}
fuzz() {
	local code=0
	scripts/fuzz.sh "$fuzztime" | tee "$dir/fuzz" || code=$?
	grep -E '^(figure|failed): ' "$dir/fuzz" >"$figures"
	return "$code"
}
vm() { make --no-print-directory vm-test; }

mapfile -t packages < <(go list ./...)
part "check" check
# the made-up people, who take longest, begin first
CGO_ENABLED=0 part "in whole" whole -parallel 4 foyer/rehearsal $(printf '%s\n' "${packages[@]}" | grep -E "$alone")
part "in whole, raced" whole -race -skip '^TestHistories$' $(printf '%s\n' "${packages[@]}" | grep -vE "$alone")
part "ten thousand histories" whole -run '^TestHistories$' ./sync/hq # their broker races with itself
part "a thousand stores" whole -run '^TestFleetOfAThousand$' ./cmd/foyer-hq/fleet # raced they are fewer
part "fuzz" fuzz
part "virtual machine" vm

printf '\n== everything, in %d min, at %s\n' $(((SECONDS - began + 30) / 60)) "$(git describe --always --dirty 2>/dev/null)"
cat "$dir/summary"
exit "$bad"
