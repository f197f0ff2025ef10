#!/usr/bin/env bash
# Usage: need.sh PROGRAM...
# One line naming what is missing and how to get it; nothing where all is there.
set -euo pipefail

how() {
  case $1 in
  cargo) echo "Rust 1.95 or newer, from rustup.rs" ;;
  node | npm) echo "Node.js 20 or newer with npm, from nodejs.org or: apt-get install nodejs npm" ;;
  cc) echo "a C compiler: apt-get install build-essential" ;;
  *) echo "apt-get install $1" ;;
  esac
}

missing=''
for program in "$@"; do
  command -v "$program" >/dev/null || missing+="; $program ($(how "$program"))"
done
[ -z "$missing" ] || { echo "Wishlight needs what is not on this machine: ${missing#; }" >&2; exit 1; }
