# The one door for developers. `make` lists the recipes.

PYTHON ?= python3
BIN := .venv/bin
SETUP := .venv/.made-from-lock
CHROMIUM := /usr/bin/chromium
AGE := /usr/bin/age
SSH_KEYGEN := /usr/bin/ssh-keygen
# Node looks at Debian's certificates only when told to.
NODE_TRUST := NODE_EXTRA_CA_CERTS=$${NODE_EXTRA_CA_CERTS:-/etc/ssl/certs/ca-certificates.crt}
APT := apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qqy install --no-install-recommends
NODE_READY := $(patsubst %/package-lock.json,%/node_modules/.package-lock.json,$(wildcard tests/strangers/*/package-lock.json))

.DEFAULT_GOAL := help
.PHONY: help setup lock test check lint types floors strangers chaos demo rehearsal docs docs-check bench

help: ## list the recipes
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(SETUP) ## environment from the lock file

$(SETUP): requirements.lock pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install -q uv
	$(BIN)/uv pip install -q -r requirements.lock -e .
	touch $@

lock: ## renew requirements.lock: versions and hashes, no addresses
	$(BIN)/uv lock -q --upgrade
	$(BIN)/uv export -q --no-emit-project --no-header --all-groups -o requirements.lock
	rm -f uv.lock

test: setup ## the README's test command: everything that needs Python alone
	$(BIN)/pytest

check: lint types floors docs-check test ## format, lint, types, floors, docs; then test

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: setup
	$(BIN)/mypy

floors: setup
	$(BIN)/lint-imports

docs: setup ## rebuild generated pages
	$(BIN)/python docs/generate.py

docs-check: setup
	$(BIN)/python docs/generate.py --check

%/node_modules/.package-lock.json: %/package-lock.json
	command -v npm >/dev/null || { $(APT) nodejs npm; }
	$(NODE_TRUST) npm ci --loglevel=error --fetch-retries=5 --no-audit --no-fund --prefix $*

$(CHROMIUM):
	$(APT) chromium

$(AGE):
	$(APT) age

$(SSH_KEYGEN):
	$(APT) openssh-client

# Other people's clients may leave sockets to the garbage collector; our own tests may not.
strangers: setup $(NODE_READY) $(CHROMIUM) $(AGE) $(SSH_KEYGEN) ## what needs other people's programs; installs them on Debian
	$(BIN)/pytest -n 0 -W ignore::ResourceWarning -W ignore::pytest.PytestUnraisableExceptionWarning tests/strangers

chaos: setup ## the long stories: kills, storms, and (as root) a full disk
	$(BIN)/pytest -n 0 tests/chaos
	SAMEKEY_FUZZ_SECONDS=30 SAMEKEY_FUZZ_SEED=$$(date +%s) $(BIN)/pytest -n 0 tests/fuzz

demo: setup ## the README's demonstration, live
	$(BIN)/samekey demo

rehearsal: setup ## a stand-in tenant on a free port
	$(BIN)/samekey rehearse
