"""The whole lifecycle over REST: waiting, putting away, policies, names, escalation."""

import datetime
import uuid

import pytest
from kit.customer import MailCustomer
from kit.system import eventually, local


def refused(call, status, reason):
    with pytest.raises(local.ApiError) as caught:
        call()
    assert (caught.value.status, caught.value.reason) == (status, reason), str(caught.value)
    return caught.value.problem


def in_seconds(seconds):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@pytest.fixture
def desk(system, ani):
    """A mail of a new customer, taken by ani."""
    customer = MailCustomer(system)
    subject = f"Lifecycle {uuid.uuid4().hex[:8]}"
    customer.write(subject, "Hello")
    ticket_id = ani.find_ticket(subject=subject)["id"]
    ani.take(ticket_id)

    def move(verb, api=ani.api, **fields):
        return api.post(f"/v1/tickets/{ticket_id}:{verb}", fields)
    move.id, move.customer = ticket_id, customer
    return move


def is_free(system):
    agent = system.sign_in("admin").get("/v1/agents/ani")
    return int(agent.get("used", 0)) == 0


def test_a_snoozed_ticket_frees_its_agent_and_comes_back_to_them(system, ani, desk):
    assert desk("snooze", untilTime=in_seconds(1.5))["status"] == "TICKET_STATUS_SNOOZED"
    eventually(lambda: is_free(system), what="ani being free")
    ticket = ani.wait_status(desk.id, "OPEN")
    assert "untilTime" not in ticket
    ani.take(desk.id)
    refused(lambda: desk("snooze"), 400, "INVALID_FIELDS")
    refused(lambda: desk("snooze", untilTime="2020-01-01T00:00:00Z"), 400, "INVALID_FIELDS")


def test_a_ticket_that_is_given_back_is_offered_anew(ani, desk):
    given_back = desk("unassign", reason="off to lunch")
    assert not given_back.get("assigneeAgentId")
    assert given_back["status"] == "TICKET_STATUS_OPEN"
    history = ani.api.get(f"/v1/tickets/{desk.id}/history")["entries"]
    told = [one for one in history if one["type"].endswith("TicketUnassigned")][-1]
    assert told["cause"]["note"] == "off to lunch"
    ani.take(desk.id)


def test_the_customer_brings_back_what_is_on_hold(ani, desk):
    ani.reply(desk.id, "We ask the maker")
    assert desk("hold", reason="asked the maker")["status"] == "TICKET_STATUS_ON_HOLD"
    refused(lambda: desk("pend"), 409, "WRONG_STATE")
    desk.customer.answer(desk.customer.wait_for("We ask the maker"), "It works again")
    ani.wait_status(desk.id, "OPEN")
    ani.take(desk.id)


def test_spam_and_deleted_are_kept_out_of_sight_and_restored(system, ani, desk):
    supervisor = system.sign_in("citra")
    ani.reply(desk.id, "Who is this?")
    desk("hold")
    assert desk("markSpam")["heldStatus"] == "TICKET_STATUS_ON_HOLD"
    assert desk.id not in [one["id"] for one in ani.api.get("/v1/tickets")["tickets"]]
    spam = ani.api.get("/v1/tickets?status=TICKET_STATUS_SPAM")["tickets"]
    assert desk.id in [one["id"] for one in spam]
    desk.customer.answer(desk.customer.wait_for("Who is this?"), "It is me")
    eventually(lambda: len(ani.interactions(desk.id)) == 3, what="the kept mail")
    assert ani.ticket(desk.id)["status"] == "TICKET_STATUS_SPAM"
    assert desk("unmarkSpam")["status"] == "TICKET_STATUS_ON_HOLD"
    refused(lambda: desk("delete"), 403, "NOT_ALLOWED")
    desk("delete", api=supervisor)
    refused(lambda: desk("restore"), 403, "NOT_ALLOWED")
    refused(lambda: ani.reply(desk.id, "Hello?"), 409, "WRONG_STATE")
    assert desk("restore", api=supervisor)["status"] == "TICKET_STATUS_ON_HOLD"


def seconds_between(start, end):
    times = [datetime.datetime.fromisoformat(one.split(".")[0].rstrip("Z")) for one in (start, end)]
    return (times[1] - times[0]).total_seconds()


