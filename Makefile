# foyer. "make" lists what there is.
SHELL       := /bin/bash
.SHELLFLAGS := -o pipefail -ec

VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
FUZZTIME ?= 10s
BENCHTIME ?= 200ms
LDFLAGS  := -s -w -buildid= -X main.version=$(VERSION)
DATA      = $(or $(FOYER_DATA),../shared/data)
HOUSE    := Imports|Dependency|DirectRequires|Documented|Sprawl|Address|Profiles|Gates|WholePass
# what reads the whole tree, builds programs or reckons long in one goroutine, and has nothing
# to race; and the histories, whose broker (mochi 2.7.9, topics.go) can race with itself
NO_RACE  := ^Test(TheAnnexNamesWhatExists|RoutingDocumented|PrivacyDocumented|BrokenBuildsAreCaught|TheRecordSaysWhatIsUsed|Imports.*|TheWholePass.*|NothingSprawls|NoAdverseUse|Sieve|AddressesStayInRadio|ProfilesStayInConcierge|EveryDependencyIsImported|Plot|TwoFloors|HintsHelpAndDoNoHarm|TwoRadiosAreBetterThanOne|FollowsAWalk|Histories)$$
QUIET     = awk -v summary=$(SUMMARY) -f scripts/quiet.awk
BENCHES  := $(addprefix ./,radio/... locator policy routing visit vault profile ledger concierge rehearsal)

# as the programs are built that the tests start: so everything compiles once, and once more to race
PLAIN    := CGO_ENABLED=0
export GOFLAGS := -trimpath $(GOFLAGS)

.DEFAULT_GOAL := help
.PHONY: help build deb image release reproducible vulncheck check test test-long system-test vm-test bench ablation fuzz demo screens tools

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## every program for every machine, reproducibly, into dist/
	@scripts/build.sh '$(LDFLAGS)'

deb: ## Debian packages for amd64, arm64 and armhf, into dist/
	@scripts/deb.sh '$(VERSION)' '$(LDFLAGS)' amd64 arm64 armhf

image: ## the appliance: a disk for amd64 with Debian and foyer, into dist/ (root)
	@scripts/image/tools.sh
	@scripts/image/build.sh '$(VERSION)' '$(LDFLAGS)'

release: ## a release in dist/: programs, packages, bill of materials, licences, signed checksums (RELEASE_KEY)
	@scripts/release.sh '$(VERSION)' '$(LDFLAGS)'

reproducible: ## build twice, elsewhere and from nothing, and compare
	@scripts/reproducible.sh

vulncheck: ## look up known vulnerabilities of what is built, or say SKIPPED
	@scripts/vulncheck.sh

check: ## format, vet, staticcheck, the house's own tests, short tests with the race detector
	@bad=$$(gofmt -l .); test -z "$$bad" || { echo "gofmt -w these: $$bad"; exit 1; }
	$(PLAIN) go vet ./...
	$(PLAIN) go tool staticcheck ./...
	$(PLAIN) go test -vet=off -run '$(HOUSE)' ./cmd/foyer
	go test -race -short -vet=off -v -timeout 15m -skip '$(NO_RACE)' $$(go list ./... | grep -v '/web$$') | $(QUIET)
	go test -race -short -vet=off -v -parallel 4 -timeout 15m -run 'EveryRoute|Flushed|Stream|Stalled|Withdraw|Session|Forget|Choice|Photo' ./web | $(QUIET)

test: check tools ## check, then what it left out; at most ten minutes on two cores
	$(PLAIN) go test -vet=off -v -p 3 -parallel 6 -timeout 10m $$(scripts/whole.sh) | $(QUIET)

test-long: tools ## everything, long runs, a minute of every fuzz target, and a summary to quote
	@scripts/system/tools.sh
	@scripts/image/tools.sh boot
	@scripts/long.sh 60s

system-test: ## the package under a real systemd, its updates, the appliance image in a virtual machine (root)
	@scripts/system/tools.sh
	@scripts/vm/tools.sh
	@scripts/image/tools.sh boot
	FOYER_SYSTEM=1 go test -count=1 -v -timeout 120m ./scripts/system

vm-test: ## the programs on real nl80211: radios in a virtual machine (root, once: it fetches a kernel)
	@scripts/vm/tools.sh
	FOYER_VM=1 go test -count=1 -v -timeout 12m ./scripts/vm

bench: ## what this machine does: reports, positions, memory, cards; then every benchmark
	@go run ./cmd/foyer bench
	@echo
	@go test -run '^$$' -bench . -benchtime $(BENCHTIME) -benchmem $(BENCHES) | awk -f scripts/bench.awk
	@echo
	@go test -run '^$$' -bench Drain -benchtime 80000x ./sync/hq | awk -f scripts/bench.awk
	@go test -run '^$$' -bench ColdBox -benchtime 100000x ./box | awk -f scripts/bench.awk

ablation: ## what each choice of the locator's model is worth, on every recording there is
	@go run ./cmd/foyer survey ablation $(wildcard $(DATA)/ble_tetam/lab $(DATA)/wifi_rss_rtt/lecture_theatre $(DATA)/mall_walks/site1_F4) rehearsal/testdata/walk

fuzz: ## every fuzz target for FUZZTIME (10s)
	@scripts/fuzz.sh $(FUZZTIME)

demo: ## a whole store on this machine
	go run ./cmd/foyer demo

screens: tools ## take the README's pictures anew, by the end-to-end test
	FOYER_SCREENS=$(CURDIR)/docs/screens go test -count=1 -run 'TestEndToEnd/(store|opt_in|set-up)' ./cmd/foyer

tools: ## install what the tests need, as root, or say how
	@scripts/tools.sh
