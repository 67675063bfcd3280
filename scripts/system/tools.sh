#!/bin/bash
# Fetches what the tests of the package need, once: a small Debian as a tar.
set -euo pipefail
cd "$(dirname "$0")"
[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "The system test needs root and Debian."; exit 0; }
missing=()
command -v mmdebstrap >/dev/null || missing+=(mmdebstrap)
command -v systemd-nspawn >/dev/null || missing+=(systemd-container)
[ -x /usr/sbin/nft ] || missing+=(nftables)
if [ ${#missing[@]} -gt 0 ]; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q -o DPkg::Lock::Timeout=300 update
	apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}"
fi
mkdir -p .cache
fetch() { # tar, packages
	[ ! -f ".cache/$1.tar" ] || return 0
	mmdebstrap --quiet --variant=minbase --include="$2" --aptopt='Acquire::Languages "none"' bookworm .cache/new.tar
	mv .cache/new.tar ".cache/$1.tar"
}
fetch debian systemd,systemd-sysv,dbus,iproute2,nftables
# What the README asks for, beside Go; and ip, for the test's own network.
fetch fresh make,mosquitto,iproute2,ca-certificates