def test_a_queue_decides_how_its_tickets_end_and_rise(system, ani, desk):
    admin = system.sign_in("admin")
    queue = f"q-{uuid.uuid4().hex[:8]}"
    policy = admin.call("PUT", f"/v1/queue-policies/{queue}", {
        "requestId": uuid.uuid4().hex, "dispositionRequired": True, "closeAfterMinutes": 60,
        "dispositions": [{"code": "fixed", "name": "Fixed"}],
        "escalationQueueIds": [queue + "-second"]})
    assert policy["version"] == 1 and policy["reopenWindowMinutes"] > 0
    path = f"/v1/queue-policies/{queue}"
    refused(lambda: ani.api.call("PUT", path, {"requestId": "x"}), 403, "NOT_ALLOWED")
    assert ani.api.get(path)["dispositions"][0]["code"] == "fixed"

    def update(**fields):
        names = ["".join("_" + c.lower() if c.isupper() else c for c in name) for name in fields]
        return ani.api.call("PATCH", f"/v1/tickets/{desk.id}", {
            "requestId": uuid.uuid4().hex, "updateFields": names, **fields})
    name = f"n-{uuid.uuid4().hex[:8]}"
    admin.call("PUT", f"/v1/status-names/{name}", {
        "requestId": uuid.uuid4().hex, "name": "In the workshop", "status": "TICKET_STATUS_OPEN"})
    ticket = update(queueId=queue, type="repair", statusName=name, addTags=["vip", "new"])
    assert (ticket["type"], ticket["statusName"]) == ("repair", name)
    assert update(removeTags=["new"])["tags"] == ["vip"]

    flagged = desk("flag", note="look at this", reason="ANGRY_CONTACT")
    assert flagged["flagNote"] == "look at this" and flagged["flagReason"] == "ANGRY_CONTACT"
    unflagged = desk("unflag", api=system.sign_in("citra"))
    assert not unflagged["flagNote"] and not unflagged["flagReason"]
    refused(lambda: desk("escalate"), 400, "INVALID_FIELDS")
    problem = refused(lambda: desk("resolve"), 409, "DISPOSITION_REQUIRED")
    assert problem["metadata"]["dispositions"] == "fixed"
    refused(lambda: desk("resolve", disposition="magic"), 400, "INVALID_FIELDS")
    risen = desk("escalate", reason="too hard")
    assert (risen["queueId"], risen["escalationLevel"]) == (queue + "-second", 1)
    assert not risen["assigneeAgentId"]
    eventually(lambda: is_free(system), what="ani being free")
    update(queueId=queue)
    resolved = desk("resolve", disposition="fixed")
    assert resolved["disposition"] == "fixed"
    assert seconds_between(resolved["resolveTime"], resolved["autoCloseTime"]) == 3600

    # A ticket that is moved by another policy says so.
    admin.call("PUT", path, {"requestId": uuid.uuid4().hex, "closeAfterMinutes": 120,
                             "dispositions": policy["dispositions"]})
    moved = eventually(lambda: next(
        (one for one in ani.api.get(f"/v1/tickets/{desk.id}/history?pageSize=200")["entries"]
         if one["cause"]["reason"] == "QUEUE_POLICY"), None), what="the ticket closing later")
    assert [one["field"] for one in moved["changes"]] == ["auto_close_time"]
    ticket = ani.ticket(desk.id)
    assert seconds_between(ticket["resolveTime"], ticket["autoCloseTime"]) == 7200


def test_a_queue_counts_its_times_in_a_business_calendar(system):
    admin = system.sign_in("admin")
    name = f"c-{uuid.uuid4().hex[:8]}"

    def put(**fields):
        return admin.call("PUT", f"/v1/queue-policies/{name}", {
            "requestId": uuid.uuid4().hex, "closeAfterMinutes": 60, **fields})

    def delete():
        return admin.call("DELETE", f"/v1/businessCalendars/{name}?requestId={uuid.uuid4().hex}")
    refused(lambda: put(calendarId=name), 400, "INVALID_FIELDS")
    admin.post("/v1/businessCalendars", {
        "id": name, "timeZone": "Asia/Jakarta", "days": [
            {"weekday": "WEEKDAY_MONDAY", "hours": [{"from": "09:00", "to": "17:00"}]}]})
    assert put(calendarId=name)["calendarId"] == name
    refused(delete, 409, "CALENDAR_IN_USE")
    assert put()["calendarId"] == ""
    delete()


def test_declared_fields_are_typed_checked_and_needed_for_resolving(system, ani, desk):
    admin = system.sign_in("admin")
    key = f"f-{uuid.uuid4().hex[:8]}"

    def declare(**fields):
        return admin.call("PUT", f"/v1/custom-fields/tickets/{key}", {
            "requestId": uuid.uuid4().hex, "label": "Colour",
            "type": "CUSTOM_FIELD_TYPE_CHOICE", "options": ["red", "green"], **fields})

    def set_field(**value):
        return ani.api.call("PATCH", f"/v1/tickets/{desk.id}", {
            "requestId": uuid.uuid4().hex, "updateFields": ["fields"],
            "fields": [{"key": key, **value}]})
    assert declare(requiredOnResolve=True)["version"] == 1
    try:
        assert key in [one["key"] for one in
                       ani.api.get("/v1/custom-fields/tickets")["customFields"]]
        problem = refused(lambda: desk("resolve"), 409, "FIELDS_REQUIRED")
        assert problem["metadata"]["fields"] == key
        problem = refused(lambda: set_field(choice="blue"), 400, "INVALID_FIELDS")
        assert problem["violations"][0]["field"] == f"fields.{key}"
        assert set_field(choice="red")["fields"] == [{"key": key, "choice": "red"}]
        assert desk("resolve")["status"] == "TICKET_STATUS_RESOLVED"
    finally:
        declare(archived=True)  # it would stop every other ticket from being resolved


def test_a_stale_reply_is_told_what_came_in_between(ani, desk):
    ani.reply(desk.id, "What do you mean?", seenSequence=1)
    desk.customer.answer(desk.customer.wait_for("What do you mean?"), "The printer")
    eventually(lambda: len(ani.interactions(desk.id)) == 3, what="the second mail")
    desk("note", text="a note")
    metadata = refused(lambda: ani.reply(desk.id, "Blind", seenSequence=2), 409,
                       "STALE_REPLY")["metadata"]
    assert (metadata["latest_sequence"], metadata["newer_count"]) == ("3", "2")
    assert metadata["newer.3"].startswith("CONTACT MESSAGE 20")
    assert metadata["newer.4"].startswith("AGENT NOTE 20")
    assert "printer" not in str(metadata)
