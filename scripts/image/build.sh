#!/bin/bash
# Makes the appliance image dist/foyer_VERSION_amd64.img, to be written to a
# disk as it is: a start partition (UEFI), Debian with foyer on a file system
# that cannot be written, and room; the box makes its data partition itself.
# Usage: build.sh VERSION LDFLAGS   (root; tools.sh has fetched Debian)
set -euo pipefail
cd "$(dirname "$0")/../.."
here=scripts/image version=$1 ldflags=$2
start_mib=128 root_mib=512 # room for a later Debian in the same places
dist=$(realpath -m "${FOYER_DIST:-dist}")
mkdir -p "$dist"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/tree
step() { printf '%4d s  %s\n' "$SECONDS" "$*"; }

step "foyer's package"
FOYER_DIST=$work scripts/deb.sh "$version" "$ldflags" amd64 >/dev/null
deb=$(basename "$work"/foyer_*_amd64.deb)
out=$dist/${deb%.deb}.img

step "Debian"
mkdir "$tree"
tar -C "$tree" -xf $here/.cache/debian.tar --exclude='./dev/*'
tar -C $here/tree --owner=0 --group=0 --mode=u=rwX,go=rX -c . | tar -C "$tree" --no-overwrite-dir -x
cp "$work/$deb" "$tree/root/foyer.deb"
cp $here/inside.sh "$tree/root/inside.sh"
# In a name space of its own, so that no mount is left whatever happens.
unshare -m sh -c 'mount -t proc p "$1/proc" && mount -t sysfs s "$1/sys" && mount -t devtmpfs d "$1/dev" && exec chroot "$1" /root/inside.sh' sh "$tree" >"$work/log" 2>&1 ||
	{ cat "$work/log" >&2; exit 1; }
rm "$tree"/root/{inside.sh,foyer.deb}

step "the start partition"
truncate -s ${start_mib}M "$work/start"
mkfs.vfat -F 32 -n FOYER "$work/start" >/dev/null
export MTOOLS_SKIP_CHECK=1
mmd -i "$work/start" ::EFI ::EFI/BOOT ::loader ::loader/entries ::foyer
put() { mcopy -i "$work/start" "$1" "::$2"; }
put "$tree/usr/lib/systemd/boot/efi/systemd-bootx64.efi" EFI/BOOT/BOOTX64.EFI
put "$(ls "$tree"/boot/vmlinuz-*)" foyer/vmlinuz
put "$(ls "$tree"/boot/initrd.img-*)" foyer/initrd
put $here/start/loader.conf loader/loader.conf
put $here/start/foyer.conf loader/entries/foyer.conf
put $here/start/README.txt README.txt
rm -rf "$tree"/boot/* "$tree/usr/lib/systemd/boot"

step "the root file system"
mksquashfs "$tree" "$work/root" -quiet -no-progress -noappend -comp zstd -Xcompression-level 9 -processors "$(nproc)"
size=$(stat -c %s "$work/root")
[ "$size" -le $((root_mib << 20)) ] || { echo "the root file system is too large: $size bytes" >&2; exit 1; }

step "the disk"
rm -f "$out.new"
truncate -s $((start_mib + root_mib + 2))M "$out.new"
sfdisk -q "$out.new" <<LAYOUT
label: gpt
start=1MiB, size=${start_mib}MiB, type=uefi, name=foyer-start
size=${root_mib}MiB, type=linux, name=foyer-root
LAYOUT
place() { dd if="$1" of="$out.new" bs=1M seek="$2" conv=notrunc,sparse status=none; }
place "$work/start" 1
place "$work/root" $((1 + start_mib))
mv "$out.new" "$out"
step "$out: root file system $((size >> 20)) MiB of ${root_mib}, $(du -m "$out" | cut -f1) MiB in all"
