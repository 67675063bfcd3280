#!/bin/bash
# Makes a disk and what starts it, to be booted with a kernel of its own: Debian
# with foyer's package installed and configured, as the folder $1 of additions
# says.
# Usage: disk.sh PACKAGE ADDITIONS OUT   (makes OUT.img and OUT.initrd)
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$1 additions=$2 out=$3
kernel=$here/../vm/.cache/kernel
version=$(ls "$kernel/lib/modules")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir "$work/tree"
tar -C "$work/tree" -xf "$here/.cache/debian.tar" --exclude='./dev/*'
cp "$package" "$work/tree/root/foyer.deb"
# The program asks /proc where it lies; in a name space of its own, so that no
# mount is left whatever happens.
unshare -m sh -c 'mount -t proc p "$1/proc" && chroot "$1" dpkg -i /root/foyer.deb >/dev/null' sh "$work/tree"
rm "$work/tree/root/foyer.deb"
cp -a "$additions/." "$work/tree/"
chroot "$work/tree" chown -R root:foyer /etc/foyer
chmod -R u=rwX,g=rX,o= "$work/tree/etc/foyer"
for unit in "$additions"/etc/systemd/system/*.service; do
	chroot "$work/tree" systemctl -q enable "$(basename "$unit")"
done
truncate -s 900M "$out.img"
mkfs.ext4 -q -d "$work/tree" "$out.img"

root=$work/initrd
mkdir -p "$root"/{bin,proc,sys,dev,root}
cp /bin/busybox "$root/bin/"
for name in sh mount modprobe switch_root; do ln -s busybox "$root/bin/$name"; done
modules=$root/lib/modules/$version
for m in drivers/virtio/virtio drivers/virtio/virtio_ring drivers/virtio/virtio_pci drivers/virtio/virtio_pci_legacy_dev \
	drivers/virtio/virtio_pci_modern_dev drivers/block/virtio_blk fs/ext4/ext4 fs/jbd2/jbd2 fs/mbcache lib/crc16 crypto/crc32c_generic; do
	install -D "$kernel/lib/modules/$version/kernel/$m.ko" "$modules/kernel/$m.ko"
done
cp "$kernel/lib/modules/$version"/modules.{builtin,order} "$modules/"
depmod -b "$root" "$version"
cat >"$root/init" <<'INIT'
#!/bin/sh
mount -t proc p /proc; mount -t sysfs s /sys; mount -t devtmpfs d /dev
modprobe virtio_pci; modprobe virtio_blk; modprobe crc32c_generic; modprobe ext4
mount -t ext4 /dev/vda /root
exec switch_root /root /sbin/init
INIT
chmod +x "$root/init"
(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$out.initrd"
