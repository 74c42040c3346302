"""Work that comes with the calendar, over REST."""

import datetime
import uuid

import pytest
from kit.customer import MailCustomer
from kit.system import eventually, local


def test_a_recurring_ticket_is_opened_at_its_minute(system, ani):
    subject = f"Recurring {uuid.uuid4().hex[:8]}"
    MailCustomer(system).write(subject, "Hello")
    contact = ani.find_ticket(subject=subject)["contactId"]
    supervisor = system.sign_in("citra")
    now = datetime.datetime.now(datetime.timezone.utc)
    at = now + datetime.timedelta(minutes=1)
    name = "backup-" + uuid.uuid4().hex[:8]
    body = {"requestId": uuid.uuid4().hex, "recurringTicket": {
        "unit": "RECURRENCE_UNIT_DAY", "every": 1, "timeOfDay": at.strftime("%H:%M"),
        "timeZone": "UTC", "startDate": now.strftime("%Y-%m-%d"), "contactId": contact,
        "subject": name, "text": "Is it there?", "queueId": "general"}}
    put = supervisor.call("PUT", f"/v1/recurring-tickets/{name}", body)
    assert put["nextTime"].startswith(at.strftime("%Y-%m-%dT%H:%M:00"))
    eventually(lambda: supervisor.get(f"/v1/recurring-tickets/{name}").get("lastTicketId"),
               what="its first ticket", limit_s=90)
    ticket = ani.find_ticket(subject=name)
    assert ticket["createTime"][:19] >= put["nextTime"][:19]
    supervisor.call("DELETE", f"/v1/recurring-tickets/{name}?requestId={uuid.uuid4().hex}")
    body["requestId"] = uuid.uuid4().hex
    body["recurringTicket"]["timeZone"] = "Mars/Olympus"
    with pytest.raises(local.ApiError) as caught:
        supervisor.call("PUT", f"/v1/recurring-tickets/{name}", body)
    assert "time_zone" in str(caught.value.problem)
