"""Who gets which work, and when, over REST."""

import uuid
from datetime import datetime

import pytest
from kit.customer import MailCustomer
from kit.system import eventually, local


@pytest.fixture
def admin(system):
    return system.sign_in("admin")


@pytest.fixture
def queue(admin, ani):
    """queue(**settings) -> id: a new queue that ani works on, too."""
    before = ani.api.get(f"/v1/agents/{ani.name}")

    def update(skills, queue_ids):
        admin.call("PATCH", f"/v1/agents/{ani.name}", {
            "updateFields": ["skills", "queue_ids"], "skills": skills, "queueIds": queue_ids,
            "requestId": uuid.uuid4().hex})

    def make(works=True, **settings):
        made = f"queue-{uuid.uuid4().hex[:8]}"
        admin.post("/v1/queues", {"id": made, "displayName": "A queue", **settings})
        if works:
            update([{"name": "german", "level": 1}], before.get("queueIds", []) + [made])
        return made

    yield make
    update(before.get("skills", []), before.get("queueIds", []))


@pytest.fixture
def moved(system, ani):
    """moved(queue) -> the work item of a new customer's mail, in this queue."""
    def move(to):
        subject = f"Routing {uuid.uuid4().hex[:8]}"
        MailCustomer(system).write(subject, "Hello")
        ticket = ani.find_ticket(subject=subject)["id"]
        ani.api.post(f"/v1/tickets/{ticket}:escalate", {"queueId": to, "reason": "for a test"})
        return eventually(lambda: work_item(ani, ticket, homeQueueId=to), what="it to move")
    return move


def work_item(ani, ticket, **where):
    try:
        item = ani.api.get(f"/v1/workItems/{ticket}")
    except local.ApiError as error:
        if error.reason != "WORK_ITEM_NOT_FOUND":
            raise
        return None  # routing has not heard of it yet
    return item if all(item.get(name) == value for name, value in where.items()) else None


def seconds_between(first, second):
    return (datetime.fromisoformat(second[:26].rstrip("Z")) -
            datetime.fromisoformat(first[:26].rstrip("Z"))).total_seconds()


def test_a_requirement_relaxes_while_work_waits(ani, queue, moved):
    german = queue(requirements=[{"name": "german", "levelMin": 5,
                                  "rings": [{"afterSeconds": 2, "levelMin": 1}]}])
    item = moved(german)
    offer = ani.wait_offer(item["id"])
    assert seconds_between(item["enqueueTime"], offer["createTime"]) >= 2
    assert offer["why"] == "longest idle of 1 able agents"


def test_what_nobody_takes_moves_to_the_overflow_queue(ani, queue, moved):
    second = queue()
    first = queue(works=False, overflowSeconds=1, overflowQueueId=second)
    item = moved(first)
    offer = ani.wait_offer(item["id"])
    assert offer["queueId"] == second
    assert seconds_between(item["enqueueTime"], offer["createTime"]) >= 1
    ani.take(item["id"])
    assert work_item(ani, item["id"], queueId=second, homeQueueId=first)


def test_a_queues_settings_are_checked_and_named(admin):
    with pytest.raises(local.ApiError) as caught:
        admin.post("/v1/queues", {
            "id": "bad", "displayName": "Bad", "tier": 10, "holdBackSeconds": -1,
            "overflowSeconds": 5, "order": 9,
            "requirements": [{"name": "german", "levelMin": 2,
                              "rings": [{"afterSeconds": 60, "levelMin": 2}]}]})
    text = str(caught.value)
    for field in ("tier", "hold_back_seconds", "overflow_queue_id", "order", "requirements"):
        assert field in text, text
