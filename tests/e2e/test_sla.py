"""Service levels from the outside: declared by REST, kept by the clock, proven by the ledger."""

import signal
import uuid
from datetime import datetime

import pytest
from kit.customer import MailCustomer
from kit.system import eventually, local


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.fixture
def admin(system):
    return system.sign_in("admin")


@pytest.fixture
def promise(admin):
    """Makes policies that go with the test."""
    made = []

    def make(targets, **fields):
        name = "sla-" + uuid.uuid4().hex[:8]
        made.append(name)
        return admin.post("/v1/slaPolicies", {
            "id": name, "rules": [{"name": "all"}], "targets": targets, **fields})
    yield make
    for name in made:
        admin.call("DELETE", f"/v1/slaPolicies/{name}?requestId={uuid.uuid4().hex}")


def clock_of(api, ticket_id, kind):
    clocks = api.get(f"/v1/tickets/{ticket_id}/sla").get("clocks", [])
    for one in clocks:
        if one["clock"]["kind"] == "SLA_TARGET_KIND_" + kind:
            return one
    return None


def test_a_breach_comes_at_its_second_though_the_service_was_killed(system, ani, admin, promise):
    promise([{"kind": "SLA_TARGET_KIND_RESOLUTION", "durationSeconds": 3, "warnShare": 0.4}])
    subject = "Late " + uuid.uuid4().hex[:8]
    MailCustomer(system).write(subject, "It burns.")
    ticket = ani.find_ticket(subject=subject)
    clock = clock_of(admin, ticket["id"], "RESOLUTION")
    assert clock["clock"]["state"] in ("SLA_CLOCK_STATE_RUNNING", "SLA_CLOCK_STATE_BREACHED")
    assert moment(clock["clock"]["dueTime"]).timestamp() == pytest.approx(
        moment(ticket["createTime"]).timestamp() + 3, abs=0.001)
    system.stack.process("ticket").stop(signal.SIGKILL)
    system.stack.start_service("ticket")
    system.stack.wait_ready("ticket")

    def breached():
        try:
            told = clock_of(admin, ticket["id"], "RESOLUTION")
        except local.ApiError:
            return None
        return told if told["clock"]["state"] == "SLA_CLOCK_STATE_BREACHED" else None
    told = eventually(breached, what="the breach")
    assert told["clock"]["breachedTime"] == clock["clock"]["dueTime"]
    assert "warnedTime" in told["clock"]
    assert int(told["remainingMs"]) <= 0 and "overdue" in told["text"]


def test_calendars_and_policies_are_declared_tried_and_explained(system, ani, admin, promise):
    name = "office-" + uuid.uuid4().hex[:8]
    week = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
    admin.post("/v1/businessCalendars", {
        "id": name, "timeZone": "Asia/Kathmandu",
        "days": [{"weekday": "WEEKDAY_" + day, "hours": [{"from": "00:00", "to": "24:00"}]}
                 for day in week],
        "holidays": [{"date": "2030-01-01", "displayName": "New Year"}]})
    subject = "Explain " + uuid.uuid4().hex[:8]
    MailCustomer(system).write(subject, "Why?")
    ticket = ani.find_ticket(subject=subject)
    targets = [{"kind": "SLA_TARGET_KIND_FIRST_REPLY", "durationSeconds": 7200,
                "calendarId": name}]
    tried = admin.post("/v1/slaPolicies:preview", {
        "policy": {"id": "tried", "position": -9, "rules": [{"name": "all"}],
                   "targets": targets}, "changesMax": 200})
    assert tried["clocksChanged"] >= 1
    assert ticket["id"] in [one["ticketId"] for one in tried["changes"]]
    assert clock_of(admin, ticket["id"], "FIRST_REPLY") is None
    policy = promise(targets, position=-9)
    told = eventually(lambda: clock_of(admin, ticket["id"], "FIRST_REPLY"), what="the clock")
    assert told["clock"]["policyId"] == policy["id"] and told["clock"]["rule"] == "all"
    assert moment(told["clock"]["dueTime"]).timestamp() == pytest.approx(
        moment(ticket["createTime"]).timestamp() + 7200, abs=0.001)
    assert name in told["text"]
    eventually(lambda: not int(admin.get("/v1/slaProgress").get("waiting", 0)), what="the end")
    with pytest.raises(local.ApiError) as refused:
        admin.call("DELETE", f"/v1/businessCalendars/{name}?requestId={uuid.uuid4().hex}")
    assert refused.value.reason == "CALENDAR_IN_USE"
    ani.reply(ticket["id"], "Because.")
    met = clock_of(admin, ticket["id"], "FIRST_REPLY")
    assert met["clock"]["state"] == "SLA_CLOCK_STATE_MET" and len(met["intervals"]) == 1
