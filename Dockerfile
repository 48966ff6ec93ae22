# The builder and the image share a Debian release, so that they share a C library.
FROM rust:1-slim-bookworm AS build
WORKDIR /src
COPY Cargo.toml Cargo.lock ./
COPY benches benches
COPY src src
COPY templates templates
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin specwarden && cp target/release/specwarden /specwarden

FROM debian:bookworm-slim AS base
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 65532 --no-create-home --shell /usr/sbin/nologin specwarden \
    && install -d -o specwarden /data
COPY --from=build /specwarden /usr/local/bin/specwarden
WORKDIR /data
ENV HOST=0.0.0.0 PORT=3000 DATABASE_URL=sqlite:///data/specwarden.db LOG_FORMAT=json
EXPOSE 3000

# Fly mounts volumes as root: hand over the folder, then drop to the user for good (fly.toml builds this).
FROM base AS fly
ENTRYPOINT ["/bin/sh", "-c", "chown specwarden /data && exec setpriv --reuid=65532 --regid=65532 --clear-groups --no-new-privs specwarden \"$@\"", "specwarden"]
CMD ["serve"]

FROM base AS runtime
USER 65532:65532
VOLUME /data
ENTRYPOINT ["specwarden"]
CMD ["serve"]
