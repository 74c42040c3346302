"""The same on many tickets over REST: progress, refusals, and taking it back."""

import uuid

import pytest
from kit.customer import MailCustomer
from kit.system import eventually, local


@pytest.fixture
def tagged(system, ani):
    """Four tickets with a tag of their own: (tag, ids)."""
    tag = "bulk-" + uuid.uuid4().hex[:8]
    ids = []
    for _ in range(4):
        subject = f"Bulk {uuid.uuid4().hex[:8]}"
        MailCustomer(system).write(subject, "Hello")
        ticket = ani.find_ticket(subject=subject)
        ids.append(ticket["id"])
        ani.api.call("PATCH", f"/v1/tickets/{ticket['id']}", {
            "requestId": uuid.uuid4().hex, "updateFields": ["add_tags"], "addTags": [tag]})
    return tag, ids


def refusal(call):
    with pytest.raises(local.ApiError) as caught:
        call()
    return caught.value


def finished(api, edit_id, state):
    def look():
        edit = api.get(f"/v1/bulk-edits/{edit_id}")
        return edit if edit["state"] == "BULK_EDIT_STATE_" + state else None
    return eventually(look, what=f"the bulk edit being {state}")


def test_a_bulk_edit_is_done_ticket_by_ticket_and_taken_back(system, ani, tagged):
    tag, ids = tagged
    supervisor = system.sign_in("citra")
    filter_ = {"tags": [tag]}
    counted = supervisor.post("/v1/bulk-edits:preview", {"filter": filter_})
    assert counted["count"] == 4
    ani.api.call("PATCH", f"/v1/tickets/{ids[3]}", {
        "requestId": uuid.uuid4().hex, "updateFields": ["priority"], "priority": "PRIORITY_URGENT"})
    edit = supervisor.post("/v1/bulk-edits", {
        "requestId": uuid.uuid4().hex, "filter": filter_, "reason": "outage",
        "actions": [{"setPriority": "PRIORITY_URGENT"}]})
    done = finished(supervisor, edit["id"], "DONE")
    assert (done["doneCount"], done["unchangedCount"]) == (3, 1)
    assert all(ani.ticket(one)["priority"] == "PRIORITY_URGENT" for one in ids)
    history = ani.api.get(f"/v1/tickets/{ids[0]}/history")["entries"]
    last = [one for one in history if one["type"].endswith("TicketChanged")][-1]
    assert (last["cause"]["reason"], last["cause"]["note"]) == ("BULK_EDIT", "outage")
    undo = f"/v1/bulk-edits/{edit['id']}:undo"
    stale = refusal(lambda: supervisor.post(undo, {"expectedVersion": done["version"] + 1}))
    assert (stale.status, stale.reason) == (409, "STALE_VERSION")
    supervisor.post(undo, {"requestId": uuid.uuid4().hex, "expectedVersion": done["version"]})
    undone = finished(supervisor, edit["id"], "UNDONE")
    assert undone["undoneCount"] == 3
    assert [ani.ticket(one)["priority"] for one in ids] == ["PRIORITY_NORMAL"] * 3 + [
        "PRIORITY_URGENT"]


def test_what_is_refused_is_named(system, ani, tagged):
    tag, ids = tagged
    supervisor = system.sign_in("citra")
    for verb in ("resolve", "close"):
        supervisor.post(f"/v1/tickets/{ids[0]}:{verb}")
    edit = supervisor.post("/v1/bulk-edits", {
        "requestId": uuid.uuid4().hex, "reason": "tidy", "actions": [{"flag": "look"}],
        "filter": {"tags": [tag], "statuses": ["TICKET_STATUS_NEW", "TICKET_STATUS_CLOSED"]}})
    done = finished(supervisor, edit["id"], "DONE")
    assert (done["doneCount"], done["refusedCount"]) == (3, 1)
    items = supervisor.get(
        f"/v1/bulk-edits/{edit['id']}/items?state=BULK_ITEM_STATE_REFUSED")["items"]
    assert [(one["ticketId"], one["reason"]) for one in items] == [(ids[0], "WRONG_STATE")]
    with pytest.raises(local.ApiError) as caught:
        ani.api.post("/v1/bulk-edits", {"requestId": uuid.uuid4().hex, "reason": "x"})
    assert caught.value.reason == "NOT_ALLOWED"
    with pytest.raises(local.ApiError) as caught:
        supervisor.post("/v1/bulk-edits", {
            "requestId": uuid.uuid4().hex, "reason": "x", "filter": {"tags": ["nowhere"]},
            "actions": [{"flag": "look"}]})
    assert caught.value.reason == "NO_TICKETS", caught.value.problem
