# Makes "go test -v" quiet: packages, failures with their output, and every
# skip with its reason, which go test alone would keep to itself.
/^=== (RUN|PAUSE|CONT|NAME)/ { after = 0; next }
/^--- FAIL/ { printf "%s", kept; print; kept = ""; after = 1; next }
/^--- (PASS|SKIP)/ { printf "%s", skips; kept = skips = ""; after = 0; next }
/^(FAIL|panic:|fatal error:|# )/ { printf "%s", kept; kept = skips = ""; print; after = 1; next }
/^ok / { print; fflush(); kept = skips = ""; after = 0; next }
/^(PASS|\?|testing:|coverage:)/ { kept = skips = ""; next }
/^ +--- (PASS|SKIP)/ { next }
after { print; next }
{ kept = kept $0 "\n"; if (/SKIP/) skips = skips $0 "\n" }
