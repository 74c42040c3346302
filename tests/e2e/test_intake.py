"""Intake under pressure: bursts and repeats, over several replicas where the store allows them."""

import concurrent.futures
import hashlib
import os
import urllib.request
import uuid

import pytest
from kit.system import eventually, local


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return answer.status == 200
    except OSError:
        return False


class Replica:
    """A second ticket service on the same store, behind a gateway of its own."""

    def __init__(self, system):
        stack = system.stack
        ports = {}
        for name in ("ticket", "gateway", "ops.ticket", "ops.gateway", "grpc.gateway"):
            ports[name] = local.free_port(ports.values())

        def at(name):
            return f"127.0.0.1:{ports[name]}"

        ticket = {**stack.settings_of("ticket"), "MUARA_GRPC_LISTEN": at("ticket"),
                  "MUARA_OPS_LISTEN": at("ops.ticket")}
        gateway = {**stack.settings_of("gateway"), "MUARA_HTTP_LISTEN": at("gateway"),
                   "MUARA_OPS_LISTEN": at("ops.gateway"), "MUARA_GRPC_LISTEN": at("grpc.gateway"),
                   "MUARA_TICKET_GRPC": at("ticket")}
        self.base = "http://" + at("gateway")
        self.processes = []
        for name, settings in (("ticket", ticket), ("gateway", gateway)):
            process = stack.process(name + "-b")
            process.start([os.path.join(stack.binaries, "muara-" + name)],
                          stack.path("logs", name + "-b.log"), settings)
            self.processes.append(process)
            eventually(lambda ops=settings["MUARA_OPS_LISTEN"]: answers(f"http://{ops}/readyz"),
                       what=f"the second {name}")

    def close(self):
        for process in reversed(self.processes):
            process.stop()


@pytest.fixture
def doors(system):
    """The API as an integrator, by every replica."""
    admin = system.sign_in("admin")
    key = admin.post("/v1/apiKeys", {"displayName": "intake", "roles": ["ROLE_INTEGRATOR"],
                                     "days": 1})
    bases = [system.gateway]
    replica = Replica(system) if system.stack.store == "postgres" else None
    if replica:
        bases.append(replica.base)
    apis = []
    for base in bases:
        apis.append(local.Api(base))
        apis[-1].token = key["secret"]
    yield apis
    if replica:
        replica.close()
    admin.post(f"/v1/apiKeys/{key['apiKey']['id']}:revoke")


def message(key, handle, text, digest=None):
    return {"idempotencyKey": key, "channel": "CHANNEL_SOCIAL", "endpoint": "page",
            "payloadDigest": digest or hashlib.sha256(text.encode()).hexdigest(),
            "sender": {"kind": "CONTACT_POINT_KIND_HANDLE", "value": handle,
                       "assurance": "ASSURANCE_CHANNEL_VERIFIED"},
            "origin": "ORIGIN_HUMAN", "content": {"text": text}}


def submit(api, *messages):
    return api.post("/v1/interactions:submit", {"submissions": list(messages)})["results"]


def at_once(work, count):
    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        return list(pool.map(work, range(count)))


def test_a_hundred_messages_of_one_contact_at_once_open_one_ticket(system, doors):
    handle = "sari." + uuid.uuid4().hex[:8]
    results = at_once(lambda i: submit(doors[i % len(doors)],
                                       message(f"{handle}-{i}", handle, f"message {i}"))[0], 100)
    assert {one["outcome"] for one in results} == {"OUTCOME_ACCEPTED"}
    assert len({one["ticketId"] for one in results}) == 1
    assert len({one["contactId"] for one in results}) == 1
    assert [one["ticketOpened"] for one in results].count(True) == 1
    admin = system.sign_in("admin")
    ticket_id = results[0]["ticketId"]
    interactions, token = [], ""
    while True:
        page = admin.get(f"/v1/tickets/{ticket_id}/interactions?pageSize=200&pageToken={token}")
        interactions += page["interactions"]
        token = page["nextPageToken"]
        if not token:
            break
    assert [one["sequence"] for one in interactions] == list(range(1, 101))
    assert len({one["content"]["text"] for one in interactions}) == 100
    assert admin.get(f"/v1/tickets/{ticket_id}")["interactionCount"] == 100


def test_a_thousand_repeats_of_one_webhook_make_one_row(system, doors):
    handle = "budi." + uuid.uuid4().hex[:8]
    same = message(f"{handle}-1", handle, "the same")
    results = at_once(lambda i: submit(doors[i % len(doors)], same)[0], 1000)
    outcomes = [one["outcome"] for one in results]
    assert outcomes.count("OUTCOME_ACCEPTED") == 1
    assert outcomes.count("OUTCOME_DUPLICATE") == 999
    assert len({(one["ticketId"], one["interactionId"]) for one in results}) == 1
    admin = system.sign_in("admin")
    ticket = admin.get(f"/v1/tickets/{results[0]['ticketId']}")
    assert ticket["interactionCount"] == 1 and ticket["version"] == 1

    other = submit(doors[-1], {**same, "payloadDigest": "0" * 64})[0]
    assert other["outcome"] == "OUTCOME_REFUSED" and other["reason"] == "IDEMPOTENCY_CONFLICT"
    # A file that nobody uploaded refuses its own message alone.
    lost = message(f"{handle}-2", handle, "with a file")
    lost["content"]["attachments"] = [{"reference": "sha256:" + "0" * 64}]
    both = submit(doors[0], lost, message(f"{handle}-3", handle, "without"))
    assert [one["outcome"] for one in both] == ["OUTCOME_REFUSED", "OUTCOME_ACCEPTED"]
    assert both[0]["reason"] == "ATTACHMENT_NOT_FOUND"
