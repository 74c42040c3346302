"""Two replicas of routing on one store: the leader is killed, and the other goes on at once."""

import os
import re
import signal
import time
import urllib.request

import pytest
from kit.customer import MailCustomer
from kit.desk import Agent
from kit.system import System, eventually, local


@pytest.fixture
def system():
    running = System("postgres")
    yield running
    running.close()


@pytest.fixture
def second(system):
    """Another routing service on the same store, and where its metrics are."""
    ports = [local.free_port()]
    ports.append(local.free_port(ports))
    listen, ops = (f"127.0.0.1:{port}" for port in ports)
    settings = {**system.stack.settings_of("routing"), "MUARA_GRPC_LISTEN": listen,
                "MUARA_OPS_LISTEN": ops}
    process = system.stack.process("routing-b")
    process.start([os.path.join(system.stack.binaries, "muara-routing")],
                  system.stack.path("logs", "routing-b.log"), settings)
    yield process, ops
    process.stop()


def leads(ops):
    try:
        with urllib.request.urlopen(f"http://{ops}/metrics", timeout=2) as answer:
            return re.search(r"^muara_routing_leader(\{.*\})? 1$", answer.read().decode(), re.M)
    except OSError:
        return None


def offered(agent, ticket):
    pending = agent.api.get("/v1/offers?status=OFFER_STATUS_PENDING").get("offers", [])
    return next((offer for offer in pending if offer["workItemId"] == ticket), None)


def is_available(agent):
    try:
        return agent.presence("AVAILABLE")
    except local.ApiError as error:
        if error.reason != "PEER_UNAVAILABLE":
            raise
        return None


def test_a_standby_takes_over_and_pending_offers_stand(system, second):
    process, ops = second
    # The one that the gateway does not talk to leads, so that its end can be seen from outside.
    system.stack.process("routing").send(signal.SIGTERM)
    system.stack.process("routing").wait(limit_s=30)
    eventually(lambda: leads(ops), what="the second to lead")
    system.stack.start_service("routing")
    system.stack.wait_ready("routing")
    ani = Agent(system, "ani")
    eventually(lambda: is_available(ani), what="routing to be reached again")
    MailCustomer(system).write("Before", "Hello")
    before = ani.find_ticket(subject="Before")["id"]
    pending = eventually(lambda: offered(ani, before), what="the first offer")
    assert leads(ops), "the lead changed hands too early: nothing is tried"

    process.stop(signal.SIGKILL)
    killed = time.monotonic()
    MailCustomer(system).write("After", "Hello")
    after = ani.find_ticket(subject="After")["id"]
    eventually(lambda: offered(ani, after), what="an offer by the one that stood by")
    print(f"offers went on {time.monotonic() - killed:.2f} s after the leader was killed")

    assert offered(ani, before)["id"] == pending["id"]
    accepted = ani.api.post(f"/v1/offers/{pending['id']}:accept")
    assert accepted["status"] == "OFFER_STATUS_ACCEPTED"
