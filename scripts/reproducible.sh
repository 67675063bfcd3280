#!/bin/bash
# Builds the daemon twice, the second time in another folder and from nothing,
# and the package twice, and compares them byte for byte.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir -p "$work/elsewhere/tree"
# What is to be compared is what lies here, committed or not.
git ls-files -z --cached --others --exclude-standard | tar --null -T - -c | tar -x -C "$work/elsewhere/tree"
build() { CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w -buildid= -X main.version=1.0.0' -o "$1" ./cmd/foyer; }
echo "the daemon, here"
build "$work/one"
echo "the daemon, elsewhere, with an empty cache (takes minutes)"
(cd "$work/elsewhere/tree" && GOCACHE=$work/cache build "$work/two")
sha256sum "$work/one" "$work/two"
cmp "$work/one" "$work/two"
echo "the package, twice"
for n in a b; do
	FOYER_DIST=$work/$n scripts/deb.sh 1.0.0 '-s -w -buildid= -X main.version=1.0.0' amd64 >/dev/null
	sleep 1 # another time
done
sha256sum "$work"/a/*.deb "$work"/b/*.deb
cmp "$work"/a/*.deb "$work"/b/*.deb
echo "the same bytes"
