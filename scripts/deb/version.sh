#!/bin/bash
# Prints a version, as git describe names it, as Debian orders versions: before a
# release its pre-releases (~), after it what was built between two tags (+).
set -euo pipefail
tag=${1#v} built=
case $tag in *-dirty) tag=${tag%-dirty} built=+dirty ;; esac
# COMMITS-gHASH behind a tag counts what came since.
if [[ $tag =~ ^(.+)-([0-9]+)-(g[0-9a-f]+)$ ]]; then
	tag=${BASH_REMATCH[1]} built=+${BASH_REMATCH[2]}.${BASH_REMATCH[3]}${built/+/.}
fi
# Debian's versions begin with a digit; what has no tag is older than any.
case $tag in [0-9]*.[0-9]*) ;; *) tag=0.0.0~$tag ;; esac
echo "${tag//-/\~}$built"
