"""deploy/: every file is whole, and agrees with the code: settings, addresses, figures, headings of the runbook."""
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import generate_latest

from bot.channels.meter import Meter

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
DOCUMENTS = {file.relative_to(DEPLOY).as_posix(): list(yaml.safe_load_all(file.read_text())) for file in sorted(DEPLOY.rglob("*.yaml"))}
GAUGES = {"leaflet_review_overdue", "leaflet_unwritten_turns"}  # computed when looked at: bot/channels/operations.py
SETTINGS = set(re.findall(r"^\| `([A-Z_]+)`", (ROOT / "docs/settings.md").read_text(), re.M))


def parts_of(kind):
    return [part for part in DOCUMENTS["kubernetes/assistant.yaml"] if part["kind"] == kind]


def expressions():
    """Every expression of the alerts and the dashboard."""
    rules = [rule for group in DOCUMENTS["monitoring/alerts.yaml"][0]["groups"] for rule in group["rules"]]
    panels = json.loads((DEPLOY / "monitoring/dashboard.json").read_text())["panels"]
    return [rule["expr"] for rule in rules] + [target["expr"] for panel in panels for target in panel["targets"]]


def figures():
    """The names of all figures that `/metrics` shows."""
    meter = Meter()
    meter.turn("ann", "web", [{"custom": {"kind": "answer", "topics": ["one"]}}], 0.1)
    meter.refusals.labels("empty")
    return set(re.findall(r"^(\w+)[{ ]", generate_latest(meter.registry).decode(), re.M)) | GAUGES


def test_alerts_and_dashboard_ask_for_figures_that_exist():
    """A misspelt name would never fire and never show."""
    asked = {name for expression in expressions() for name in re.findall(r"\bleaflet_\w+", expression)}
    assert asked and asked <= figures()


def test_every_expression_closes_its_brackets():
    """As far as can be told without Prometheus."""
    for expression in expressions():
        for left, right in ("()", "{}", "[]"):
            assert expression.count(left) == expression.count(right), expression


def test_promtool_takes_the_rules():
    """Where it is installed."""
    if not shutil.which("promtool"):
        pytest.skip("promtool is not installed")
    subprocess.run(["promtool", "check", "rules", str(DEPLOY / "monitoring/alerts.yaml")], check=True)


def test_each_alert_says_what_and_leads_to_the_runbook():
    """To a heading that is there."""
    headings = {re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in (ROOT / "docs/operations.md").read_text().splitlines() if line.startswith("#")}
    for rule in DOCUMENTS["monitoring/alerts.yaml"][0]["groups"][0]["rules"]:
        document, _, heading = rule["annotations"]["runbook"].partition("#")
        assert document == "docs/operations.md" and heading in headings, rule["alert"]
        assert rule["annotations"]["summary"] and rule["labels"]["severity"] in ("page", "ticket")


def test_panels_have_places_of_their_own():
    """None covers another, and ids are not used twice."""
    panels = json.loads((DEPLOY / "monitoring/dashboard.json").read_text())["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    assert len({(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels}) == len(panels)


def test_containers_run_with_as_little_as_they_need():
    """Not as root, nothing writable but their own folders, limits and probes."""
    pod = parts_of("Deployment")[0]["spec"]["template"]["spec"]
    container = pod["containers"][0]
    assert pod["securityContext"]["runAsNonRoot"] and pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {"allowPrivilegeEscalation": False, "readOnlyRootFilesystem": True, "capabilities": {"drop": ["ALL"]}}
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container) and container["resources"]["limits"]["memory"]
    service = DOCUMENTS["compose.yaml"][0]["services"]["assistant"]
    assert service["read_only"] and service["cap_drop"] == ["ALL"] and "no-new-privileges:true" in service["security_opt"]


def test_manifests_belong_together():
    """Service, budget and autoscaler mean the one deployment."""
    name = parts_of("Deployment")[0]["metadata"]["name"]
    labels = parts_of("Deployment")[0]["spec"]["template"]["metadata"]["labels"]
    assert parts_of("Service")[0]["spec"]["selector"] == labels == parts_of("PodDisruptionBudget")[0]["spec"]["selector"]["matchLabels"]
    assert parts_of("HorizontalPodAutoscaler")[0]["spec"]["scaleTargetRef"]["name"] == name
    mounted = {mount["name"] for mount in parts_of("Deployment")[0]["spec"]["template"]["spec"]["containers"][0]["volumeMounts"]}
    assert mounted == {volume["name"] for volume in parts_of("Deployment")[0]["spec"]["template"]["spec"]["volumes"]}


def test_every_setting_that_is_named_exists():
    """In the example, the manifests and the container file."""
    named = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "settings.env.example").read_text(), re.M))
    named |= set(parts_of("Secret")[0]["stringData"]) | {entry["name"] for entry in parts_of("Deployment")[0]["spec"]["template"]["spec"]["containers"][0]["env"]}
    assert named <= SETTINGS


def test_no_secret_is_in_the_files():
    """What looks like one asks to be replaced."""
    text = "".join(file.read_text() for file in DEPLOY.rglob("*") if file.is_file())
    for secret in re.findall(r"(?:_TOKEN: |_TOKEN=|://[a-z]*:)([^\s@]+)", text):
        assert secret.startswith("replace"), secret


def test_the_container_is_not_root_and_says_how_it_is():
    """USER and HEALTHCHECK are there, after the last FROM."""
    last = (DEPLOY / "Containerfile").read_text().split("\nFROM ")[-1]
    assert re.search(r"^USER \d+$", last, re.M) and "HEALTHCHECK" in last and "/health/ready" in last


def test_nginx_takes_its_configuration(tmp_path):
    """nginx itself reads it, where it is installed."""
    if not (shutil.which("nginx") and shutil.which("openssl")):
        pytest.skip("nginx is not installed: scripts/cluster-setup installs it")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", "server.key", "-out", "server.crt"]
    subprocess.run(make, cwd=tmp_path, check=True, capture_output=True)
    shutil.copy(DEPLOY / "nginx.conf", tmp_path)
    checked = subprocess.run(["nginx", "-t", "-p", f"{tmp_path}/", "-c", str(tmp_path / "nginx.conf"), "-e", "error.log"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
