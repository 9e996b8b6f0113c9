# Điểm Cầu. `make help` lists what there is.

SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

FUZZTIME    ?= 10s
STATICCHECK := go run honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT     := go run mvdan.cc/gofumpt@v0.12.0
WEB         := client/web
MODULES     := $(WEB)/node_modules/.package-lock.json
# codec and fec start no goroutine and count much: the race detector would cost minutes there and find nothing.
LEAVES      := ./codec/... ./fec/...
# The race detector needs a C compiler.
RACE         = $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)
GO_FILES     = $(shell find cmd codec fec transport relay client -name node_modules -prune -o -name '*.go' -print)

.PHONY: help build test test-go test-web e2e check check-go check-web check-dist web fuzz e2e-site e2e-voice e2e-uplink e2e-codecs e2e-pictures bench-lines bench-sites bench-meeting bench soak-site

help: ## lists the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## builds bin/diemcau and bin/impair; needs Go alone
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/diemcau ./cmd/internal/impair

test: test-go test-web e2e ## runs all tests; installs npm packages and, where it may, Chromium

test-go: ## runs the Go tests, with the race detector where it can find something
	go test -timeout 15m $(LEAVES)
	go test -timeout 15m $(RACE) $$(go list ./... | grep -Ev '/(codec|fec)(/|$$)')

test-web: $(MODULES) ## runs the tests of the page's code
	cd $(WEB) && npm test --silent

e2e: build $(MODULES) ## runs the tests with real Chromium pages
	chromium=$$(.ci/chromium) && cd $(WEB) && \
	CHROMIUM=$$chromium DIEMCAU=$(CURDIR)/bin/diemcau IMPAIR=$(CURDIR)/bin/impair npx vitest run --config e2e/vitest.config.ts

check: check-go check-web check-dist ## runs all linters and compares the rebuilt page with the committed one

check-go: ## runs go vet, staticcheck and gofumpt
	go vet ./...
	$(STATICCHECK) ./...
	@bad=$$($(GOFUMPT) -l $(GO_FILES)); \
	if [ -n "$$bad" ]; then echo "gofumpt would change these files:"; echo "$$bad"; exit 1; fi >&2

check-web: $(MODULES) ## runs the TypeScript compiler and biome
	cd $(WEB) && npm run --silent check

check-dist: $(MODULES) ## rebuilds the page; fails if the committed one is another
	@before=$$(mktemp -d); trap 'rm -rf "$$before"' EXIT; \
	cp -R $(WEB)/dist "$$before/"; \
	(cd $(WEB) && npm run --silent build); \
	diff -r "$$before/dist" $(WEB)/dist || { echo "$(WEB)/dist was not what its sources make. It is now: commit it." >&2; exit 1; }

web: $(MODULES) ## rebuilds the page into client/web/dist
	cd $(WEB) && npm run --silent build

fuzz: ## runs every fuzz target for FUZZTIME (10s)
	@grep -rEo --include='*_test.go' --exclude-dir=node_modules '^func Fuzz\w+' cmd codec fec transport relay client | \
	sed -E 's|^(.*)/[^/]+:func (.*)$$|\1 \2|' | sort -u | \
	while read -r folder target; do \
		echo "== $$folder $$target"; \
		go test "./$$folder" -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) </dev/null; \
	done

# NODE_TLS_REJECT_UNAUTHORIZED: the relay signs its own certificate.
e2e-site: build $(MODULES) ## runs relay, line and site in networks of their own, with real Chromium pages, where the system allows it; 2 min
	chromium=$$(.ci/chromium) && cd $(WEB) && LAB=site CHROMIUM=$$chromium DIEMCAU=$(CURDIR)/bin/diemcau IMPAIR=$(CURDIR)/bin/impair JUDGE=none \
	NODE_TLS_REJECT_UNAUTHORIZED=0 $(CURDIR)/.ci/namespaces npx vitest run --config e2e/vitest.config.ts --retry=0

e2e-voice: build $(MODULES) ## measures the voice between real Chromium pages on bad lines; needs an idle machine, 45 min
	$(call lab,voice)

e2e-uplink: build $(MODULES) ## measures what Chromium's congestion control costs the way up of a page on lossy lines; 12 min
	$(call lab,uplink)

e2e-codecs: $(MODULES) ## measures Chromium's video encoders on a speaking head and on a screen; writes docs/codecs.md; 5 min
	chromium=$$(.ci/chromium) && cd $(WEB) && LAB=codecs CHROMIUM=$$chromium DIEMCAU=none IMPAIR=none JUDGE=none npx vitest run --config e2e/vitest.config.ts --retry=0

e2e-pictures: build $(MODULES) ## measures voice and pictures between real Chromium pages on bad lines; needs an idle machine; writes docs/pictures-chromium.md; 45 min
	$(call lab,pictures)

# A lab judges what was heard, and a bad try is a result, too.
define lab
	CGO_ENABLED=0 go build -trimpath -o bin/ ./cmd/internal/judge
	chromium=$$(.ci/chromium) && cd $(WEB) && LAB=$(1) CHROMIUM=$$chromium \
	DIEMCAU=$(CURDIR)/bin/diemcau IMPAIR=$(CURDIR)/bin/impair JUDGE=$(CURDIR)/bin/judge npx vitest run --config e2e/vitest.config.ts --retry=0
endef

bench-lines: ## measures the voice on whole bad lines, in virtual time, about 4 minutes; writes docs/lines.md and docs/lines.svg
	cd cmd/internal/lines && GOMAXPROCS=1 go test -run '^TestTable$$' -count=1 -timeout 1h -lines.for=10m -lines.soak=2h -lines.report=$(CURDIR)/docs

bench-meeting: build ## lets bots hold the meetings of a district and of a province, with their figures; needs an idle machine, 2 min
	bin/diemcau bench meeting --sites 22
	bin/diemcau bench meeting --sites 145

bench-sites: ## the same through sites, beside QUIC, and over several uplinks; writes docs/sites.md and docs/sites.svg
	cd cmd/internal/lines && GOMAXPROCS=1 go test -run '^TestTable$$' -count=1 -timeout 1h -lines.beside -lines.site -lines.for=10m -lines.report=$(CURDIR)/docs

soak-site: ## lets two sites have a restless hour, in virtual time, with the race detector; some minutes
	go test -timeout 1h $(RACE) -count=1 -v -run '^TestSoakOfSites$$' ./cmd/internal/lines -lines.site-soak=1h

bench: build $(MODULES) ## measures the relay and a clean line between real pages; prints the figures of the README
	bin/diemcau bench relay
	chromium=$$(.ci/chromium) && cd $(WEB) && LAB=figures \
	CHROMIUM=$$chromium DIEMCAU=$(CURDIR)/bin/diemcau IMPAIR=$(CURDIR)/bin/impair npx vitest run --config e2e/vitest.config.ts

$(MODULES): $(WEB)/package-lock.json
	@command -v npm >/dev/null || { echo "Cần Node 20 trở lên và npm. / This needs Node 20 or newer and npm." >&2; exit 1; }
	cd $(WEB) && npm ci --no-audit --no-fund
	@touch $@
