#!/bin/sh
# The guest's first process: it makes the radios and runs the test, whose
# result is the last line but one.
export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/ TMPDIR=/tmp
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t debugfs debug /sys/kernel/debug
mount -t tmpfs tmp /tmp
mount -t tmpfs run /run
ip link set lo up
modprobe mac80211_hwsim radios=5 && modprobe bridge && modprobe veth || dmesg
cd /tmp || exit
FOYER_GUEST=/foyer /foyer/foyer.test -test.run '^TestRadios$' -test.v -test.timeout 4m
echo "the guest ends: $?"
poweroff -f
