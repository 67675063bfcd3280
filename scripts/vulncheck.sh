#!/bin/bash
# Asks the vulnerability database about what is built. Where it cannot be asked
# this says SKIPPED: never green without an answer. FOYER_VULNDB may name a
# mirror (file:///… or https://…).
set -uo pipefail
cd "$(dirname "$0")/.."
db=()
[ -z "${FOYER_VULNDB:-}" ] || db=(-db "$FOYER_VULNDB")
out=$(timeout 300 go tool -modfile=tools.mod govulncheck "${db[@]}" ./cmd/... 2>&1)
rc=$?
case $rc in
0) echo "$out" | tail -3; exit 0 ;;
3) echo "$out"; exit 1 ;; # found something that is called
*)
	echo "SKIPPED: vulnerabilities were not looked up, the database did not answer:"
	echo "$out" | tail -2
	[ -z "${FOYER_VULNDB:-}" ] || exit 1 # somebody meant it to answer
	;;
esac
