#!/bin/bash
# Usage: healthy.sh PATH    0 where 127.0.0.1:8080 answers PATH with 200 within 3 seconds. For images without curl.
set -eu
exec 3<>/dev/tcp/127.0.0.1/8080
printf 'GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n' "$1" >&3
read -r -t 3 _ status _ <&3
[ "$status" = 200 ]
