#!/bin/bash
# Installs the programs the tests start, or says how. Without them the tests
# that need them say SKIP.
set -euo pipefail
# What looks at pages as an impaired reader would, for the test of web.
axe=${XDG_CACHE_HOME:-$HOME/.cache}/foyer/axe-4.11.1.js
if [ ! -s "$axe" ]; then
	if command -v npm >/dev/null; then
		dir=$(mktemp -d)
		if (cd "$dir" && npm pack -s axe-core@4.11.1 >/dev/null && tar xzf axe-core-4.11.1.tgz package/axe.min.js); then
			mkdir -p "$(dirname "$axe")" && mv "$dir/package/axe.min.js" "$axe"
		else
			echo "axe-core could not be fetched: the test of accessibility will be skipped."
		fi
		rm -rf "$dir"
	else
		echo "npm is not here: the test of accessibility will be skipped. To run it: apt-get install npm"
	fi
fi
missing=()
command -v mosquitto >/dev/null || [ -x /usr/sbin/mosquitto ] || missing+=(mosquitto)
command -v mosquitto_pub >/dev/null || missing+=(mosquitto-clients)
command -v chromium >/dev/null || missing+=(chromium)
command -v ip >/dev/null || [ -x /usr/sbin/ip ] || missing+=(iproute2)
command -v systemd-analyze >/dev/null || missing+=(systemd)
command -v strace >/dev/null || missing+=(strace)
command -v xz >/dev/null || missing+=(xz-utils)
[ ${#missing[@]} -gt 0 ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "Some tests will be skipped. To run them: apt-get install ${missing[*]}"
	exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q -o DPkg::Lock::Timeout=300 update
apt-get -q -y -o DPkg::Lock::Timeout=300 install --no-install-recommends "${missing[@]}"
