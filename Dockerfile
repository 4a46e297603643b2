# docker build -t rag-api .
# docker run -p 127.0.0.1:8001:8001 -v rag-data:/data -e RAG_API_KEYS=a-key-of-your-own rag-api

ARG BASE=python:3.12-slim-bookworm

FROM $BASE AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
# Extras of pyproject.toml, as in `--build-arg EXTRAS="embeddings ocr"`. Each has a lock.
ARG EXTRAS=
COPY requirements*.lock ./
RUN python3 -m venv /opt/venv \
    && for extra in $EXTRAS; do set -- "$@" -r "requirements-$extra.lock"; done \
    && /opt/venv/bin/pip install --only-binary :all: --require-hashes -r requirements.lock "$@"
COPY . .
RUN /opt/venv/bin/pip install --no-deps --no-build-isolation .

FROM $BASE
RUN install -d -o 10001 -g 10001 /data
# To a container everyone is on another machine, so the server starts only when RAG_API_KEYS is given.
ENV PATH=/opt/venv/bin:$PATH \
    HAYSTACK_TELEMETRY_ENABLED=false \
    API_HOST=0.0.0.0 \
    API_PORT=8001 \
    RAG_DATA_DIR=/data
WORKDIR /data
VOLUME /data
EXPOSE 8001
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python3", "-c", "import os, urllib.request as r; r.build_opener(r.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['API_PORT'] + '/healthz', timeout=4)"]
ENTRYPOINT ["rag-api"]
USER 10001:10001
COPY --from=build /opt/venv /opt/venv
