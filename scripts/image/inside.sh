#!/bin/bash
# Run in the image that is being made: installs foyer and leaves out what a box
# in a store has no use for.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
dpkg -i /root/foyer.deb
for unused in gpu media infiniband isdn; do rm -rf /lib/modules/*/kernel/drivers/$unused; done
rm -rf /lib/modules/*/kernel/sound
depmod -a "$(ls /lib/modules)"
update-initramfs -u -k all

cp /usr/share/systemd/tmp.mount /etc/systemd/system/
systemctl -q enable tmp.mount systemd-networkd systemd-resolved systemd-timesyncd foyer-set-up foyer-firewall
# What would write where nothing can be written, or fetch what is not foyer's.
systemctl -q mask systemd-machine-id-commit systemd-firstboot apt-daily.timer apt-daily-upgrade.timer \
	dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service fstrim.timer ctrl-alt-del.target
echo foyer >/etc/hostname
printf '127.0.0.1 localhost foyer\n::1 localhost\n' >/etc/hosts
: >/etc/fstab # the initial ram disk mounts what there is
ln -sf ../run/systemd/resolve/stub-resolv.conf /etc/resolv.conf
mkdir -p /etc/credstore.encrypted /etc/systemd/network
echo uninitialized >/etc/machine-id # each box makes its own
rm -f /etc/ssh/ssh_host_* /etc/credstore.encrypted/* /var/lib/systemd/random-seed /var/lib/systemd/credential.secret
rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* /usr/share/{doc,man,locale}/*
# No password is good before somebody sets one.
! grep -q '^[^:]*:[^*!:]' /etc/shadow || { echo "an account has a password"; exit 1; }
! grep -q '^[^:]*::' /etc/shadow || { echo "an account needs no password"; exit 1; }
