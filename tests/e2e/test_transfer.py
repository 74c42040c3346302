"""Work that people give on, take and put first, past the engine."""

import concurrent.futures
import threading
import uuid

import pytest
from kit.customer import MailCustomer
from kit.desk import Agent
from kit.system import eventually, local


@pytest.fixture
def admin(system):
    return system.sign_in("admin")


@pytest.fixture
def budi(system):
    agent = Agent(system, "budi")
    agent.presence("AVAILABLE")
    yield agent
    agent.presence("OFFLINE")


@pytest.fixture
def queue(admin, ani, budi):
    """queue(members, **settings) -> id: a new queue that these work on, too."""
    agents = {one.name: one for one in (ani, budi)}
    before = {name: one.seen().get("queueIds", []) for name, one in agents.items()}
    mine = {name: list(ids) for name, ids in before.items()}

    def set_queues(name, ids):
        admin.call("PATCH", f"/v1/agents/{name}", {
            "updateFields": ["queue_ids"], "queueIds": ids, "requestId": uuid.uuid4().hex})

    def make(members, **settings):
        made = f"queue-{uuid.uuid4().hex[:8]}"
        admin.post("/v1/queues", {"id": made, "displayName": "A queue", **settings})
        for name in members:
            mine[name].append(made)
            set_queues(name, mine[name])
        return made

    yield make
    for name, ids in before.items():
        set_queues(name, ids)


def work_item(api, ticket, **where):
    try:
        item = api.get(f"/v1/workItems/{ticket}")
    except local.ApiError as error:
        if error.reason != "WORK_ITEM_NOT_FOUND":
            raise
        return None  # routing has not heard of it yet
    return item if all(item.get(name) == value for name, value in where.items()) else None


@pytest.fixture
def waiting(system, admin):
    """waiting(queue) -> the id of a new customer's mail that waits in this queue."""
    def make(to):
        subject = f"Transfer {uuid.uuid4().hex[:8]}"
        MailCustomer(system).write(subject, "Hello")
        found = eventually(lambda: admin.post("/v1/tickets:search", {"query": subject})["hits"],
                           what="the ticket")
        ticket = found[0]["ticket"]["id"]
        admin.post(f"/v1/tickets/{ticket}:escalate", {"queueId": to, "reason": "for a test"})
        eventually(lambda: work_item(admin, ticket, homeQueueId=to), what="it to move")
        return ticket
    return make


@pytest.fixture
def full_budi(admin, budi, queue, waiting):
    """budi is there and has no room."""
    capacity = budi.seen()["capacity"]

    def set_capacity(units):
        admin.call("PATCH", "/v1/agents/budi", {
            "updateFields": ["capacity"], "capacity": units, "requestId": uuid.uuid4().hex})

    set_capacity(1)
    budi.take(waiting(queue(["budi"])))
    yield
    set_capacity(capacity)


def transfer(agent_or_api, ticket, **fields):
    api = getattr(agent_or_api, "api", agent_or_api)
    return api.post(f"/v1/tickets/{ticket}:transfer", fields)


def refusal(call, *asked, **fields):
    with pytest.raises(local.ApiError) as caught:
        call(*asked, **fields)
    return caught.value.reason


def test_a_transfer_goes_to_its_agent_and_then_to_the_queue(system, ani, budi, queue, waiting):
    system.set_policy(transferSeconds=2, exclusionSeconds=3)
    try:
        mine = queue(["ani"])
        ticket = waiting(mine)
        ani.take(ticket)
        assert refusal(transfer, budi, ticket, agentId="budi") == "NOT_YOURS"
        assert refusal(transfer, ani, ticket, agentId="ani") == "TRANSFER_CHANGES_NOTHING"
        assert refusal(transfer, ani, ticket, agentId="budi", queueId=mine) == "INVALID_FIELDS"
        given = transfer(ani, ticket, agentId="budi", note="She wants her money back.")
        assert not given.get("assigneeAgentId")
        notes = [one for one in ani.interactions(ticket) if one["kind"] == "INTERACTION_KIND_NOTE"]
        assert [(one["content"]["text"], one["authorId"]) for one in notes] == [
            ("She wants her money back.", "ani")]
        offer = budi.wait_offer(ticket)  # though budi does not work on this queue
        budi.reject(offer)
        ani.take(ticket)
        budi.presence("AWAY")
        transfer(ani, ticket, agentId="budi")
        ani.take(ticket)  # nobody waits for who is away
        history = ani.api.get(f"/v1/tickets/{ticket}/history")["entries"]
        types = [one["type"].rpartition(".")[2] for one in history]
        assert types.count("TicketTransferred") == 2 and "NoteAdded" in types
    finally:
        system.set_policy(transferSeconds=60, exclusionSeconds=30)


