#!/bin/bash
# Fetches what the appliance image is made of: tools, and a small Debian with a
# kernel, kept in the cache for a week and then fetched anew, for its security
# updates. With "boot", also what the test boots it with.
set -euo pipefail
cd "$(dirname "$0")"
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "The appliance image needs root and Debian: sudo make image" >&2
	[ "${1:-}" = boot ] # the test of it says SKIPPED
	exit
fi
missing=()
need() { [ -e "$1" ] || missing+=("$2"); }
need /usr/bin/mmdebstrap mmdebstrap
need /usr/bin/mksquashfs squashfs-tools
need /usr/sbin/sfdisk fdisk
need /usr/sbin/mkfs.vfat dosfstools
need /usr/bin/mcopy mtools
if [ "${1:-}" = boot ]; then
	need /usr/bin/qemu-system-x86_64 qemu-system-x86
	need /usr/share/OVMF/OVMF_CODE.fd ovmf
fi
if [ ${#missing[@]} -gt 0 ]; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get -q -o DPkg::Lock::Timeout=300 update
	apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}"
fi
mkdir -p .cache
if cmp -s packages .cache/packages && [ -n "$(find .cache -name debian.tar -mtime -7)" ]; then exit 0; fi
rm -f .cache/packages
list=$(cat packages)
echo "Debian is fetched: about 150 MB, two minutes"
mmdebstrap --quiet --variant=minbase --include="$(grep -v '^#' <<<"$list" | paste -sd,)" \
	--aptopt='Acquire::Languages "none"' --dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' \
	bookworm .cache/new.tar
mv .cache/new.tar .cache/debian.tar
echo "$list" >.cache/packages
