"""Colleagues see who looks at a ticket and who writes on it, live and for seconds."""

import json
import uuid

import pytest

from kit.customer import MailCustomer
from kit.desk import Agent, Events
from kit.system import eventually, local


def test_who_looks_and_who_types_is_seen_by_colleagues_and_is_no_fact(system, ani):
    subject = "Looked at " + uuid.uuid4().hex[:8]
    MailCustomer(system).write(subject, "Is anybody there?")
    ticket = ani.find_ticket(subject=subject)
    path = f"/v1/tickets/{ticket['id']}"
    citra = Agent(system, "citra")
    live = Events(citra.api)
    ani.api.post(path + ":view", {"state": "VIEWER_STATE_VIEWING"})
    seen = live.wait("TicketViewed", ticket=ticket["id"])
    assert seen["data"]["viewer"]["agentId"] == "ani"
    assert seen["subject"] == ticket["id"]
    others = citra.api.post(path + ":view", {"state": "VIEWER_STATE_VIEWING"})["others"]
    assert [one["agentId"] for one in others] == ["ani"]
    ani.api.post(path + ":view", {"state": "VIEWER_STATE_TYPING"})
    eventually(lambda: live.of("TicketViewed", state="VIEWER_STATE_TYPING"), what="the typing")
    viewers = citra.api.get(path + "/viewers")["viewers"]
    assert [(one["agentId"], one["state"]) for one in viewers] == [
        ("ani", "VIEWER_STATE_TYPING"), ("citra", "VIEWER_STATE_VIEWING")]
    ani.api.post(path + ":view", {"state": "VIEWER_STATE_GONE"})
    eventually(lambda: live.of("TicketViewed", state="VIEWER_STATE_GONE"), what="the leaving")
    assert [one["agentId"] for one in citra.api.get(path + "/viewers")["viewers"]] == ["citra"]
    # Going on from the last id tells none of it again.
    again = Events(citra.api, last_id=live.last_id)
    ani.api.post(path + ":note", {"text": "one fact"})
    again.wait("NoteAdded", ticket=ticket["id"])
    assert not again.of("TicketViewed")
    history = citra.api.get(path + "/history")
    assert "TicketViewed" not in json.dumps(history)
    live.close()
    again.close()


def test_so_often_and_of_tickets_that_are_there(system, ani):
    def reason():
        with pytest.raises(local.ApiError) as refused:
            ani.api.post("/v1/tickets/nowhere:view", {"state": "VIEWER_STATE_VIEWING"})
        return refused.value.reason
    reasons = [reason() for _ in range(25)]
    assert reasons[0] == "TICKET_NOT_FOUND" and reasons[-1] == "TOO_MANY_VIEWS"
