"""One system for each store, shared by the tests of a run; every test brings its own customer."""

import os
import sys
import uuid

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kit.customer import MailCustomer  # noqa: E402
from kit.desk import Agent  # noqa: E402
from kit.system import System, eventually  # noqa: E402
from kit.work import work_item  # noqa: E402


# Receivers of tests are on this machine, and nobody waits for their days.
WEBHOOKS = {"MUARA_WEBHOOK_ALLOW": "127.0.0.2/32", "MUARA_WEBHOOK_WAITS_S": "1,1,1,1,1",
            "MUARA_WEBHOOK_TIMEOUT_MS": "5000"}


STORES = ("sqlite", "postgres")


def pytest_collection_modifyitems(items):
    """Two at a time share by stores: each of them starts one system."""
    for item in items:
        stores = [store for store in STORES if store in item.name.split("[")[-1]]
        item.add_marker(pytest.mark.xdist_group(stores[0] if stores else item.path.stem))


@pytest.fixture(scope="session", params=STORES)
def system(request):
    running = System(request.param, overrides=WEBHOOKS)
    yield running
    running.close()


def resolve_all(system):
    """What a test left open would fill the next one's capacity."""
    supervisor = system.sign_in("citra")
    work = {"statuses": ["TICKET_STATUS_" + status
                         for status in ("NEW", "OPEN", "PENDING", "ON_HOLD", "SNOOZED")]}
    token = "first"
    while token:
        page = supervisor.post("/v1/tickets:search", {
            "filter": work, "pageSize": 200, "pageToken": "" if token == "first" else token})
        for hit in page["hits"]:
            supervisor.post(f"/v1/tickets/{hit['ticket']['id']}:resolve")
        token = page["nextPageToken"]


@pytest.fixture
def ani(system):
    """An agent who is available for this test and leaves afterwards."""
    resolve_all(system)
    agent = Agent(system, "ani")
    agent.presence("AVAILABLE")
    yield agent
    agent.presence("OFFLINE")
    resolve_all(system)


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
