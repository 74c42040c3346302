"""What whoever runs it sees: health, metrics, settings, a clean end, traces, and logs that keep
every secret."""

import glob
import json
import os
import re
import signal
import subprocess
import tempfile
import urllib.error
import urllib.request
import uuid

import pytest
from kit import peer
from kit.customer import ChatCustomer, MailCustomer
from kit.system import PRESET, ROOT, eventually, local

BINARIES = os.path.join(ROOT, "build", PRESET, "bin")
OWN_SERVICES = {
    "ticket": {"muara.connector.v1.Intake", "muara.ticket.v1.Tickets", "muara.ticket.v1.Contacts"},
    "routing": {"muara.routing.v1.Agents", "muara.routing.v1.Queues", "muara.routing.v1.Offers"},
    "notification": {"muara.notification.v1.Notifications"},
    "feedback": {"muara.feedback.v1.Surveys"},
    "email": {"muara.connector.v1.Connector"},
    "chat": {"muara.connector.v1.Connector"},
    "gateway": set(),
}
PEERS = {
    "ticket": ["FEEDBACK", "NOTIFICATION"],
    "routing": ["TICKET"],
    "notification": ["TICKET", "EMAIL", "CHAT"],
    "feedback": ["TICKET"],
    "email": ["TICKET"],
    "chat": ["TICKET"],
    "gateway": ["TICKET", "ROUTING", "NOTIFICATION", "FEEDBACK"],
}
OWN_SETTINGS = {"feedback": ["MUARA_PUBLIC_URL"],
                "email": ["MUARA_EMAIL_ENDPOINTS", "MUARA_BLOB_FOLDER"]}
OWNERS_OF_FACTS = ["ticket", "routing", "notification", "feedback", "gateway"]


def ops(system, service, path):
    url = f"http://{system.endpoints['ops.' + service]}{path}"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def samples_of(system, service):
    status, text = ops(system, service, "/metrics")
    assert status == 200
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def series_of(samples):
    return {line.rpartition(" ")[0] for line in samples}


@pytest.mark.parametrize("service", local.SERVICES)
def test_the_ops_port_tells_life_readiness_and_metrics_only(system, ani, service):
    MailCustomer(system).write("Metrics", "Something to count.")
    ani.find_ticket(subject="Metrics")
    assert ops(system, service, "/livez")[0] == 200
    assert ops(system, service, "/readyz")[0] == 200
    for path in ("/", "/v1/tickets", "/metrics/x", "/livez/..", "/debug"):
        assert ops(system, service, path)[0] == 404
    samples = samples_of(system, service)
    assert "muara_serving 1" in samples
    assert all(line.startswith("muara_") for line in samples), samples
    for line in samples:
        labels = line[line.find("{"):line.rfind("}") + 1] if "{" in line else ""
        assert "@" not in labels, line
        assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}|[0-9a-f]{16}", labels), line
    # Series must not grow with the traffic: the same call for other things adds none.
    def look_for_nobody():
        with pytest.raises(local.ApiError):
            ani.ticket(uuid.uuid4().hex)
    look_for_nobody()
    before = series_of(samples_of(system, service))
    for _ in range(20):
        look_for_nobody()
    # Work that goes on by itself may be seen for the first time.
    assert len(series_of(samples_of(system, service)) - before) < 20


@pytest.mark.parametrize("service", local.SERVICES)
def test_grpc_health_and_reflection_answer(system, service):
    address = system.endpoints["grpc." + service]
    assert peer.health(address) == peer.SERVING
    listed = peer.services(address)
    assert OWN_SERVICES[service] <= listed, listed
    if service in OWNERS_OF_FACTS and service != "gateway":
        assert "muara.event.v1.EventLog" in listed


def start(service, settings):
    return subprocess.run([os.path.join(BINARIES, f"muara-{service}")], env=settings, timeout=30,
                          capture_output=True, text=True, check=False)


