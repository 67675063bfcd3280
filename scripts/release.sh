#!/bin/bash
# Makes everything of a release in dist/: programs, packages, bill of materials,
# licences, checksums, and their signature if RELEASE_KEY names a key (made by
# foyer-hq firmware key). Look at it, then publish it.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1 ldflags=$2
case $version in *dirty* | dev) echo "a release is of what is committed; this is $version" >&2; exit 1 ;; esac
go mod verify
scripts/vulncheck.sh
rm -rf dist
scripts/build.sh "$ldflags"
scripts/deb.sh "$version" "$ldflags" amd64 arm64 armhf
go run ./scripts/bill -modcache "$(go env GOMODCACHE)" -goroot "$(go env GOROOT)" -version "$version" -out dist dist/foyer*-linux-*
(cd dist && sha256sum -- * >../.sums && mv ../.sums SHA256SUMS)
if [ -z "${RELEASE_KEY:-}" ]; then
	echo "SKIPPED: SHA256SUMS is not signed; RELEASE_KEY names no key"
	exit 0
fi
openssl pkeyutl -sign -rawin -inkey "$RELEASE_KEY" -in dist/SHA256SUMS -out dist/SHA256SUMS.sig
openssl pkeyutl -verify -rawin -pubin -inkey "$RELEASE_KEY.pub" -in dist/SHA256SUMS -sigfile dist/SHA256SUMS.sig
