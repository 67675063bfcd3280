# Makes "go test -v" quiet: packages, failures with their output, every skip
# with its reason, which go test alone would keep to itself, and how many there
# were. With -v summary=FILE the counts go to that file, too, and so do the
# figures: what a test logs that begins with "figure: ".
function told() {
	return sprintf("%d packages passed, %d failed; %d tests passed, %d failed, %d skipped, parts included", ok, broken, passed, failed, skipped)
}
/^=== (RUN|PAUSE|CONT|NAME)/ { after = 0; next }
/^ *--- PASS/ { passed++ }
/^ *--- SKIP/ { skipped++ }
/^ *--- FAIL/ { failed++; if (summary) lost = lost "failed: PACKAGE " $3 "\n" }
summary && / figure: / { figures = figures "figure: PACKAGE: " substr($0, index($0, " figure: ") + 9) "\n" }
summary && /^(ok |FAIL\t)/ {
	text = lost figures
	gsub("PACKAGE", $2, text)
	printf "%s", text >> summary
	lost = figures = ""
}
/^ok / { ok++ }
/^FAIL\t/ { broken++ }
/^--- FAIL/ { printf "%s", kept; print; kept = ""; after = 1; next }
/^--- (PASS|SKIP)/ { printf "%s", skips; kept = skips = ""; after = 0; next }
/^(FAIL|panic:|fatal error:|# )/ { printf "%s", kept; kept = skips = ""; print; after = 1; next }
/^ok / { print; fflush(); kept = skips = ""; after = 0; next }
/^(PASS|\?|testing:|coverage:)/ { kept = skips = ""; next }
/^ +--- (PASS|SKIP)/ { next }
after { print; next }
{ kept = kept $0 "\n"; if (/SKIP/) skips = skips $0 "\n" }
END {
	print told()
	if (summary) print told() >> summary
}