def test_who_is_named_and_has_no_room_is_waited_for_no_longer_than_the_policy_says(
        system, admin, ani, budi, full_budi, queue, waiting):
    system.set_policy(transferSeconds=2, exclusionSeconds=0)
    try:
        ticket = waiting(queue(["ani"]))
        ani.take(ticket)
        transfer(ani, ticket, agentId="budi")
        item = eventually(lambda: work_item(admin, ticket, preferredAgentId="budi",
                                            preferredByName=True), what="the transfer")
        assert item["reason"] == "QUEUED_TRANSFER"
        offer = ani.wait_offer(ticket)
        assert offer["createTime"] >= item["preferredUntilTime"]
    finally:
        system.set_policy(transferSeconds=60, exclusionSeconds=30)


def test_a_transfer_goes_to_a_queue_or_to_a_skill(system, admin, ani, budi, queue, waiting):
    first, second = queue(["ani"]), queue(["ani", "budi"])
    ticket = waiting(first)
    ani.take(ticket)
    came = work_item(admin, ticket)["enqueueTime"]
    transfer(ani, ticket, queueId=second)
    budi.take(ticket)  # ani gave it away
    assert work_item(admin, ticket)["enqueueTime"] == came
    before = budi.seen().get("skills", [])
    transfer(budi, ticket, skills=[{"name": "klingon", "level": 2}])
    item = eventually(lambda: (one := work_item(admin, ticket, reason="QUEUED_TRANSFER"))
                      and one["requirements"] and one, what="the transfer")
    assert [(one["name"], one["levelMin"]) for one in item["requirements"]] == [("klingon", 2)]

    def set_skills(skills):
        admin.call("PATCH", "/v1/agents/ani", {
            "updateFields": ["skills"], "skills": skills, "requestId": uuid.uuid4().hex})
    own = ani.seen().get("skills", [])
    try:
        set_skills([{"name": "klingon", "level": 2}])
        ani.take(ticket)
    finally:
        set_skills(own)
    assert before == budi.seen().get("skills", [])


def test_work_that_overflowed_goes_home_where_its_own_queue_is_named(admin, ani, queue, waiting):
    second = queue(["ani"])
    first = queue([], overflowSeconds=1, overflowQueueId=second)
    ticket = waiting(first)
    ani.take(ticket)
    assert work_item(admin, ticket, queueId=second, homeQueueId=first)
    admin.call("PATCH", f"/v1/queues/{first}", {
        "updateFields": ["overflow_seconds"], "overflowSeconds": 3600,
        "requestId": uuid.uuid4().hex})
    transfer(ani, ticket, queueId=first)
    eventually(lambda: work_item(admin, ticket, queueId=first, homeQueueId=first,
                                 reason="QUEUED_TRANSFER"), what="it at home")


def at_once(*calls):
    """Runs them all at once; "OK" or why not, in their order."""
    together = threading.Barrier(len(calls))

    def run(call):
        together.wait()
        try:
            call()
        except local.ApiError as error:
            return error.reason
        return "OK"

    with concurrent.futures.ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.parametrize("seen", [True, False])
