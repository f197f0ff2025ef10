#!/usr/bin/env bash
# Usage: with-postgres.sh COMMAND...
#
# Runs COMMAND beside a private PostgreSQL cluster named by TEST_DATABASE_URL, and passes its exit code on.
# The cluster lives in a temporary folder, listens on a free port of 127.0.0.1 only, keeps fsync and
# synchronous_commit on (what is tested must be what is promised), and is gone when COMMAND ends, however it ends.
# It speaks TLS to who asks for it, with the certificate that TEST_DATABASE_CA names; other.crt beside it is
# another one, which it has not. Who does not ask gets none: speeds are compared between clients that can and cannot.
# Where TEST_DATABASE_URL is already set, that database is used and nothing is started.
set -euo pipefail

[ $# -gt 0 ] || { echo "usage: with-postgres.sh COMMAND..." >&2; exit 2; }
[ -z "${TEST_DATABASE_URL:-}" ] || exec "$@"

fail() { echo "with-postgres: $*" >&2; exit 1; }

# Debian keeps the server's programs out of PATH, one folder a version: the newest wins.
find_bin() {
  local dir
  for dir in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr) "$(pg_config --bindir 2>/dev/null || true)"; do
    [ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] && { echo "$dir"; return; }
  done
  fail "no PostgreSQL server found; run tests/tools/install.sh, or: apt-get install postgresql"
}
bin=$(find_bin)

# The server refuses to run as root.
as_owner=()
if [ "$(id -u)" = 0 ]; then
  owner=$(getent passwd postgres nobody | cut -d: -f1 | head -n 1)
  as_owner=(setpriv "--reuid=$owner" "--regid=$(id -g "$owner")" --clear-groups --)
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/wishlight-pg.XXXXXX")
server='' command=''

# TERM, then KILL after 10 seconds, to the whole process group of COMMAND: a test's own servers go with it.
stop_command() {
  [ -n "$command" ] || return 0
  kill -TERM -- "-$command" 2>/dev/null || return 0
  for _ in $(seq 100); do kill -0 -- "-$command" 2>/dev/null || return 0; sleep 0.1; done
  kill -KILL -- "-$command" 2>/dev/null || true
}

stop_server() {
  [ -n "$server" ] || return 0
  kill -INT "$server" 2>/dev/null || true # SIGINT is PostgreSQL's fast shutdown
  wait "$server" 2>/dev/null || true
  server=''
}

finish() {
  local code=$?
  trap '' INT TERM HUP
  stop_command
  stop_server
  [ "$code" = 0 ] || [ ! -f "$work/log" ] || grep -E 'PANIC|was terminated by signal' "$work/log" >&2 || true
  rm -rf "$work"
  exit "$code"
}
trap finish EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

[ "$(id -u)" != 0 ] || chown "$owner" "$work"
cd "$work" # the owner may not be able to enter the caller's folder
"${as_owner[@]}" "$bin/initdb" --pgdata="$work/data" --username=postgres --auth=trust \
  --encoding=UTF8 --locale=C.UTF-8 >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log" >&2; fail "initdb failed"; }
printf '%s\n' 'local all all trust' 'host all all 127.0.0.1/32 trust' | "${as_owner[@]}" tee "$work/data/pg_hba.conf" >/dev/null

certificate() { # NAME
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext 'subjectAltName = IP:127.0.0.1' \
    -keyout "$work/$1.key" -out "$work/$1.crt" 2>>"$work/openssl.log" || { cat "$work/openssl.log" >&2; fail "openssl failed"; }
}
certificate server
certificate other
[ "$(id -u)" != 0 ] || chown "$owner" "$work/server.key"

# pdeathsig: should this script be killed outright, the server still shuts down.
start_server() {
  setsid "${as_owner[@]}" setpriv --pdeathsig INT -- "$bin/postgres" -D "$work/data" -p "$1" \
    -c listen_addresses=127.0.0.1 -c "unix_socket_directories=$work" \
    -c ssl=on -c "ssl_cert_file=$work/server.crt" -c "ssl_key_file=$work/server.key" \
    -c fsync=on -c synchronous_commit=on -c full_page_writes=on \
    -c max_connections=200 -c shared_buffers=256MB -c max_wal_size=2GB -c timezone=UTC \
    >"$work/log" 2>&1 &
  server=$!
  for _ in $(seq 300); do
    kill -0 "$server" 2>/dev/null || { wait "$server" || true; server=''; return 1; }
    "$bin/pg_isready" -q -h "$work" -p "$1" && return 0
    sleep 0.1
  done
  return 1
}

# Below the ephemeral range, so that no client's socket takes the port in between.
started=''
for _ in 1 2 3 4 5 6 7 8; do
  port=$((20000 + RANDOM % 12000))
  if start_server "$port"; then started=yes; break; fi
  grep -q 'Address already in use' "$work/log" || break
done
[ -n "$started" ] || { cat "$work/log" >&2; fail "the server did not start"; }
cd "$OLDPWD"

export TEST_DATABASE_URL="postgres://postgres@127.0.0.1:$port/postgres"
export TEST_DATABASE_CA="$work/server.crt" PGSSLMODE=disable
# In the background, so that a signal to this script is answered at once; in a group of its own, so that all of it can
# be ended; with the default signals back, which a shell takes away from what it starts in the background.
setsid setpriv --pdeathsig TERM -- env --default-signal=INT,QUIT "$@" <&0 &
command=$!
code=0
wait "$command" || code=$?
exit "$code"
