# Makes one table of what "go test -bench -benchmem" prints. What is no result
# (a failure, a fault of the build) is kept as it is.
BEGIN { row("package", "benchmark", "ns/op", "B/op", "allocs/op", "besides") }
/^pkg: / { pkg = $2; sub(/^foyer\//, "", pkg); next }
/^(goos|goarch|cpu): / || /^(PASS|ok |\?)/ { next }
/^Benchmark/ && NF > 3 {
	name = $1
	sub(/^Benchmark/, "", name)
	sub(/-[0-9]+$/, "", name)
	time = bytes = allocs = more = ""
	for (i = 3; i < NF; i += 2) {
		if ($(i + 1) == "ns/op") time = $i
		else if ($(i + 1) == "B/op") bytes = $i
		else if ($(i + 1) == "allocs/op") allocs = $i
		else more = more " " $i " " $(i + 1)
	}
	row(pkg, name, time, bytes, allocs, more)
	next
}
{ print }
function row(pkg, name, time, bytes, allocs, more) {
	printf "%-13s %-34s %12s %10s %10s  %s\n", pkg, name, time, bytes, allocs, more
}