@pytest.mark.parametrize("service", local.SERVICES)
def test_a_start_without_settings_names_every_one_that_is_missing(service):
    ended = start(service, {})
    assert ended.returncode == 1
    wanted = ["MUARA_STORE_URL", "MUARA_INTERNAL_KEY_FILE", *OWN_SETTINGS.get(service, []),
              *(f"MUARA_{name}_GRPC" for name in PEERS[service])]
    for name in wanted:
        assert f"{name}: is required" in ended.stderr, ended.stderr


@pytest.mark.parametrize("service", local.SERVICES)
def test_a_start_with_bad_settings_names_every_bad_one(system, service):
    bad = {"MUARA_STORE_CONNECTIONS_MAX": "many", "MUARA_OPS_LISTEN": "127.0.0.1:ops",
           "MUARA_GRPC_LISTEN": "everywhere", "MUARA_LOG_LEVEL": "loud",
           "MUARA_REDIS_URL": "http://redis", "MUARA_INTERNAL_KEY_FILE": "/dev/null"}
    ended = start(service, {**system.stack.settings_of(service), **bad})
    assert ended.returncode == 1
    for name in bad:
        assert name in ended.stderr, ended.stderr


@pytest.mark.parametrize("service", local.SERVICES)
def test_a_store_that_is_none_is_refused(system, service):
    for url in ("mysql://127.0.0.1/x", "sqlite:///nowhere/at/all.db"):
        with tempfile.TemporaryDirectory() as folder:
            settings = {**system.stack.settings_of(service), "MUARA_STORE_URL": url,
                        "MUARA_GRPC_LISTEN": "127.0.0.1:0", "MUARA_OPS_LISTEN": "127.0.0.1:0",
                        "MUARA_BLOB_FOLDER": folder}
            ended = start(service, settings)
        assert ended.returncode == 1 and "cannot start" in ended.stderr, ended.stderr


@pytest.fixture
def evicting_redis():
    with tempfile.TemporaryDirectory() as folder:
        port = local.free_port()
        server = subprocess.Popen(
            ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir",
             folder, "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"],
            stdout=subprocess.DEVNULL)
        eventually(lambda: local.answers(port), what="Redis")
        yield f"redis://127.0.0.1:{port}"
        server.terminate()
        server.wait()


@pytest.mark.parametrize("service", OWNERS_OF_FACTS)
def test_a_redis_that_evicts_is_refused(system, service, evicting_redis):
    with tempfile.TemporaryDirectory() as folder:
        ended = start(service, {
            **system.stack.settings_of(service), "MUARA_REDIS_URL": evicting_redis,
            "MUARA_STORE_URL": f"sqlite://{folder}/store.db", "MUARA_HTTP_LISTEN": "127.0.0.1:0",
            "MUARA_GRPC_LISTEN": "127.0.0.1:0", "MUARA_OPS_LISTEN": "127.0.0.1:0"})
    assert ended.returncode == 1
    assert "EVICTING_REDIS" in ended.stderr and "noeviction" in ended.stderr


@pytest.mark.parametrize("service", local.SERVICES)
def test_whoever_drains_says_so_before_it_ends(system, service):
    stack = system.stack
    process = stack.process(service)

    def restart(number):
        process.send(number)
        assert process.wait() == 0
        stack.start_service(service)
        stack.wait_ready(service)
    stack.overrides["MUARA_DRAIN_DELAY_MS"] = "1500"
    try:
        restart(signal.SIGINT)
        process.send(signal.SIGTERM)
        address = system.endpoints["grpc." + service]
        eventually(lambda: peer.health(address) == peer.NOT_SERVING, what="NOT_SERVING")
        status, text = ops(system, service, "/readyz")
        assert status == 503 and "NOT_SERVING" in text
        assert ops(system, service, "/livez")[0] == 200
        assert process.wait() == 0
    finally:
        del stack.overrides["MUARA_DRAIN_DELAY_MS"]
        stack.start_service(service)
        stack.wait_ready(service)