def test_what_many_do_at_once_ends_where_the_last_fact_says(admin, ani, queue, waiting, seen):
    first, second = queue([]), queue([])
    # By who wins: where the work is then.
    ends = [{"status": "WORK_ITEM_STATUS_QUEUED", "queueId": second},
            {"status": "WORK_ITEM_STATUS_ASSIGNED", "agentId": "ani"},
            {"status": "WORK_ITEM_STATUS_DONE"}]
    for _ in range(3):
        ticket = waiting(first)
        version = {"expectedVersion": admin.get(f"/v1/tickets/{ticket}")["version"]} if seen else {}

        def change(verb, **fields):
            return lambda: admin.post(f"/v1/tickets/{ticket}:{verb}", {**fields, **version})

        said = at_once(change("transfer", queueId=second, note="Yours."),
                       change("assign", agentId="ani", agentName="Ani"),
                       change("resolve"))
        # Without a version each goes on from what the one before it left, until it is over.
        assert set(said) <= {"OK", "STALE_VERSION" if seen else "WRONG_STATE"}
        assert not seen or said.count("OK") == 1
        assert seen or said[2] == "OK"
        end = ends[said.index("OK") if seen else 2]
        eventually(lambda: work_item(admin, ticket, **end), what=f"{end} after {said}")
        notes = [one for one in ani.interactions(ticket) if one["kind"] == "INTERACTION_KIND_NOTE"]
        assert len(notes) == (said[0] == "OK")


def test_agents_pull_where_they_may_and_supervisors_anywhere(system, admin, ani, budi, full_budi,
                                                            queue, waiting):
    system.set_policy(exclusionSeconds=0)
    try:
        calm, free = queue(["ani"]), queue(["ani"], agentsMayPull=True)
        ani.presence("AWAY")
        tickets = {to: waiting(to) for to in (calm, free)}

        def pull(api, ticket, **fields):
            return api.post(f"/v1/workItems/{ticket}:pull", fields)

        with pytest.raises(local.ApiError) as caught:
            pull(ani.api, tickets[free])
        assert caught.value.reason == "NOT_ABLE" and "NOT_AVAILABLE" in str(caught.value.problem)
        assert refusal(pull, ani.api, tickets[calm]) == "PULL_NOT_ALLOWED"
        assert refusal(pull, ani.api, tickets[free], agentId="budi") == "NOT_YOURS"
        assert refusal(pull, admin, tickets[free]) == "INVALID_FIELDS"
        for ticket in tickets.values():
            transfer(admin, ticket, agentId="budi")
            eventually(lambda: work_item(admin, ticket, preferredAgentId="budi"), what="transfer")
        ani.presence("AVAILABLE")
        with pytest.raises(local.ApiError) as caught:
            pull(ani.api, tickets[free])
        assert "KEPT_FOR_ANOTHER" in str(caught.value.problem)
        for ticket in tickets.values():
            offer = pull(admin, ticket, agentId="ani")
            assert offer["why"] == "pulled" and offer["status"] == "OFFER_STATUS_ACCEPTED"
            eventually(lambda: ani.owns(ticket), what="the assignment")
            assert refusal(pull, admin, ticket, agentId="ani") == "NOT_WAITING"
    finally:
        system.set_policy(exclusionSeconds=30)


def test_what_is_put_first_by_hand_goes_first(system, admin, ani, budi, queue, waiting):
    mine = queue(["ani"])
    ani.presence("AWAY")
    first, second = waiting(mine), waiting(mine)

    def before(ticket):
        return admin.get(f"/v1/routing:explain?workItemId={ticket}")["before"]

    assert [before(one) for one in (first, second)] == [0, 1]
    put = admin.post(f"/v1/workItems/{second}:prioritize", {"priority": 100})
    assert put["priority"] == 100 and put["priorityByHand"] and put["reason"] == "PRIORITIZED"
    assert [before(one) for one in (first, second)] == [1, 0]
    admin.call("PATCH", f"/v1/tickets/{second}", {
        "updateFields": ["priority"], "priority": "PRIORITY_LOW", "requestId": uuid.uuid4().hex})
    assert before(second) == 0
    assert refusal(ani.api.post, f"/v1/workItems/{first}:prioritize",
                   {"priority": 1}) == "NOT_ALLOWED"
    reset = admin.post(f"/v1/workItems/{second}:prioritize", {"reset": True})
    assert not reset.get("priorityByHand")
    eventually(lambda: before(second) == 1, what="its ticket's priority")
