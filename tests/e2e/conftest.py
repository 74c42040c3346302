"""One system for each store, shared by the tests of a run; every test brings its own customer."""

import os
import sys

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kit.desk import Agent  # noqa: E402
from kit.system import System  # noqa: E402


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def system(request):
    running = System(request.param)
    yield running
    running.close()


@pytest.fixture
def ani(system):
    """An agent who is available for this test and leaves afterwards."""
    agent = Agent(system, "ani")
    agent.presence("AVAILABLE")
    yield agent
    agent.presence("OFFLINE")
    # What this test left open would fill the next one's capacity.
    supervisor = system.sign_in("citra")
    for ticket in supervisor.get("/v1/tickets?pageSize=200")["tickets"]:
        if ticket["status"].removeprefix("TICKET_STATUS_") not in ("RESOLVED", "CLOSED", "MERGED"):
            supervisor.post(f"/v1/tickets/{ticket['id']}:resolve")
