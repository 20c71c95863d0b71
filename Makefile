# `make demo` and `make test` are all a newcomer needs: each installs first, on any Node from 20 on that comes with npm.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help install demo test check types lint boundaries dead-code unit parity validate-schema tamper chaos bench bench-gate bench-peers profile engines mutate clean

# Everything after the installation runs on the pinned Node and the installed tools, whatever else is in PATH.
RUN := PATH="$(CURDIR)/node_modules/.bin:$$PATH" node
INSTALLED := node_modules/.cache/tb/installed
ENGINES := tools/engines/node_modules/.package-lock.json
ENGINES_ARM64 := tools/engines/arm64/node_modules/.package-lock.json
FROZEN ?= frozen-runs
PEERS := bench/peers/node_modules/.package-lock.json
PEERS_PYTHON := bench/peers/node_modules/.venv/installed
MUTATE_TOOLS := tools/mutate/node_modules/.package-lock.json

help: ## what there is to type
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

install: $(INSTALLED) ## install packages and the pinned Node, and check it
	@:

$(INSTALLED): package.json package-lock.json tools/install/install.mjs tools/install/node-binary.json
	@command -v node >/dev/null || { echo 'Node.js was not found. Install version 20 or newer with npm, then run this again.' >&2; exit 4; }
	@node tools/install/install.mjs

demo: install ## see a market traded, sealed, replayed, tampered with and verified
	@$(RUN) cli/tb.mjs demo

test: install ## every guard and every test, with a real PostgreSQL
	@$(RUN) tools/guards/check.ts --all

check: install ## types, lint, boundaries, dead code, unit tests: no database, under a minute
	@$(RUN) tools/guards/check.ts

parity: install ## whether every frozen run still decides what it did (FROZEN=folder, STRATEGY=./my-dip.ts)
	@$(RUN) cli/tb.mjs replay-tool --bundles '$(FROZEN)' $(addprefix --strategy ,$(STRATEGY))

validate-schema: install ## the schema against its drizzle mirror, its invariants and planted damage
	@$(RUN) tools/validate-schema/main.ts

tamper: install ## the mutation score of the verifier: everything one change can do to a small log (some minutes)
	@$(RUN) tools/tamper/main.ts

chaos: install ## seeded faults: kills, races, lost replies, full disks (SEED=7, SEEDS=20, STEPS=40, EXHAUSTIVE=kills)
	@$(RUN) tools/chaos/main.ts $(addprefix --seed ,$(SEED)) $(addprefix --seeds ,$(SEEDS)) $(addprefix --steps ,$(STEPS)) $(addprefix --exhaustive ,$(EXHAUSTIVE))

bench: install ## how fast it is on this machine (YEARS=10, ONLY=engine,backtests,store,evidence)
	@$(RUN) bench/main.ts $(addprefix --years ,$(YEARS)) $(addprefix --only ,$(ONLY))

bench-gate: install ## whether it is as fast as the baseline, as shares of a prototype loop (WRITE=1 writes the baseline)
	@$(RUN) bench/main.ts --gate $(if $(WRITE),--write)

bench-peers: install $(PEERS) $(PEERS_PYTHON) ## the same market and rule on five other engines, their speed and their trades (ROUNDS=3, RECORD=1)
	@$(RUN) bench/peers/main.ts $(addprefix --rounds ,$(ROUNDS)) $(if $(RECORD),--record)

$(PEERS): bench/peers/package.json bench/peers/package-lock.json
	@echo 'Installing grademark (once; about 30 MB) ...'
	@cd bench/peers && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null && touch node_modules/.package-lock.json \
		|| echo 'grademark could not be installed and will not be measured.' >&2

# After the packages of npm, because their installation empties the folder that both are in.
$(PEERS_PYTHON): bench/peers/requirements.txt bench/peers/install.py $(PEERS)
	@echo 'Installing the peers of Python (once; about 1.4 GB) ...'
	@if command -v python3 >/dev/null; then python3 -B bench/peers/install.py && touch $@; \
		else echo 'python3 was not found: the peers of Python will not be measured.' >&2; fi

profile: install ## where the time of a backtest goes: a flame graph in .profile, and the functions that take most
	@$(RUN) bench/profile.ts

engines: install $(ENGINES) $(ENGINES_ARM64) ## the same hashes on Node 22, 24 and 26, Bun, Deno, and on arm64 (some minutes)
	@$(RUN) tools/engines/run.ts

$(ENGINES): tools/engines/package.json tools/engines/package-lock.json
	@echo 'Installing the engines (once; about 600 MB) ...'
	@cd tools/engines && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

$(ENGINES_ARM64): tools/engines/arm64/package.json tools/engines/arm64/package-lock.json
	@echo 'Installing Node for arm64, for the emulator (once; about 120 MB) ...'
	@cd tools/engines/arm64 && npm ci --cpu=arm64 --os=linux --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

mutate: install $(MUTATE_TOOLS) ## how many planted bugs the tests of risk, orders, lots and ledger notice (MUTATE=core/lots for some)
	@$(RUN) tools/mutate/node_modules/@stryker-mutator/core/bin/stryker.js run tools/mutate/stryker.config.mjs

$(MUTATE_TOOLS): tools/mutate/package.json tools/mutate/package-lock.json
	@echo 'Installing the mutation tester (once; about 60 MB) ...'
	@cd tools/mutate && npm ci --ignore-scripts --legacy-peer-deps --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

clean: ## remove what was installed and what the demo left; a store in .tb is yours and stays
	@rm -rf node_modules tools/engines/node_modules tools/engines/arm64/node_modules tools/mutate/node_modules bench/peers/node_modules .demo coverage
