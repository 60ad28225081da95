#!/usr/bin/env bash
# Checks everything in this folder, as far as it can be without a container engine.
#
#   deploy/check.sh TARGET
#
# TARGET is the host:port of a running khabar: its metrics are scraped by a real Prometheus, and every
# expression of the dashboards and alerts must find something in them.
# Needs docker-compose, promtool and prometheus (Debian: docker-compose, prometheus) and Python 3.
set -euo pipefail

if [[ $# -ne 1 ]]; then
    echo "usage: deploy/check.sh TARGET, as in deploy/check.sh 127.0.0.1:7070" >&2
    exit 2
fi
target=$1
cd "$(dirname "$0")/.."

compose=(docker-compose)
if ! command -v docker-compose >/dev/null; then
    compose=(docker compose)
fi

for tool in "${compose[0]}" promtool prometheus python3; do
    if ! command -v "$tool" >/dev/null; then
        echo "$tool is not installed (Debian: apt-get install docker-compose prometheus python3)" >&2
        exit 1
    fi
done

check() {
    echo "+ $*"
    "$@"
}

check "${compose[@]}" --file docker-compose.yml config --quiet
check promtool check config deploy/prometheus/prometheus.yml
check promtool check rules deploy/prometheus/alerts.yml
check promtool test rules deploy/prometheus/alerts_test.yml
for file in deploy/grafana/dashboards/*.json; do
    check python3 -m json.tool "$file" /dev/null
done
check python3 deploy/check_dashboards.py "$target"
