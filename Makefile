# SPDX-License-Identifier: Apache-2.0
# Each target does its own set-up; scripts/ does the work.
.DEFAULT_GOAL := help
.PHONY: help bench report test micro peers sweep gate gate-calibrate prediction omission plantings
.PHONY: delays faults kills hostile wakes peers-faults model fuzz mutants install clean gate-plantings

MESSAGES ?=
RUN ?=
REPEATS ?=
BUDGET_S ?=
SECONDS ?=
BASE ?=
KILLS ?= 1000
SLEEPS ?= 1000000
PLANTINGS ?= 100
SEED ?= 0
ONLY ?=
JSON ?=
PREFIX ?= /usr/local
DESTDIR ?=

help: ## this list
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 24

bench: ## reproduce the published run on this machine (MESSAGES=N shortens it)
	@scripts/setup bench
	@.venv/bin/tickring bench $(if $(MESSAGES),--messages '$(MESSAGES)')

report: ## draw a run again (RUN=results/runs/NAME)
	@scripts/setup bench
	@.venv/bin/tickring report $(if $(RUN),'$(RUN)')

test: ## every test that can run here
	@scripts/setup test
	@scripts/test

micro: ## what each operation of the ring costs by itself (Google Benchmark)
	@scripts/setup micro
	@.venv/bin/python scripts/micro.py

peers: ## the same workload over every transport there is (REPEATS=N MESSAGES=N SEED=N)
	@scripts/setup bench
	@scripts/setup_peers
	@.venv/bin/python -m tickring_series peers $(if $(REPEATS),--repeats '$(REPEATS)') \
		$(if $(MESSAGES),--messages '$(MESSAGES)') $(if $(filter-out 0,$(SEED)),--seed '$(SEED)')

sweep: ## what a message costs when something grows (BUDGET_S=N REPEATS=N)
	@scripts/setup bench
	@.venv/bin/tickring sweep $(if $(BUDGET_S),--budget-s '$(BUDGET_S)') \
		$(if $(REPEATS),--repeats '$(REPEATS)')

prediction: ## the residency model beside measured means, batches of 1 to 256 (REPEATS=N)
	@scripts/setup bench
	@.venv/bin/python -m tickring_series prediction $(if $(REPEATS),--repeats '$(REPEATS)')

gate: ## whether the working tree is slower than BASE (BASE=<rev>)
	@scripts/setup micro
	@.venv/bin/tickring gate --base '$(BASE)'

gate-calibrate: ## gates whose answer is known, until all are there or BUDGET_S is over
	@scripts/setup bench
	@.venv/bin/python -m tickring_gate.calibrate $(if $(BUDGET_S),--budget-s '$(BUDGET_S)')

gate-plantings: ## whether the gate's counts find regressions that were planted (some 15 minutes)
	@scripts/setup micro
	@.venv/bin/python tests/gate/regressions.py

omission: ## what a stall does to latency from the stamp and from the intended time (REPEATS=N)
	@scripts/setup bench
	@.venv/bin/python tests/omission/omission.py $(if $(REPEATS),--repeats '$(REPEATS)')

plantings: ## whether spikes are named after causes that were planted (PLANTINGS=N SEED=N)
	@scripts/setup test
	@.venv/bin/python tests/plantings/plantings.py --plantings '$(PLANTINGS)' --seed '$(SEED)'

delays: ## whether known delays come back in the right part of the latency (REPEATS=N)
	@scripts/setup test
	@.venv/bin/python tests/plantings/delays.py $(if $(REPEATS),--repeats '$(REPEATS)')

faults: ## all that can go wrong, and whether it goes as promised (ONLY="F1 F2" JSON=FILE)
	@scripts/setup test
	@.venv/bin/python tests/faults/faults.py $(if $(ONLY),--only $(ONLY)) \
		$(if $(JSON),--json '$(JSON)')

kills: ## SIGKILL at every instruction, and 1,000 random ones (KILLS=N SEED=N JSON=FILE)
	@scripts/setup test
	@.venv/bin/python tests/long_runs/printed.py kill_sweep \
		$(if $(JSON),--json '$(dir $(JSON))kill_sweep.json')
	@.venv/bin/python tests/kills/kills.py --kills '$(KILLS)' --seed '$(SEED)' \
		$(if $(JSON),--json '$(JSON)')

hostile: ## a hostile peer against the ends in C, Python and Rust, every bit flipped
	@scripts/setup test
	@PATH="$$PWD/.venv/bin:$$PATH" .venv/bin/python -m pytest -q tests/hostile --exhaustive

wakes: ## sleeps raced against publications: no wake may be lost (SLEEPS=N JSON=FILE)
	@scripts/setup test
	@.venv/bin/python tests/long_runs/printed.py wake_race '$(SLEEPS)' \
		$(if $(JSON),--json '$(JSON)')

peers-faults: ## mistakes of another ring, tried on this one and on the package that has them
	@scripts/setup bench
	@scripts/setup_peers
	@.venv/bin/python tests/peers_faults/peers_faults.py

model: ## searches every state of the protocol, and proves the bounds (some minutes)
	@scripts/setup test
	@.venv/bin/python tests/models/model.py

fuzz: ## hostile peers and damaged files, made up by libFuzzer (SECONDS=N for each, JSON=FILE)
	@scripts/setup tools
	@.venv/bin/python tests/fuzz/fuzz.py $(if $(SECONDS),--seconds '$(SECONDS)') \
		$(if $(JSON),--json '$(JSON)')

mutants: ## plants one bug at a time and wants a test to notice (JSON=FILE)
	@scripts/setup test
	@PATH="$$PWD/.venv/bin:$$PATH" scripts/mutants $(if $(JSON),--json '$(JSON)')

install: ## library, header, pkg-config file and command (PREFIX=/usr/local DESTDIR=)
	@scripts/install '$(PREFIX)' '$(DESTDIR)'

clean: ## back to a bare clone; deletes results/runs too
	rm -rf .venv build build-asan build-tsan build-install target peers/target results/runs
	rm -rf .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +
