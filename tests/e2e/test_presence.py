"""Who is there: sessions, heartbeats, and the work of agents who are lost, over REST."""

import signal
import time
import uuid

import pytest
from kit.customer import ChatCustomer, MailCustomer
from kit.desk import Agent
from kit.system import System, eventually, local

from conftest import resolve_all

CHAT, MAIL = "CHANNEL_CHAT", "CHANNEL_EMAIL"
# Short ones, so that tests need not wait for long.
POLICY = {"heartbeatSeconds": 1, "suspectSeconds": 4, "lostSeconds": 10,
          "lostGrace": [{"channel": CHAT, "seconds": 3}], "exclusionSeconds": 1}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def system(request):
    running = System(request.param, policy=POLICY)
    admin = running.sign_in("admin")
    for queue in ("mail", "chat"):
        admin.call("PATCH", f"/v1/queues/{queue}", {
            "updateFields": ["offer_timeout_seconds"], "offerTimeoutSeconds": 600,
            "requestId": uuid.uuid4().hex})
    yield running
    running.close()


class Present:
    """An agent who is available and heard of until they fall silent."""

    def __init__(self, system, name):
        self.agent = Agent(system, name)
        self.name = name
        self.agent.presence("AVAILABLE")
        self._heartbeats = self.agent.heartbeats()

    def fall_silent(self):
        if self._heartbeats:
            self._heartbeats.stop()
            self._heartbeats = None

    def be_heard(self):
        self.fall_silent()
        self._heartbeats = self.agent.heartbeats()

    def leave(self):
        self.fall_silent()
        self.agent.presence("OFFLINE")


@pytest.fixture
def present(system):
    """present(name) -> a Present who leaves after the test."""
    resolve_all(system)
    came = []

    def come(name):
        came.append(Present(system, name))
        return came[-1]
    yield come
    for one in came:
        one.leave()
    resolve_all(system)


def mail(system, reader):
    subject = f"Presence {uuid.uuid4().hex[:8]}"
    MailCustomer(system).write(subject, "Hello")
    return reader.find_ticket(subject=subject)["id"]


def chat(system, reader):
    text = f"Presence {uuid.uuid4().hex}"
    ChatCustomer(system, "Dewi").open().say(text)
    return reader.find_ticket(subject=text[:30])["id"]


def routability(agent, channel=MAIL):
    one = next(one for one in agent.seen()["routability"] if one["channel"] == channel)
    return [one["routable"]] + [reason["code"] for reason in one["reasons"]]


def refused(call, status, reason):
    with pytest.raises(local.ApiError) as error:
        call()
    assert (error.value.status, error.value.reason) == (status, reason)
    return error.value.problem


def test_who_is_not_heard_of_gets_nothing_new_until_they_are(system, present):
    ani = present("ani")
    assert routability(ani.agent) == [True]
    ani.fall_silent()
    ani.agent.wait_connection("SUSPECT")
    assert routability(ani.agent) == [False, "NO_LIVE_SESSION"]
    ticket = mail(system, ani.agent)
    explained = eventually(
        lambda: ani.agent.api.get(f"/v1/routing:explain?workItemId={ticket}&agentId=ani")
        if work_item(ani.agent, ticket) else None, what="the work item")
    assert [one["code"] for one in explained["explanations"][0]["hindrances"]] == [
        "NO_LIVE_SESSION"]
    assert ani.agent.offers() == []
    ani.be_heard()
    assert ani.agent.wait_offer(ticket)
    ani.agent.wait_connection("LIVE")


def work_item(agent, ticket):
    try:
        return agent.api.get(f"/v1/workItems/{ticket}")
    except local.ApiError as error:
        assert error.reason == "WORK_ITEM_NOT_FOUND"
        return None  # routing has not heard of it yet


def answers(agent):
    try:
        return agent.seen()
    except local.ApiError as error:
        assert error.status == 503
        return None


