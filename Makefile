# make help lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help deps deps-build deps-demo deps-test build build-tests demo test check lint imports linkage fmt benchmark clean

BUILD_PACKAGES := libcurl4-openssl-dev libnghttp2-dev libsqlite3-dev zlib1g-dev pkg-config
DEMO_PACKAGES := curl prometheus-alertmanager python3-aiosmtpd
TEST_PACKAGES := nghttp2-client nghttp2-server openssl

SOURCES := Package.swift Agent ControlPlane Shared Tests
# The same flags for every build, so that check, test and demo share one .build; the first also proves that each target imports only
# what Package.swift lets it.
SWIFT_FLAGS := --explicit-target-dependency-import-check error
BUILD_LOG := .build/last-build.log
PRODUCTS := sre-agent sre-control-plane cluster-simulator sre-demo

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the system packages that are missing (Debian and Ubuntu)
	@deploy/scripts/install-packages $(BUILD_PACKAGES) $(DEMO_PACKAGES) $(TEST_PACKAGES)

deps-build:
	@deploy/scripts/install-packages $(BUILD_PACKAGES)

deps-demo:
	@deploy/scripts/install-packages $(BUILD_PACKAGES) $(DEMO_PACKAGES)

build: deps-build ## Build the programs (debug)
	@for product in $(PRODUCTS); do swift build $(SWIFT_FLAGS) --product $$product || exit 1; done

demo: deps-demo build ## Break a workload in a simulated cluster and watch it being fixed; ONCE=1 ends after the first fix
	@.build/debug/sre-demo $(if $(ONCE),--once)

build-tests: deps
	@mkdir -p .build
	@set -o pipefail; swift build --build-tests $(SWIFT_FLAGS) 2>&1 | tee $(BUILD_LOG)

test: build-tests ## Build and run all tests
	@swift test --skip-build $(SWIFT_FLAGS)

check: lint imports linkage ## Formatting, allowed imports, no warnings, and what the agent links

lint:
	@swift format lint --strict --recursive $(SOURCES)

# A warning in one of our own files is an error; those in .build are other people's.
imports: build-tests
	@! grep -E '^$(CURDIR)/($(subst $(eval) ,|,$(filter-out Package.swift,$(SOURCES))))/.*warning:' $(BUILD_LOG)

linkage: build-tests
	@deploy/scripts/check-linkage .build/debug/sre-agent

fmt: ## Format the sources
	@swift format --in-place --recursive $(SOURCES)

benchmark: build-tests ## Print dispatch latency and memory (debug build: compare, do not quote)
	@.build/debug/sre-benchmarks

clean: ## Remove everything that was built
	@rm -rf .build
