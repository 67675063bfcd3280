#!/bin/bash
# Runs every fuzz target there is for the time given, as many at once as there
# are processors. What a target has to say is printed whole, once it has ended.
# All of them run, even after one has failed; then this fails, and names it.
set -euo pipefail
cd "$(dirname "$0")/.."
each=${1:?how long each target runs, as in 60s}
at_once=$(nproc)
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf "$dir"' EXIT

# Every package that has targets is listed by the tests themselves, so that what
# is not built here is not looked for.
packages=$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n 1 dirname | sort -u)
listed=$(go test -vet=off -list '^Fuzz' $packages)
mapfile -t targets < <(awk '/^Fuzz/ { names[n++] = $1 } /^ok/ { for (i = 0; i < n; i++) print $2, names[i]; n = 0 }' <<<"$listed")
[ ${#targets[@]} -gt 0 ] || { echo "fuzz: no targets: $listed"; exit 1; }

declare -A running=()
ended=0 executions=0 failed=()

# finish waits for one target and tells of it and of what is left.
finish() {
	local pid code=0 name out execs
	wait -n -p pid "${!running[@]}" || code=$?
	name=${running[$pid]}
	unset "running[$pid]"
	ended=$((ended + 1))
	out=$(cat "$dir/${name// /-}" 2>/dev/null || true)
	execs=$(grep -o 'execs: [0-9]*' <<<"$out" | tail -n 1 | tr -dc 0-9 || true)
	executions=$((executions + ${execs:-0}))
	left=$(((SECONDS * (${#targets[@]} - ended) / ended + 59) / 60))
	if [ "$code" != 0 ] && grep -q '^    context deadline exceeded$' <<<"$out" && ! grep -q 'Failing input' <<<"$out"; then
		# Go before 1.27 may count a target's end as its failure (go.dev/issue/75804).
		name+=" (ended by the clock)"
	elif [ "$code" != 0 ]; then
		failed+=("$name")
		printf '%s: FAILED\n%s\n' "$name" "$out"
	fi
	echo "$name: ${execs:-0} executions; $ended of ${#targets[@]}, about $left min left"
}

for target in "${targets[@]}"; do
	[ ${#running[@]} -lt "$at_once" ] || finish
	read -r package name <<<"$target"
	file=${target// /-}
	mkdir -p "$dir/$(dirname "$file")"
	go test -vet=off -run '^$' -fuzz "^$name\$" -fuzztime "$each" -parallel 1 "$package" </dev/null >"$dir/$file" 2>&1 &
	running[$!]=$target
done
while [ ${#running[@]} -gt 0 ]; do finish; done

echo "figure: fuzz: ${#targets[@]} targets for $each each, $executions executions, ${#failed[@]} failed in $((SECONDS / 60)) min"
for target in "${failed[@]}"; do echo "failed: $target"; done
[ ${#failed[@]} = 0 ]
