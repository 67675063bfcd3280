#!/bin/bash
# Makes a Debian package of foyer for each machine named (amd64, arm64, armhf)
# into dist/. The same source gives the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1 ldflags=$2
shift 2
deb=$(scripts/deb/version.sh "$version")
epoch=$(git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH=$epoch
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
# The manual and the completions are the commands' own words.
CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags man -ldflags "$ldflags" -o "$stage/own" ./cmd/foyer
"$stage/own" man "$stage/man"
gzip -9n "$stage"/man/*.1
for shell in bash zsh fish; do "$stage/own" completion $shell >"$stage/$shell"; done
chmod -R go=rX "$stage"
dist=${FOYER_DIST:-dist}
mkdir -p "$dist"
for arch in "$@"; do
	goarch=$arch goarm=
	[ "$arch" != armhf ] || goarch=arm goarm=7
	GOOS=linux GOARCH=$goarch GOARM=$goarm CGO_ENABLED=0 \
		go build -trimpath -buildvcs=false -ldflags "$ldflags" -o "$stage/foyer" ./cmd/foyer
	sed -e "s|@ARCH@|${goarch}${goarm}|; s|@VERSION@|$deb|; s|@STAGE@|$stage|; s|@MTIME@|$(date -ud "@$epoch" +%FT%TZ)|" \
		scripts/deb/nfpm.yaml >"$stage/nfpm.yaml"
	out=$dist/foyer_${deb}_$arch.deb
	GOFLAGS=-trimpath go tool -modfile=tools.mod nfpm package -f "$stage/nfpm.yaml" -p deb -t "$out" >/dev/null
	echo "$out $(stat -c %s "$out") bytes"
done
