#!/usr/bin/env bash
# The frame of a test run:
#   phase.sh begin             a new run
#   phase.sh NAME COMMAND...   one phase of it: its name, its output, how long it took
#   phase.sh end               the table of phases; fails where processes of the run are still there
# What a run leaves behind is named and ended, after a failed phase too.
# A process is known as the run's own by a mark in its environment. Programs that write over their environment
# (PostgreSQL, nginx) escape that look: what starts them here ties their life to its own instead.
set -euo pipefail

unset MAKEFLAGS # a compiler started by one of two lanes has the whole machine, not the make's one job

run=${CARGO_TARGET_DIR:-target}/test-run

# Names and ends what the run left behind; 1 where that is nothing.
end_left_behind() {
  local mark proc pid found=1
  mark=$(cat "$run/id")
  for proc in /proc/[0-9]*; do
    pid=${proc#/proc/}
    tr '\0' '\n' <"$proc/environ" | grep -qx "TEST_RUN_MARK=$mark" || continue
    [ "$found" = 0 ] || echo "make test: still running after the tests (ended now):"
    found=0
    echo "  $pid $(tr '\0' ' ' <"$proc/cmdline" | cut -c1-120)"
    kill -KILL "$pid" || true
  done 2>/dev/null
  return $found
}

case ${1:-} in
begin)
  rm -rf "$run"
  mkdir -p "$run"
  echo "$$-$(date +%s%N)" >"$run/id"
  : >"$run/phases"
  date +%s >"$run/began"
  ;;
end)
  echo
  awk -F'\t' -v took=$(($(date +%s) - $(cat "$run/began"))) \
    '{ printf "  %5d s  %s\n", $1, $2 } END { printf "  %5d s  in %d phases, some side by side\n", took, NR }' "$run/phases"
  if end_left_behind; then exit 1; fi
  echo "make test: all phases passed, nothing left running"
  ;;
*)
  name=$1
  shift
  echo
  echo "== $name"
  start=$(date +%s)
  code=0
  TEST_RUN_MARK=$(cat "$run/id") "$@" || code=$?
  took=$(($(date +%s) - start))
  if [ "$code" != 0 ]; then
    echo "== $name: FAILED (exit code $code) after $took s"
    end_left_behind || true
    exit "$code"
  fi
  echo "== $name: passed in $took s"
  printf '%s\t%s\n' "$took" "$name" >>"$run/phases"
  ;;
esac
