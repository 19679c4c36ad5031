# syntax=docker/dockerfile:1

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
RUN python -m venv /opt/dovetail
# Before the code, so that a change of the code does not install everything anew.
COPY requirements/run.txt requirements/run.txt
RUN /opt/dovetail/bin/pip install --require-hashes --requirement requirements/run.txt
COPY LICENSE README.md openapi.yaml pyproject.toml setup.cfg ./
COPY compat compat
COPY migrations migrations
COPY registry registry
RUN /opt/dovetail/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Dovetail" \
      org.opencontainers.image.description="A schema registry and compatibility checker for Avro, JSON Schema and Protobuf events" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
ENV PATH=/opt/dovetail/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    DOVETAIL_LISTEN=0.0.0.0:8081 \
    DOVETAIL_DATABASE_URL=sqlite:////data/dovetail.db
COPY --from=build /opt/dovetail /opt/dovetail
# Group 0 owns it too: OpenShift runs containers under any user of that group.
RUN install --directory --owner 10001 --group 0 --mode 0770 /data
WORKDIR /data
VOLUME /data
USER 10001:0
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8081/health/ready', timeout=4)"]
ENTRYPOINT ["dovetail"]
CMD ["serve"]
