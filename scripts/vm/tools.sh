#!/bin/bash
# Installs what the virtual machine needs and unpacks Debian's kernel, which
# has mac80211_hwsim, into the cache. Nothing is installed of the kernel.
# As root; else it says what is missing and ends well: the test then says SKIP.
set -euo pipefail
cd "$(dirname "$0")"
mkdir -p .cache
missing=()
need() { [ -e "$1" ] || missing+=("$2"); }
need /usr/bin/qemu-system-x86_64 qemu-system-x86
need /bin/busybox busybox-static
need /sbin/depmod kmod
need /usr/sbin/hostapd hostapd
need /usr/sbin/iw iw
need /lib/firmware/regulatory.db wireless-regdb
need /usr/sbin/mosquitto mosquitto
need /sbin/ip iproute2
[ ${#missing[@]} -gt 0 ] || [ ! -d .cache/kernel ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "The radios in a virtual machine are skipped. To run them, as root: make vm-test"
	exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update
if [ ${#missing[@]} -gt 0 ]; then
	apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}"
fi
if [ ! -d .cache/kernel ]; then
	image=$(apt-cache depends linux-image-amd64 | awk '/Depends: linux-image/ { print $2; exit }')
	rm -rf .cache/new
	mkdir .cache/new
	(cd .cache/new && apt-get -q download "$image" && dpkg -x ./*.deb kernel && rm ./*.deb)
	mv .cache/new/kernel .cache/kernel
	rmdir .cache/new
fi