def test_the_offer_of_a_lost_agent_goes_to_another_at_its_place(system, present):
    ani = present("ani")
    ticket = mail(system, ani.agent)
    offer = ani.agent.wait_offer(ticket)
    before = work_item(ani.agent, ticket)
    ani.fall_silent()
    budi = present("budi")
    taken = budi.agent.wait_offer(ticket)
    assert taken["id"] != offer["id"]
    lost = system.sign_in("citra").get(f"/v1/offers/{offer['id']}")
    assert lost["status"] == "OFFER_STATUS_LOST"
    assert work_item(budi.agent, ticket)["enqueueTime"] == before["enqueueTime"]
    ani.agent.wait_connection("NONE")
    refused(lambda: ani.agent.accept(offer), 409, "OFFER_NOT_PENDING")


def test_a_lost_agents_chat_goes_to_another_and_the_mail_stays(system, present):
    ani = present("ani")
    letter, talk = mail(system, ani.agent), chat(system, ani.agent)
    ani.agent.take(letter)
    ani.agent.take(talk)
    waited_since = work_item(ani.agent, talk)["enqueueTime"]
    ani.fall_silent()
    budi = present("budi")
    budi.agent.take(talk)
    assert work_item(budi.agent, talk)["enqueueTime"] == waited_since
    assert budi.agent.ticket(letter)["assigneeAgentId"] == "ani"
    entries = budi.agent.api.get(f"/v1/tickets/{talk}/history")["entries"]
    assert [entry["cause"]["actor"] for entry in entries
            if entry["cause"]["reason"] == "AGENT_LOST"] == ["services/routing"]


def test_who_comes_back_in_time_keeps_the_chat(system, present):
    ani, budi = present("ani"), None
    talk = chat(system, ani.agent)
    ani.agent.take(talk)
    budi = present("budi")
    ani.fall_silent()
    ani.agent.wait_connection("NONE")
    ani.agent.presence("AVAILABLE")  # its session was over: this starts another one
    ani.be_heard()
    time.sleep(POLICY["lostGrace"][0]["seconds"] + 3)
    assert ani.agent.owns(talk)
    assert budi.agent.offers() == []


def test_an_agent_is_there_while_one_session_is(system, present):
    ani = present("ani")
    second = ani.agent.start_session("a phone")
    phone = ani.agent.heartbeats(second)
    ani.fall_silent()
    sessions = f"/v1/agents/{ani.name}/sessions"
    eventually(lambda: len(ani.agent.api.get(sessions)["sessions"]) == 1, 30,
               what="the silent session to be over")
    assert ani.agent.seen()["connection"] == "AGENT_CONNECTION_LIVE"
    phone.stop()
    refused(lambda: Agent(system, "budi").api.call("DELETE", f"{sessions}/{second}"), 403,
            "NOT_YOURS")
    system.sign_in("citra").call("DELETE", f"{sessions}/{second}")
    ani.agent.wait_connection("NONE", limit_s=4)
    refused(lambda: ani.agent.api.post(f"{sessions}/{second}:heartbeat"), 404,
            "SESSION_NOT_FOUND")


def test_an_outage_of_routing_costs_nobody_their_work(system, present):
    ani, budi = present("ani"), present("budi")
    letter = mail(system, ani.agent)
    eventually(lambda: ani.agent.offers() or budi.agent.offers(), what="an offer")
    owner = ani if ani.agent.offers() else budi
    owner.agent.take(letter)
    other = budi if owner is ani else ani
    other.leave()
    talk = chat(system, owner.agent)
    owner.agent.take(talk)
    process = system.stack.process("routing")
    process.stop(signal.SIGKILL)
    time.sleep(POLICY["lostSeconds"] + POLICY["lostGrace"][0]["seconds"] + 2)
    system.stack.start_service("routing")
    system.stack.wait_ready("routing")
    eventually(lambda: answers(owner.agent), what="the gateway to find it again")
    owner.agent.wait_connection("LIVE")
    other.agent.presence("AVAILABLE")
    other.be_heard()
    time.sleep(POLICY["lostGrace"][0]["seconds"] + 2)
    assert owner.agent.owns(talk) and owner.agent.owns(letter)
    timeline = owner.agent.api.get(f"/v1/agents/{owner.name}/timeline")["entries"]
    since = next(at for at, one in enumerate(timeline)
                 if one["status"] != "AGENT_STATUS_AVAILABLE" or
                 one["connection"] == "AGENT_CONNECTION_NONE")
    assert {one["connection"] for one in timeline[:since]} <= {
        "AGENT_CONNECTION_LIVE", "AGENT_CONNECTION_SUSPECT"}


