"""What happened to a ticket, what it was, and who read it, over REST."""

import datetime
import urllib.parse
import uuid

import pytest
from kit.customer import MailCustomer
from kit.desk import Events
from kit.system import local


def now():
    return datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")


def test_the_timeline_and_the_past_of_a_ticket(system, ani):
    subject = f"History {uuid.uuid4().hex[:8]}"
    MailCustomer(system).write(subject, "Hello")
    ticket_id = ani.find_ticket(subject=subject)["id"]
    before = now()
    ani.take(ticket_id)
    ani.api.call("PATCH", f"/v1/tickets/{ticket_id}", {
        "requestId": uuid.uuid4().hex, "updateFields": ["priority"], "priority": "PRIORITY_URGENT"})
    ani.resolve(ticket_id)
    entries = ani.api.get(f"/v1/tickets/{ticket_id}/history")["entries"]
    types = [one["type"].rsplit(".", 1)[1] for one in entries]
    assert types[:4] == ["TicketOpened", "TicketAssigned", "TicketChanged", "TicketResolved"]
    changed = entries[2]
    assert changed["changes"] == [
        {"field": "priority", "before": "PRIORITY_NORMAL", "after": "PRIORITY_URGENT"}]
    assert changed["cause"]["actor"] == "agents/ani"
    then = urllib.parse.quote(before)
    at = ani.api.get(f"/v1/tickets/{ticket_id}/at?time={then}")
    assert at["ticket"]["status"] == "TICKET_STATUS_NEW"
    early = ani.api.get(f"/v1/tickets/{ticket_id}/history?untilTime={then}")["entries"]
    assert len(early) == 1


def test_who_read_a_ticket_is_known_to_auditors(system, ani):
    subject = f"Read {uuid.uuid4().hex[:8]}"
    MailCustomer(system).write(subject, "Hello")
    ticket_id = ani.find_ticket(subject=subject)["id"]
    ani.interactions(ticket_id)
    reads = system.sign_in("admin").get(f"/v1/reads?resource={ticket_id}")["reads"]
    assert ("agents/ani", "ListInteractions") in [
        (one["reader"], one["method"].rsplit("/", 1)[1]) for one in reads]
    contact = ani.ticket(ticket_id)["contactId"]
    ani.api.get(f"/v1/contacts/{contact}")
    ani.api.get(f"/v1/contacts/{contact}/timeline")
    reads = system.sign_in("admin").get(f"/v1/reads?resource={contact}")["reads"]
    assert [one["method"].rsplit("/", 1)[1] for one in reads] == [
        "ListContactTimeline", "GetContact"]
    with pytest.raises(local.ApiError) as caught:
        ani.api.get("/v1/reads")
    assert caught.value.reason == "NOT_ALLOWED"


def test_who_reads_surveys_is_known_to_auditors(system, ani):
    subject = f"Read {uuid.uuid4().hex[:8]}"
    MailCustomer(system).write(subject, "Hello")
    ticket_id = ani.find_ticket(subject=subject)["id"]
    ani.api.get(f"/v1/surveys?ticketId={ticket_id}")
    reads = system.sign_in("admin").get(f"/v1/reads?resource={ticket_id}")["reads"]
    assert ("agents/ani", "muara.feedback.v1.Surveys/ListSurveys") in [
        (one["reader"], one["method"]) for one in reads]


def test_who_watches_live_events_is_known_to_auditors(system, ani):
    Events(ani.api).close()
    reads = system.sign_in("admin").get("/v1/reads?reader=agents/ani")["reads"]
    assert "muara.ticket.v1.History/WatchEvents" in [one["method"] for one in reads]
