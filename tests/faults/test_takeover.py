"""Two replicas of routing on one store: the leader is killed, or sleeps and wakes up as if it still
led, and the other goes on at once."""

import os
import re
import signal
import threading
import time
import urllib.request

import pytest
from kit.customer import MailCustomer
from kit.desk import Agent
from kit.system import System, eventually, local

from actors import BusyAgent, MailSender
from history import checkpoint_lags, dead_letters, log_problems, rows

PAUSES = 6


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


def only_leader(replicas):
    leading = [one for one in replicas if leads(one[1])]
    return leading if len(leading) == 1 else None


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


def test_a_leader_that_was_paused_wakes_up_to_another_one(system, second):
    process, ops = second
    replicas = [(system.stack.process("routing"), f"127.0.0.1:{system.stack.ports['ops.routing']}"),
                (process, ops)]
    stop = threading.Event()
    senders = [MailSender(system, stop, number) for number in range(3)]
    agents = [BusyAgent(system, stop, name) for name in ("ani", "budi")]
    for actor in senders + agents:
        actor.start()
    took = []
    for _ in range(PAUSES):
        # Whoever woke up has learned of the other one.
        [(leader, _)] = eventually(lambda: only_leader(replicas), what="one leader")
        _, other = next(one for one in replicas if one[0] is not leader)
        leader.send(signal.SIGSTOP)
        paused = time.monotonic()
        try:
            eventually(lambda: leads(other), what="the other one to lead")
            took.append(time.monotonic() - paused)
            time.sleep(1)  # it gives work away while the first one is in the middle of something
        finally:
            leader.send(signal.SIGCONT)
    stop.set()
    for actor in senders + agents:
        actor.join(timeout=60)
    assert not [problem for actor in senders + agents for problem in actor.problems]
    eventually(lambda: not checkpoint_lags(system.stack) and rows(
        system.stack, "routing", "SELECT COUNT(*) FROM assign_command") == [[0]], limit_s=60,
        what="a quiet system")

    taken = [ticket for agent in agents for ticket in agent.resolved]
    print(f"{sum(len(sender.accepted) for sender in senders)} mails, {len(taken)} resolved, "
          f"the other one led after {max(took):.2f} s at the longest")
    assert taken and len(taken) == len(set(taken))
    epochs = rows(system.stack, "routing", "SELECT epoch FROM leader")[0][0]
    assert epochs > PAUSES, "the lead did not change hands: nothing is tried"
    assert rows(system.stack, "routing", "SELECT id FROM agent WHERE excess > 0 OR "
                "used > capacity OR used <> (SELECT COALESCE(SUM(weight), 0) FROM work_item w "
                "WHERE w.agent_id = agent.id AND w.status IN (2, 3, 6))") == []
    # Each accepted offer is the only one of its stay in the queue.
    assert rows(system.stack, "routing", "SELECT work_item_id FROM offer WHERE status = 2 "
                "GROUP BY work_item_id HAVING COUNT(*) > 1") == []
    assert not log_problems(system.stack)
    assert not dead_letters(system.stack)
