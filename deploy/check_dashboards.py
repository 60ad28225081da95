#!/usr/bin/env python3
"""Runs every expression of the dashboards and alerts against a real Prometheus.

A dashboard that names a metric or a label wrongly shows nothing, and nobody is told. So this starts
a Prometheus of its own that scrapes TARGET, a running khabar, and fails when an expression is
refused, when a panel's expression returns nothing, when an alert watches a metric that does not
exist, or when an expression or legend names a label that its metrics do not have. Metrics come one
by one as the target works, so it waits for all of them, up to a bound.
"""

import argparse
import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Metrics that a healthy run does not have: there is no series before the first fault.
MAY_BE_EMPTY = {"khabar_faults_total", "khabar_dead_letters_total", "khabar_site_rules_loads_total"}

# What Grafana puts in for its variables. Scrapes are a second apart.
VARIABLES = {"$__rate_interval": "15s", "$__interval": "1s", "$__range": "1m"}

METRIC = re.compile(r"\b(?:khabar|process)_\w+|\bup\b(?=\{)")
GROUPING = re.compile(r"\b(?:by|on|without|ignoring)\s*\(([^)]*)\)")
LEGEND = re.compile(r"\{\{\s*(\w+)\s*\}\}")

CONFIGURATION = """\
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: khabar
    static_configs:
      - targets: [{target}]
        labels: {{service: khabar}}
"""


class Refused(Exception):
    """Prometheus cannot evaluate an expression; asking again does not help."""


def dashboard_expressions(folder):
    """Yields (where, expression, labels of the legend) for every query of every panel."""
    for path in sorted(folder.glob("*.json")):
        panels = json.loads(path.read_text(encoding="utf-8"))["panels"]
        panels += [inner for panel in panels for inner in panel.get("panels", [])]
        for panel in panels:
            for target in panel.get("targets", []):
                where = f"{path.name}, {panel['title']!r}, {target['refId']}"
                yield where, target["expr"], set(LEGEND.findall(target.get("legendFormat", "")))


class Prometheus:
    """A Prometheus process on a free loopback port, with its data in `folder`."""

    def __init__(self, program, target, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        configuration = folder / "prometheus.yml"
        configuration.write_text(CONFIGURATION.format(target=json.dumps(target)), encoding="utf-8")
        self.log = folder / "prometheus.log"
        self.url = f"http://{address}"
        # Never through a proxy: it is on this machine.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [
                    program,
                    f"--config.file={configuration}",
                    f"--storage.tsdb.path={folder / 'data'}",
                    f"--web.listen-address={address}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def get(self, path, **parameters):
        """The data of an API answer, or None while Prometheus does not answer yet."""
        url = f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with self.opener.open(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            body = error.read().decode(errors="replace")
            if error.code in (400, 422):
                raise Refused(json.loads(body)["error"]) from error
            return None
        except OSError:
            if self.process.poll() is not None:
                log = self.log.read_text(errors="replace")
                sys.exit(f"prometheus ended with {self.process.returncode}:\n{log}")
            return None

    def query(self, expression):
        data = self.get("query", query=expression)
        return data and data["result"]

    def series(self, metrics):
        """The label names of each metric that has series, among `metrics`."""
        names = {}
        selector = '{__name__=~"%s"}' % "|".join(sorted(metrics))
        for series in self.get("series", **{"match[]": selector}) or []:
            names.setdefault(series["__name__"], set()).update(series)
        return names


def metrics_of(expression):
    return set(METRIC.findall(expression))


def labels_of(expression):
    lists = GROUPING.findall(expression)
    return {label.strip() for labels in lists for label in labels.split(",") if label.strip()}


def with_variables(where, expression):
    for name, value in VARIABLES.items():
        expression = expression.replace(name, value)
    if "$" in expression:
        raise Refused(f"{where}: a variable that is not in VARIABLES: {expression}")
    return expression


def problems(prometheus, panels, alerts):
    """What is wrong or still missing now. `panels` and `alerts` as in `dashboard_expressions`."""
    named = {metric for _, expression, _ in panels + alerts for metric in metrics_of(expression)}
    series = prometheus.series(named)
    found = [f"no series of {name}" for name in sorted(named - series.keys() - MAY_BE_EMPTY)]
    for where, expression, legend in panels + alerts:
        metrics = metrics_of(expression)
        if metrics <= series.keys():
            known = set().union(*(series[metric] for metric in metrics))
            for label in sorted((labels_of(expression) | legend) - known):
                found.append(f"{where}: no metric of it has the label {label}: {expression}")
        try:
            result = prometheus.query(expression)
        except Refused as error:
            raise Refused(f"{where}: {error}: {expression}") from error
        # An alert that returns nothing is what one hopes for.
        if (where, expression, legend) in panels and not result and not metrics & MAY_BE_EMPTY:
            found.append(f"{where} returns nothing: {expression}")
    return found


def alert_expressions(prometheus_folder):
    """Yields (where, expression, no legend) for every alert, as promtool's own reader sees it.

    Python has no YAML in its library, so this reads the two forms that alerts.yml uses: the
    expression on the line of `expr:`, or the deeper indented lines after `expr: |`.
    """
    path = prometheus_folder / "alerts.yml"
    alert, block, indent = None, None, 0
    for line in path.read_text(encoding="utf-8").splitlines() + ["end:"]:
        depth = len(line) - len(line.lstrip())
        if block is not None:
            if not line.strip() or depth > indent:
                block.append(line.strip())
                continue
            yield f"{path.name}, {alert}", "\n".join(block), frozenset()
            block = None
        key, _, value = line.strip().removeprefix("- ").partition(":")
        if key == "alert":
            alert = value.strip()
        elif key == "expr" and value.strip() == "|":
            block, indent = [], depth
        elif key == "expr":
            yield f"{path.name}, {alert}", value.strip(), frozenset()


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("target", help="host:port of a running khabar's /metrics")
    parser.add_argument("--wait-seconds", type=float, default=120, help="how long metrics may take to come")
    parser.add_argument("--prometheus", default="prometheus", help="the prometheus program")
    arguments = parser.parse_args()
    # So that the context managers end Prometheus then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))

    panels = list(dashboard_expressions(HERE / "grafana" / "dashboards"))
    alerts = list(alert_expressions(HERE / "prometheus"))
    if not panels or not alerts:
        sys.exit("no expression was found in the dashboards or alerts: nothing would be checked")

    deadline = time.monotonic() + arguments.wait_seconds
    with tempfile.TemporaryDirectory(prefix="khabar-prometheus-") as folder:
        try:
            panels = [(where, with_variables(where, expr), legend) for where, expr, legend in panels]
            with Prometheus(arguments.prometheus, arguments.target, Path(folder)) as prometheus:
                found = problems(prometheus, panels, alerts)
                while found and time.monotonic() < deadline:
                    time.sleep(1)
                    found = problems(prometheus, panels, alerts)
        except FileNotFoundError:
            sys.exit(f"{arguments.prometheus} is not installed (Debian: apt-get install prometheus)")
        except Refused as error:
            sys.exit(f"prometheus refuses an expression: {error}")
    for line in found:
        print(line, file=sys.stderr)
    if found:
        sys.exit(f"{len(found)} things are wrong with what {arguments.target} shows")
    print(f"{len(panels)} expressions of dashboards and {len(alerts)} of alerts are right")


if __name__ == "__main__":
    main()
