#!/usr/bin/env bash
# Usage: scratch.sh
#
# Prints the folder where tests keep what they throw away: TMPDIR where it is set, else memory where that has room,
# else /tmp. Tests make and drop thousands of small files; in memory the same calls are made, fsync among them, and
# nobody waits for a disk. What measures (bench, faults) keeps to the disk.
set -euo pipefail

memory=/dev/shm
room_kib=$((4 * 1024 * 1024))
if [ -z "${TMPDIR:-}" ] && [ -w "$memory" ] && [ "$(df --output=avail -k "$memory" | tail -n 1)" -ge "$room_kib" ]; then
  TMPDIR=$memory
fi
echo "${TMPDIR:-/tmp}"
