# make help lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help deps deps-build deps-demo build build-tests demo test chaos chaos-kill check lint imports linkage fmt benchmark clean

BUILD_PACKAGES := libcurl4-openssl-dev libnghttp2-dev libsqlite3-dev zlib1g-dev pkg-config
DEMO_PACKAGES := curl prometheus-alertmanager python3-aiosmtpd
TEST_PACKAGES := nghttp2-client nghttp2-server openssl python3-venv
# Client libraries of the services that the tests stand in for.
PYTHON_CLIENTS := .build/python-clients

# One after the other: those of the whole at once would starve each other's deadlines.
SUITES := SharedTests SimulatorTests AgentTests PipelineTests StoreTests ServerTests ReplayTests EndToEndTests
# Within a suite four at a time: Swift Testing starts all at once, and each step of a test then queues behind all others for a few threads.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH := 4
# These keep both cores busy for long: beside others they would starve deadlines, so they run by themselves at the end.
LONG_SUITES := ChaosTests|GeneratedRoleTests|ProtocolModelTests

SOURCES := Package.swift Agent ControlPlane Shared Tests
# The same flags for every build, so that check, test and demo share one .build.
SWIFT_FLAGS := --explicit-target-dependency-import-check error

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

deps: ## Install the system packages that are missing (Debian and Ubuntu)
	@deploy/scripts/install-packages $(BUILD_PACKAGES) $(DEMO_PACKAGES) $(TEST_PACKAGES)

deps-build:
	@deploy/scripts/install-packages $(BUILD_PACKAGES)

deps-demo:
	@deploy/scripts/install-packages $(BUILD_PACKAGES) $(DEMO_PACKAGES)

build: deps-build ## Build the programs (debug)
	@swift build $(SWIFT_FLAGS)

demo: deps-demo build ## Break a workload of a simulated cluster and watch it being fixed; ONCE=1 ends after the first fix
	@.build/debug/sre-demo $(if $(ONCE),--once)

build-tests: deps
	@mkdir -p .build
	@swift build --build-tests $(SWIFT_FLAGS)

test: build-tests ## Build and run all tests
	@deploy/scripts/install-python-clients $(PYTHON_CLIENTS)
	@python=$(CURDIR)/$(PYTHON_CLIENTS)/bin/python; if [ -x $$python ]; then \
	  export GROQ_PYTHON=$$python KUBERNETES_PYTHON=$$python QDRANT_PYTHON=$$python; fi; \
	failed=; for suite in $(SUITES); do \
	  echo "== $$suite"; swift test --skip-build $(SWIFT_FLAGS) --filter "^$$suite\." --skip '$(LONG_SUITES)' || failed="$$failed $$suite"; \
	done; echo "== the long ones"; \
	SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=1 swift test --skip-build $(SWIFT_FLAGS) --filter '$(LONG_SUITES)' || failed="$$failed long"; \
	if [ -n "$$failed" ]; then echo "failed:$$failed"; exit 1; fi

chaos: build-tests ## Chaos runs with new seeds (RUNS=n); SEED=n replays one
	@$(if $(SEED),SEED=$(SEED),CHAOS_RUNS=$(or $(RUNS),10)) swift test --skip-build $(SWIFT_FLAGS) --filter '^AgentTests\.ChaosTests'

chaos-kill: build-tests ## Kill both programs at random moments, and the power: 500 and 200 runs, about an hour
	@KILL_RUNS=500 POWER_RUNS=200 swift test --skip-build $(SWIFT_FLAGS) --filter '(Kills|PowerLoss)'

check: lint imports linkage ## Formatting, imports, and what the agent links; warnings fail every build

lint:
	@swift format lint --strict --recursive $(SOURCES)

imports: deps
	@deploy/scripts/check-imports

linkage: build-tests
	@deploy/scripts/check-linkage .build/debug/sre-agent

fmt: ## Format the sources
	@swift format --in-place --recursive $(SOURCES)

benchmark: build-tests ## Print dispatch latency and memory (debug build: compare, do not quote)
	@.build/debug/sre-benchmarks

clean: ## Remove everything that was built
	@rm -rf .build
