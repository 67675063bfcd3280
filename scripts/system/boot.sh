#!/bin/bash
# Boots the tree $1 (left as it is: what changes is in memory) until it is
# killed or powers off. To be run by unshare -m, so that no mount is left.
set -euo pipefail
mount --make-rprivate /
mount -t tmpfs foyer-run /run # nspawn wants to write there
mkdir /run/upper /run/work /run/tree
mount -t overlay foyer -o "lowerdir=$1,upperdir=/run/upper,workdir=/run/work" /run/tree
exec systemd-nspawn -q -D /run/tree --register=no --keep-unit --private-network --console=pipe -b
