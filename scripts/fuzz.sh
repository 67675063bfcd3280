#!/bin/bash
# Runs every fuzz target there is for the time given, one after the other.
set -euo pipefail
cd "$(dirname "$0")/.."
go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./... | while read -r pkg; do
	listed=$(go test -list '^Fuzz' "$pkg")
	for target in $(grep '^Fuzz' <<<"$listed" || true); do
		echo "$pkg $target"
		out=$(go test -run '^$' -fuzz "^$target\$" -fuzztime "$1" "$pkg" </dev/null 2>&1) || { echo "$out"; exit 1; }
		tail -n 2 <<<"$out"
	done
done
