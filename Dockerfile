# Mailflow in a box: `docker run -v agency:/var/lib/mailflow mailflow` keeps one agency's home.
# Of the first stage only the finished environment reaches the image.
FROM python:3.11-slim-bookworm AS build
WORKDIR /src
RUN python -m venv /opt/mailflow
COPY requirements.lock ./
RUN /opt/mailflow/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml ./
COPY config config
COPY templates templates
COPY workbook_sync workbook_sync
COPY mailflow mailflow
RUN /opt/mailflow/bin/pip install --no-cache-dir --no-deps . \
    && /opt/mailflow/bin/pip uninstall --yes pip setuptools

FROM python:3.11-slim-bookworm
# Versions of system packages are not pinned: the suite gets security fixes under the same name.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        fonts-croscore \
        fonts-dejavu-core \
        libreoffice-writer-nogui \
        tini \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /tmp mailflow \
    && install --directory --owner=10001 --group=10001 --mode=0700 /var/lib/mailflow
COPY --from=build /opt/mailflow /opt/mailflow
# The root may be mounted read-only: what is written goes to the home and to /tmp.
ENV PATH=/opt/mailflow/bin:$PATH \
    LANG=C.UTF-8 \
    HOME=/tmp \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MAILFLOW_HOME=/var/lib/mailflow
VOLUME /var/lib/mailflow
WORKDIR /var/lib/mailflow
USER 10001:10001
HEALTHCHECK --interval=1m --timeout=15s --start-period=1m --retries=3 CMD ["mailflow", "health"]
ENTRYPOINT ["tini", "--", "mailflow"]
CMD ["run"]