def log_lines(system, service):
    with open(system.stack.path("logs", service + ".log"), encoding="utf-8") as log:
        return [json.loads(line) for line in log if line.startswith("{")]


def test_one_trace_goes_from_the_connector_to_the_delivery(system, ani):
    subject = f"Trace {uuid.uuid4().hex}"
    customer = MailCustomer(system)
    customer.write(subject, "Follow me.")
    ticket_id = ani.find_ticket(subject=subject)["id"]
    customer.wait_for("we have received your message")

    def lines(service, message, **fields):
        return eventually(lambda: [one for one in log_lines(system, service)
                                   if one["message"] == message and
                                   fields.items() <= one.items()], what=f"'{message}'")
    submitted = lines("email", "mail submitted", ticket_id=ticket_id)
    trace = {"trace_id": submitted[0]["trace_id"]}
    assert len(trace["trace_id"]) == 32
    assert len(lines("email", "mail read", **trace)) == 1
    assert lines("ticket", "message taken", **trace)[0]["ticket_id"] == ticket_id
    delivered = lines("notification", "delivery", **trace)
    ended = lines("email", "delivery ended", **trace)
    assert ended[0]["delivery_id"] == delivered[0]["delivery_id"]
    assert ended[0]["ticket_id"] == ticket_id


def test_no_log_holds_a_message_an_address_or_a_secret(system, ani):
    marks = {name: f"{name}{uuid.uuid4().hex[:12]}" for name in
             ("subject", "body", "address", "reply", "note", "chat", "name", "wrong", "file")}
    customer = MailCustomer(system, f"{marks['address']}@example.org")
    customer.write(marks["subject"], f"{marks['body']} and more of it")
    ticket_id = ani.find_ticket(subject=marks["subject"])["id"]
    ani.take(ticket_id)
    ani.reply(ticket_id, marks["reply"])
    ani.api.post(f"/v1/tickets/{ticket_id}:note", {"text": marks["note"]})
    token = re.search(r"\+([^@]+)@", customer.wait_for(marks["reply"])["Reply-To"]).group(1)
    # Errors are where inputs are quoted.
    for call in (lambda: local.Api(system.gateway).login(marks["name"], marks["wrong"]),
                 lambda: ani.api.post(f"/v1/tickets/{marks['name']}:reply", {"text": "x"}),
                 lambda: ani.api.post(f"/v1/tickets/{ticket_id}:note", {marks["body"]: 1}),
                 lambda: ani.api.get(f"/v1/tickets?pageToken={marks['wrong']}")):
        with pytest.raises(local.ApiError):
            call()
    odd = MailCustomer(system, f"{marks['address']}.odd@example.org")
    odd.write(marks["subject"], marks["body"], headers=[
        "Content-Type: multipart/mixed; boundary=" + marks["file"],
        f"In-Reply-To: <{marks['name']}@example.org>"])
    chat = ChatCustomer(system, marks["name"]).open()
    chat.say(marks["chat"])
    chat.socket.send(json.dumps({"type": marks["wrong"]}))
    ani.resolve(ticket_id)
    customer.wait_for("How satisfied are you")
    chat.close()
    secrets = [ani.api.token, token, chat.token, "ani@", "example.org"]
    secrets += [one["password"] for one in
                [system.credentials["admin"], *system.credentials["agents"]]]
    with open(system.stack.path("secrets", "internal.keys"), encoding="utf-8") as keys:
        secrets += keys.read().split()
    logs = glob.glob(system.stack.path("logs", "*.log"))
    assert len(logs) >= len(local.SERVICES)
    assert [one for one in log_lines(system, "email") if one.get("ticket_id") == ticket_id]
    for path in logs:
        with open(path, encoding="utf-8", errors="replace") as log:
            text = log.read()
        for secret in [*marks.values(), *secrets]:
            assert secret not in text, f"{os.path.basename(path)}: " + next(
                line for line in text.splitlines() if secret in line)
