#!/bin/sh
# Fills in deploy/nginx.conf and runs nginx with it, in the foreground.
#   web.sh        run          web.sh -t     only check the configuration
#   WEB_NODES               the API's nodes, HOST:PORT, separated by spaces (required)
#   WEB_ROOT                the built SPA (frontend/dist)
#   WEB_LISTEN              address and port (0.0.0.0:8080)
#   WEB_RUN                 a folder to write in; made where missing (/tmp/wishlight-web)
#   WEB_TRUSTED_PROXIES     addresses or networks of balancers in front whose X-Forwarded-For is believed (none)
#   WEB_CONNECT_SRC         what the SPA may call, in CSP's terms; name the API's origin where it is another ('self')
#   WEB_TEMPLATE            the template (nginx.conf beside this script)
set -eu

: "${WEB_NODES:?the nodes of the API, as HOST:PORT separated by spaces}"
WEB_TEMPLATE=${WEB_TEMPLATE:-$(dirname "$0")/nginx.conf}
WEB_ROOT=${WEB_ROOT:-$(dirname "$0")/../frontend/dist}
WEB_ROOT=$(cd "$WEB_ROOT" && pwd)
WEB_LISTEN=${WEB_LISTEN:-0.0.0.0:8080}
WEB_RUN=${WEB_RUN:-/tmp/wishlight-web}
WEB_CONNECT_SRC=${WEB_CONNECT_SRC:-"'self'"}

# A node that failed twice is left alone for 5 seconds.
WEB_SERVERS=''
for node in $WEB_NODES; do WEB_SERVERS="$WEB_SERVERS server $node max_fails=2 fail_timeout=5s;"; done
WEB_TRUSTED=''
for proxy in ${WEB_TRUSTED_PROXIES:-}; do WEB_TRUSTED="$WEB_TRUSTED set_real_ip_from $proxy;"; done
# Started by root (never in the image), the workers too are root, or they could not read a private folder.
WEB_USER=''
[ "$(id -u)" != 0 ] || WEB_USER='user root root;'

export WEB_ROOT WEB_LISTEN WEB_RUN WEB_CONNECT_SRC WEB_SERVERS WEB_TRUSTED WEB_USER
mkdir -p "$WEB_RUN"
# shellcheck disable=SC2016 # names for envsubst, not for the shell
envsubst '${WEB_ROOT} ${WEB_LISTEN} ${WEB_RUN} ${WEB_CONNECT_SRC} ${WEB_SERVERS} ${WEB_TRUSTED} ${WEB_USER}' \
  <"$WEB_TEMPLATE" >"$WEB_RUN/nginx.conf"

PATH=$PATH:/usr/sbin
exec nginx -e stderr -p "$WEB_RUN" -c "$WEB_RUN/nginx.conf" -g 'daemon off;' "$@"
