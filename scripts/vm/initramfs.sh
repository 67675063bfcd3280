#!/bin/bash
# Packs the guest: busybox, Debian's programs with their libraries, the modules
# of the radios, and the programs under test.
# Usage: initramfs.sh OUT PROGRAM...
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
out=$1
shift
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
kernel=$here/.cache/kernel
version=$(ls "$kernel/lib/modules")
mkdir -p "$root"/{bin,sbin,usr/bin,usr/sbin,proc,sys,dev,tmp,run,var,etc,lib/firmware,lib64,foyer}
ln -s ../run "$root/var/run"
echo 'root:x:0:0:root:/:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
echo '127.0.0.1 localhost here.localhost staff.localhost' >"$root/etc/hosts"

cp /bin/busybox "$root/bin/"
for name in sh mount modprobe poweroff cat ls ps ping sleep sysctl dmesg grep; do
	ln -s busybox "$root/bin/$name"
done
copy() { # a program, and the libraries it is linked with
	local lib
	install -D "$1" "$root$1"
	for lib in $(ldd "$1" | grep -oE '/[^ ]+'); do
		[ -e "$root$lib" ] || install -D "$lib" "$root$lib"
	done
}
for program in /usr/sbin/hostapd /usr/sbin/iw /sbin/ip /usr/sbin/mosquitto; do
	copy "$program"
done
cp -L /lib/firmware/regulatory.db /lib/firmware/regulatory.db.p7s "$root/lib/firmware/"

modules=$root/lib/modules/$version
mkdir -p "$modules"
for m in drivers/net/wireless/mac80211_hwsim net/mac80211/mac80211 net/wireless/cfg80211 net/rfkill/rfkill \
	lib/crypto/libarc4 drivers/virtio/virtio drivers/virtio/virtio_ring crypto/ccm crypto/cmac crypto/gcm crypto/ctr \
	net/bridge/bridge net/802/stp net/llc/llc drivers/net/veth; do
	install -D "$kernel/lib/modules/$version/kernel/$m.ko" "$modules/kernel/$m.ko"
done
cp "$kernel/lib/modules/$version"/modules.{builtin,order} "$modules/"
depmod -b "$root" "$version"

install "$here/init.sh" "$root/init"
install "$@" "$root/foyer/"
(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$out"
