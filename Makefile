# The two commands of the README are `make demo` and `make test`; both set everything up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help setup demo test check bench lock docs sbom audit release clean

help:
	@echo "make demo    set up, then run Seawall with a small local model and real conversations"
	@echo "make test    set up, then run the tests"
	@echo "make check   lint, types, import contracts, policies of rights, generated docs, bills of materials, licences"
	@echo "make bench   measure, write benchmarks/results/*.json"
	@echo "make lock    resolve the requirements files anew"
	@echo "make docs    write the generated pages of docs/, and what translators begin from and wrote"
	@echo "make sbom    write the bills of materials, sbom/*.json"
	@echo "make audit   ask for known vulnerabilities of what is locked"
	@echo "make release KEY=file   build wheel and sdist, sign their digests"

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv

# Compiled once here: where PYTHONDONTWRITEBYTECODE is set, each start would compile everything anew.
INSTALL := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python
$(VENV)/.installed: $(BIN)/uv requirements/dev.txt requirements/local.txt pyproject.toml
	$(INSTALL) --require-hashes -r requirements/dev.txt
	-$(INSTALL) --require-hashes -r requirements/local.txt
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

setup: $(VENV)/.installed
	-@$(BIN)/python -m compileall -q -j 0 src

# Set-up speaks on standard error, so that `make demo ARGS="--once --json"` prints nothing but its object.
demo:
	@$(MAKE) --silent --no-print-directory setup >&2
	@$(BIN)/seawall demo $(ARGS)

test: setup
	$(BIN)/python -m pytest $(ARGS)

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m seawall.access.rights
	$(BIN)/python -m docs.generate --check
	$(BIN)/python -m docs.catalogues --check
	$(BIN)/python -m supply.sbom --check
	$(BIN)/python -m supply.audit --quick

docs: setup
	$(BIN)/python -m docs.generate
	$(BIN)/python -m docs.catalogues

# The peers that are measured beside Seawall have an environment of their own.
PEER := .bench/litellm
$(PEER)/.installed: requirements/bench.txt $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(PEER)
	$(BIN)/uv pip install --quiet --python $(PEER)/bin/python --require-hashes -r requirements/bench.txt
	@touch $@

bench: setup $(PEER)/.installed
	$(BIN)/python -m benchmarks $(ARGS)
	$(BIN)/python -m docs.generate

sbom: setup
	$(BIN)/python -m supply.sbom

# What asks for vulnerabilities has an environment of its own. Where nobody answers, the verdict is "unknown".
.audit/.installed: requirements/audit.txt $(BIN)/uv
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .audit
	$(BIN)/uv pip install --quiet --python .audit/bin/python --require-hashes -r requirements/audit.txt
	@touch $@

audit: setup .audit/.installed
	$(BIN)/python -m supply.audit

release: setup
	@test -n "$(KEY)" || { echo "Name the file of the release key: make release KEY=file"; exit 1; }
	$(BIN)/python -m supply.release $(KEY)

LOCK := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-annotate \
	--no-header --quiet
COMPILE := $(BIN)/uv pip compile $(LOCK) pyproject.toml
lock: $(BIN)/uv
	$(COMPILE) -o requirements/core.txt
	$(COMPILE) --group dev -c requirements/core.txt -o requirements/dev.txt
	$(COMPILE) --extra local -c requirements/dev.txt -o requirements/local.txt
	$(BIN)/uv pip compile $(LOCK) requirements/bench.in -o requirements/bench.txt
	$(BIN)/uv pip compile $(LOCK) requirements/audit.in -o requirements/audit.txt
	$(BIN)/python -m supply.sbom

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
