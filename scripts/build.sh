#!/bin/bash
# Builds every program for every machine into dist/. The same source gives the
# same bytes, wherever it lies.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p dist
one() { # program, name of the machine, GOARCH, GOARM
	local out="dist/$1-linux-$2"
	GOOS=linux GOARCH=$3 GOARM=${4:-} CGO_ENABLED=0 \
		go build -trimpath -buildvcs=false -ldflags "$ldflags" -o "$out" "./cmd/$1"
	echo "$out $(stat -c %s "$out") bytes"
}
ldflags=$1
for program in foyer foyer-hq; do
	one $program amd64 amd64
	one $program arm64 arm64
done
one foyer armv7 arm 7
(cd dist && sha256sum foyer*-linux-* >SHA256SUMS)