def test_the_timeline_tells_it_newest_first_and_page_by_page(system, present):
    ani = present("ani")
    ani.agent.presence("AWAY", "LUNCH")
    ani.agent.presence("AVAILABLE")
    ani.fall_silent()
    ani.agent.wait_connection("NONE")
    path = f"/v1/agents/{ani.name}/timeline"

    def said(entry):
        return (entry["status"].removeprefix("AGENT_STATUS_"), entry["statusReason"],
                entry["connection"].removeprefix("AGENT_CONNECTION_"))
    entries = ani.agent.api.get(path)["entries"]
    assert [said(one) for one in entries[:4]] == [
        ("AVAILABLE", "", "NONE"), ("AVAILABLE", "", "SUSPECT"), ("AVAILABLE", "", "LIVE"),
        ("AWAY", "LUNCH", "LIVE")]
    times = [one["time"] for one in entries]
    assert times == sorted(times, reverse=True)
    paged, token = [], ""
    while len(paged) < 4:
        page = ani.agent.api.get(f"{path}?pageSize=2&pageToken={token}")
        paged += page["entries"]
        token = page["nextPageToken"]
    assert paged == entries[:len(paged)]
    refused(lambda: Agent(system, "budi").api.get(path), 403, "NOT_YOURS")


def test_a_change_of_the_policy_counts_for_what_comes(system, present):
    ani = present("ani")
    first = chat(system, ani.agent)
    item = eventually(lambda: work_item(ani.agent, first), what="the work item")
    assert item["weight"] == 2
    told = system.set_policy(weights=[{"channel": CHAT, "units": 5}])
    try:
        assert ani.agent.api.get("/v1/routingPolicy")["version"] == told["version"]
        second = chat(system, ani.agent)
        item = eventually(lambda: work_item(ani.agent, second), what="the work item")
        assert item["weight"] == 5
        # 6 units in all, 2 in use.
        assert ani.agent.wait_offer(first)
        assert routability(ani.agent, CHAT) == [False, "NO_CAPACITY"]
        assert routability(ani.agent, "CHANNEL_PHONE") == [False, "INTERRUPT"]
        assert routability(ani.agent, MAIL) == [True]
    finally:
        system.set_policy(weights=[{"channel": CHAT, "units": 2}])


def test_what_is_wrong_is_said(system, present):
    ani = present("ani")
    sessions = "/v1/agents/ani/sessions"
    budi = Agent(system, "budi")
    refused(lambda: budi.api.post(sessions, {"requestId": "x"}), 403, "NOT_YOURS")
    refused(lambda: budi.api.get(sessions), 403, "NOT_YOURS")
    refused(lambda: budi.api.post(f"{sessions}/default:heartbeat"), 403, "NOT_YOURS")
    problem = refused(lambda: ani.agent.api.post(sessions, {"device": "x" * 101}), 400,
                      "INVALID_FIELDS")
    assert "device" in str(problem) or "request_id" in str(problem)
    refused(lambda: ani.agent.api.post(f"{sessions}/none:heartbeat"), 404, "SESSION_NOT_FOUND")
    ani.agent.api.call("DELETE", f"{sessions}/none")  # what is over already is ended
    refused(lambda: ani.agent.api.call("PATCH", "/v1/routingPolicy", {}), 403, "NOT_ALLOWED")
    for fields, named in (({"lostSeconds": 4}, "lost_seconds"),
                          ({"heartbeatSeconds": 0}, "heartbeat_seconds"),
                          ({"suspectSeconds": 3}, "suspect_seconds"),
                          ({"weights": [{"channel": CHAT, "units": 0}]}, "weights"),
                          ({"weights": [{"channel": CHAT, "units": 1}] * 2}, "weights"),
                          ({"lostGrace": [{"channel": CHAT, "seconds": 86401}]}, "lost_grace"),
                          ({"missedOffersAction": "MISSED_OFFERS_ACTION_UNSPECIFIED"},
                           "missed_offers_action"),
                          ({"version": 3}, "version")):
        problem = refused(lambda fields=fields: system.set_policy(**fields), 400, "INVALID_FIELDS")
        assert named in str(problem), problem
