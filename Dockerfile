# syntax=docker/dockerfile:1

# Builds the program. The C toolchain, perl and make are for the libraries that come as source:
# librdkafka, OpenSSL (for Kafka), SQLite and zstd.
FROM rust:1.95-slim-bookworm AS builder
RUN apt-get update \
    && apt-get install -y --no-install-recommends build-essential perl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY . .
# The caches outlive a build, the program has to be copied out of them.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/build/target \
    cargo build --release --locked --package khabar \
    && cp target/release/khabar /usr/local/bin/khabar

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="khabar" \
      org.opencontainers.image.description="A streaming news-ingestion pipeline: feeds in, clean articles out, each exactly once" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && groupadd --gid 10001 khabar \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin khabar \
    && install --directory --owner=10001 --group=10001 /data
COPY --from=builder /usr/local/bin/khabar /usr/local/bin/khabar
COPY config /config
# The defaults are relative to here: ./data is the volume, and config/khabar.toml is /config's.
WORKDIR /
VOLUME /data
# On loopback, the default, nobody outside of the container could ask.
ENV KHABAR_HTTP__LISTEN=0.0.0.0:7070
EXPOSE 7070
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["khabar", "health"]
# By number, so that Kubernetes' runAsNonRoot can tell.
USER 10001:10001
# It ends on SIGTERM, within 10 s, and starts no processes: no init is needed.
ENTRYPOINT ["khabar"]
CMD ["run"]
