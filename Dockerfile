# syntax=docker/dockerfile:1
# Two images:  docker build --target server .   the API's node (and the command line `wishlight`)
#              docker build --target web .      nginx with the front end, before the nodes

FROM node:24-bookworm-slim AS spa
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-fund --no-audit
COPY frontend ./
RUN npm run build && rm -rf dist/.vite

FROM rust:1.95.0-bookworm AS build
# The image's own toolchain, whatever rust-toolchain.toml would have rustup fetch.
ENV RUSTUP_TOOLCHAIN=1.95.0
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpq-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
COPY backend backend
COPY tests tests
# Without the bundled libpq, which has no TLS: Debian's is linked, which has.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/src/target \
    cargo build --locked --release -p wishlight-server --no-default-features \
 && install -D target/release/wishlight /out/wishlight \
 && ldd /out/wishlight > /tmp/linked && grep libpq /tmp/linked

FROM debian:bookworm-slim AS server
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends libpq5 ca-certificates \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 wishlight \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/wishlight --shell /usr/sbin/nologin wishlight \
 && install -d -o 10001 -g 10001 -m 700 /var/lib/wishlight
COPY --from=build /out/wishlight /usr/local/bin/wishlight
COPY --from=spa /src/frontend/dist /usr/share/wishlight/web
COPY deploy/healthy.sh /usr/local/bin/healthy
# The only folder written to; the rest may be read-only.
VOLUME /var/lib/wishlight
WORKDIR /var/lib/wishlight
ENV WISHLIGHT_BIND=0.0.0.0:8080 \
    WISHLIGHT_DATA_DIR=/var/lib/wishlight \
    WISHLIGHT_DATABASE_URL=sqlite:///var/lib/wishlight/wishlight.db \
    WISHLIGHT_STATIC_DIR=/usr/share/wishlight/web
USER 10001:10001
EXPOSE 8080
HEALTHCHECK --interval=5s --timeout=4s --start-period=10s --retries=3 CMD ["healthy", "/healthz/ready"]
ENTRYPOINT ["wishlight"]
CMD ["serve"]

FROM debian:bookworm-slim AS web
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends nginx-light gettext-base \
 && rm -rf /var/lib/apt/lists/*
COPY --from=spa /src/frontend/dist /usr/share/wishlight/web
COPY deploy/web.sh deploy/nginx.conf /usr/share/wishlight/
COPY deploy/healthy.sh /usr/local/bin/healthy
# Writes in /tmp/wishlight-web only.
ENV WEB_ROOT=/usr/share/wishlight/web \
    WEB_LISTEN=0.0.0.0:8080
USER 10001:10001
EXPOSE 8080
# nginx finishes what it has begun, then ends.
STOPSIGNAL SIGQUIT
HEALTHCHECK --interval=5s --timeout=4s --start-period=5s --retries=3 CMD ["healthy", "/"]
ENTRYPOINT ["/usr/share/wishlight/web.sh"]
