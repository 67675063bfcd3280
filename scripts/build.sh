#!/bin/bash
# Builds every program for every machine into dist/. The same source gives the
# same bytes, wherever it lies.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p dist
one() { # program, name of the machine, GOARCH, GOARM
	local out="dist/$1-linux-$2"
	GOOS=linux GOARCH=$3 GOARM=${4:-} GOMIPS=softfloat CGO_ENABLED=0 \
		go build -trimpath -buildvcs=false -ldflags "$ldflags" -o "$out" "./cmd/$1"
	echo "$out $(stat -c %s "$out") bytes"
}
# An access point has 16 MB of flash, most of it taken.
agent() { # name of the machine, GOARCH, GOARM
	local out="dist/foyer-ap-linux-$1" size packed=0
	one foyer-ap "$@"
	size=$(stat -c %s "$out")
	if command -v xz >/dev/null; then
		packed=$(xz -9e -c "$out" | wc -c)
		echo "$out $packed bytes as xz"
	else
		echo "SKIP: xz is not installed; how small $out packs is not measured"
	fi
	if [ "$size" -gt 7000000 ] || [ "$packed" -gt 2000000 ]; then
		echo "$out is too large for an access point: at most 7,000,000 bytes, 2,000,000 as xz" >&2
		return 1
	fi
}
ldflags=$1
for program in foyer foyer-hq; do
	one $program amd64 amd64
	one $program arm64 arm64
done
one foyer armv7 arm 7
agent mipsle mipsle
agent armv7 arm 7
agent arm64 arm64
agent amd64 amd64
(cd dist && sha256sum foyer*-linux-* >SHA256SUMS)
