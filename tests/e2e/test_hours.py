"""Queues that open and close by business calendars, and work that waits too long, over REST."""

import urllib.parse
import uuid
from datetime import datetime, timedelta, timezone

import pytest
from kit.system import eventually, local
from kit.work import work_item

WEEK = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


@pytest.fixture
def calendar(admin):
    """calendar() -> id: of a shop that is always open, but for the days around today."""
    def make():
        name = "shop-" + uuid.uuid4().hex[:8]
        today = datetime.now(timezone.utc).date()
        admin.post("/v1/businessCalendars", {
            "id": name, "timeZone": "UTC",
            "days": [{"weekday": "WEEKDAY_" + day, "hours": [{"from": "00:00", "to": "24:00"}]}
                     for day in WEEK],
            "holidays": [{"date": str(today + timedelta(days=days)), "displayName": "Shut"}
                         for days in range(-2, 3)]})
        return name
    return make


@pytest.fixture
def shop(admin, queue):
    """shop(calendar, **settings) -> id of a queue by this calendar."""
    def make(calendar_id, **settings):
        made = queue(**settings)

        def take():
            try:
                return change(admin, made, calendarId=calendar_id)
            except local.ApiError as error:
                if error.reason != "CALENDAR_NOT_FOUND":
                    raise
                return None  # routing has not heard of it yet
        eventually(take, what="routing to know the calendar")
        return made
    return make


def change(admin, queue_id, **fields):
    names = {"calendarId": "calendar_id", "closedHours": "closed_hours",
             "overflowQueueId": "overflow_queue_id", "maxWaitSeconds": "max_wait_seconds"}
    return admin.call("PATCH", f"/v1/queues/{queue_id}", {
        "requestId": uuid.uuid4().hex, "updateFields": [names[one] for one in fields], **fields})


def open_up(admin, calendar_id):
    admin.call("PATCH", f"/v1/businessCalendars/{calendar_id}", {
        "requestId": uuid.uuid4().hex, "updateFields": ["holidays"]})


def flag_of(ani, ticket_id):
    return eventually(lambda: ani.ticket(ticket_id).get("flagNote"), what="the flag")


def test_work_waits_while_its_queue_is_closed_and_is_offered_when_it_opens(
        ani, admin, calendar, shop, moved):
    hours = calendar()
    closed = shop(hours)
    told = ani.api.get(f"/v1/queues/{closed}")
    assert not told.get("open") and "openChangeTime" in told
    item = moved(closed)
    asked = {"workItemId": item["id"], "agentId": ani.name}
    why = ani.api.get("/v1/routing:explain?" + urllib.parse.urlencode(asked))
    assert [one["code"] for one in why["explanations"][0]["hindrances"]] == ["QUEUE_CLOSED"]
    assert "until" in why["explanations"][0]["hindrances"][0]["detail"]
    wait = ani.api.get(f"/v1/workItems/{item['id']}/wait")
    assert wait["unknownReason"] == "QUEUE_CLOSED"
    assert wait["queueOpenTime"] == told["openChangeTime"]
    then = item["enqueueTime"]
    assert item["id"] not in [one["workItemId"] for one in ani.offers()]
    open_up(admin, hours)
    ani.take(item["id"])
    assert ani.api.get(f"/v1/queues/{closed}")["open"]
    past = ani.api.get("/v1/routing:explain?" + urllib.parse.urlencode({**asked, "time": then}))
    assert "QUEUE_CLOSED" in [one["code"] for one in past["explanations"][0]["hindrances"]]


def test_a_closed_queue_sends_its_work_away(ani, calendar, queue, shop, moved):
    night = queue()
    day = shop(calendar(), works=False, closedHours="CLOSED_HOURS_OVERFLOW",
               overflowQueueId=night)
    item = moved(day)
    assert ani.wait_offer(item["id"])["queueId"] == night
    ani.take(item["id"])
    assert work_item(ani, item["id"], queueId=night, homeQueueId=day)


def test_a_calendar_that_nobody_knows_is_refused_and_one_that_is_gone_is_found(
        admin, calendar, queue, shop):
    made = queue(works=False)
    with pytest.raises(local.ApiError) as refused:
        change(admin, made, calendarId="nowhere")
    assert refused.value.reason == "CALENDAR_NOT_FOUND"
    with pytest.raises(local.ApiError) as refused:
        change(admin, made, closedHours="CLOSED_HOURS_OVERFLOW")
    assert refused.value.reason == "INVALID_FIELDS"
    hours = calendar()
    closed = shop(hours)
    admin.call("DELETE", f"/v1/businessCalendars/{hours}?requestId={uuid.uuid4().hex}")
    eventually(lambda: ("CALENDAR_DELETED", f"queues/{closed}") in
               {(one["code"], one["resource"])
                for one in admin.get("/v1/routing:lint")["findings"]}, what="the finding")
    assert not admin.get(f"/v1/queues/{closed}").get("open"), "its last hours stay in force"


def test_a_supervisor_is_told_of_work_that_waits_too_long(ani, queue, moved):
    slow = queue(works=False, maxWaitSeconds=1)
    item = moved(slow)
    assert flag_of(ani, item["id"]) == f"waited longer than 1 s in the queue {slow}"
    assert ani.ticket(item["id"])["flagReason"] == "MAX_WAIT"
    assert work_item(ani, item["id"], status="WORK_ITEM_STATUS_QUEUED")["overdue"]


def test_what_has_expired_is_work_again_when_it_moves(ani, queue, moved):
    fast, slow = queue(), queue(works=False, maxWaitSeconds=1,
                                maxWaitAction="MAX_WAIT_ACTION_EXPIRE")
    item = moved(slow)
    eventually(lambda: work_item(ani, item["id"], status="WORK_ITEM_STATUS_EXPIRED"),
               what="the end of its patience")
    assert flag_of(ani, item["id"]).startswith("waited longer than 1 s")
    listed = ani.api.get(f"/v1/workItems?queueId={slow}&status=WORK_ITEM_STATUS_EXPIRED")
    assert [one["id"] for one in listed["workItems"]] == [item["id"]]
    ani.api.post(f"/v1/tickets/{item['id']}:escalate", {"queueId": fast, "reason": "for a test"})
    ani.take(item["id"])
    assert not work_item(ani, item["id"], status="WORK_ITEM_STATUS_ASSIGNED").get("overdue")
