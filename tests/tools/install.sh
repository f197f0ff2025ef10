#!/usr/bin/env bash
# Installs, on Debian or Ubuntu, what the tests need beyond Rust and Node, and only what is missing: PostgreSQL's
# server (no system cluster is made, none that exists is touched), its client library with TLS, Chromium, a font with
# Chinese, nginx, and what docs/INTEGRATORS.md is followed with: curl, jq, Python with its virtual environments.
# No service is started. Does nothing, at once, where all is there.
set -euo pipefail

fail() { echo "install: $*" >&2; exit 1; }

has_postgres() { compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || [ -x "$(pg_config --bindir 2>/dev/null)/postgres" ]; }
has_libpq() { [ -e /usr/include/postgresql/libpq-fe.h ] && command -v pg_config >/dev/null; }
has_openssl() { command -v openssl >/dev/null; }
has_chromium() { command -v chromium-headless-shell >/dev/null; }
has_cjk_font() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh-cn family)" ]; }
has_nginx() { command -v nginx >/dev/null || [ -x /usr/sbin/nginx ]; }
has_envsubst() { command -v envsubst >/dev/null; }
has_python() { python3 -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

missing() {
  has_postgres || echo postgresql
  has_libpq || echo libpq-dev
  has_openssl || echo openssl
  has_chromium || echo chromium-headless-shell
  has_cjk_font || echo fonts-noto-cjk
  command -v fc-list >/dev/null || echo fontconfig
  has_nginx || echo nginx-light
  has_envsubst || echo gettext-base
  has_python || printf '%s\n' python3 python3-venv
  command -v curl >/dev/null || echo curl
  command -v jq >/dev/null || echo jq
}

mapfile -t packages < <(missing)
if [ ${#packages[@]} = 0 ]; then
  echo "install: PostgreSQL, its client library, Chromium, a Chinese font, nginx, Python, curl and jq are there"
  exit 0
fi

command -v apt-get >/dev/null ||
  fail "missing: ${packages[*]} (Debian's names); this machine has no apt-get, install them by its own means"
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || fail "missing: ${packages[*]}; neither root nor sudo here, ask for: apt-get install ${packages[*]}"
  as_root=(sudo)
fi

echo "install: ${packages[*]}"

# While packages are being installed: no cluster, no service. Both files go again, unless they were here before.
no_cluster=/etc/postgresql-common/createcluster.d/wishlight-tests.conf
no_service=/usr/sbin/policy-rc.d
made=()
undo() { [ ${#made[@]} = 0 ] || "${as_root[@]}" rm -f "${made[@]}"; }
trap undo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
put() { # PATH MODE TEXT
  [ ! -e "$1" ] || return 0
  made+=("$1")
  "${as_root[@]}" mkdir -p "$(dirname "$1")"
  printf '%b' "$3" | "${as_root[@]}" tee "$1" >/dev/null
  "${as_root[@]}" chmod "$2" "$1"
}
put "$no_cluster" 644 'create_main_cluster = false\n'
put "$no_service" 755 '#!/bin/sh\nexit 101\n'

log=$(mktemp)
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -y "$@" >>"$log" 2>&1; }
give_up() { tail -n 30 "$log" >&2; fail "apt-get $1 failed (above: the end of its output)"; }

apt update || give_up update
# Large packages were seen to break off midway once: mend, and try once more.
apt install --no-install-recommends "${packages[@]}" || {
  "${as_root[@]}" dpkg --configure -a >>"$log" 2>&1 || true
  apt install --fix-broken --no-install-recommends || true
  apt install --no-install-recommends "${packages[@]}" || give_up install
}
rm -f "$log"

# The tests start an nginx of their own; the package's must not come up with the machine because of them.
case " ${packages[*]} " in
*' nginx-light '*) "${as_root[@]}" update-rc.d nginx disable >/dev/null 2>&1 || true ;;
esac

mapfile -t packages < <(missing)
[ ${#packages[@]} = 0 ] || fail "still missing after apt-get install: ${packages[*]}"
