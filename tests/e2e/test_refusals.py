"""Bad input gets a clear error that names what is wrong, and loses nothing."""

import email.utils
import json
import signal
import smtplib
import urllib.error
import urllib.request
import uuid

import pytest
from kit.customer import MailCustomer, swaks
from kit.desk import Agent
from kit.system import eventually, local


def refused(call, status, reason):
    with pytest.raises(local.ApiError) as caught:
        call()
    assert (caught.value.status, caught.value.reason) == (status, reason), str(caught.value)
    return caught.value.problem


def raw(system, path, body, token, content_type="application/json"):
    request = urllib.request.Request(system.gateway + path, data=body, headers={
        "Content-Type": content_type, "Authorization": "Bearer " + token})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)
    return caught.value.code, json.loads(caught.value.read())


@pytest.fixture
def ticket_id(system, ani):
    customer = MailCustomer(system)
    subject = f"Refusals {uuid.uuid4().hex[:8]}"
    customer.write(subject, "Hello")
    return ani.find_ticket(subject=subject)["id"]


def test_tokens_and_roles(system, ani, ticket_id):
    nobody = local.Api(system.gateway)
    refused(lambda: nobody.get("/v1/tickets"), 401, "NO_TOKEN")
    nobody.token = "x" * 40
    refused(lambda: nobody.get("/v1/tickets"), 401, "BAD_TOKEN")
    refused(lambda: local.Api(system.gateway).login("ani", "wrong password"), 401, "LOGIN_FAILED")
    refused(lambda: ani.api.post(f"/v1/tickets/{ticket_id}:close"), 403, "NOT_ALLOWED")
    refused(lambda: ani.api.call("PUT", "/v1/agents/budi/presence", {
        "status": "AGENT_STATUS_AVAILABLE", "requestId": "x"}), 403, "NOT_YOURS")


def test_json_and_fields_are_named(system, ani, ticket_id):
    path = f"/v1/tickets/{ticket_id}:reply"
    assert raw(system, path, b"{", ani.api.token)[0] == 400
    code, problem = raw(system, path, b'{"texxt": "hi"}', ani.api.token)
    assert code == 400 and "texxt" in json.dumps(problem)
    code, problem = raw(system, path, b'{"text": 5}', ani.api.token)
    assert code == 400 and "text" in json.dumps(problem)
    assert raw(system, path, b"<x/>", ani.api.token, "text/xml")[0] == 415
    problem = refused(lambda: ani.reply(ticket_id, ""), 400, "INVALID_FIELDS")
    assert problem["violations"][0]["field"] == "text"
    refused(lambda: ani.reply(ticket_id, "x" * 300000), 400, "INVALID_FIELDS")
    refused(lambda: ani.api.get("/v1/tickets?pageToken=abc"), 400, "BAD_PAGE_TOKEN")
    with pytest.raises(local.ApiError) as caught:
        ani.api.get("/v1/nothing")
    assert caught.value.status == 404


def test_states_versions_and_ids(system, ani, ticket_id):
    refused(lambda: ani.ticket("nothing"), 404, "TICKET_NOT_FOUND")
    refused(lambda: ani.api.post(f"/v1/tickets/{ticket_id}:reopen"), 409, "WRONG_STATE")
    refused(lambda: ani.api.post(f"/v1/tickets/{ticket_id}:resolve", {"expectedVersion": 99}),
            409, "STALE_VERSION")
    key = uuid.uuid4().hex
    first = ani.api.post(f"/v1/tickets/{ticket_id}:note", {"text": "one", "requestId": key})
    again = ani.api.post(f"/v1/tickets/{ticket_id}:note", {"text": "one", "requestId": key})
    assert first["interaction"]["id"] == again["interaction"]["id"]
    refused(lambda: ani.api.post(f"/v1/tickets/{ticket_id}:note",
                                 {"text": "two", "requestId": key}), 409, "IDEMPOTENCY_CONFLICT")
    refused(lambda: ani.api.post("/v1/offers/nothing:accept"), 404, "OFFER_NOT_FOUND")


def test_another_agents_offer_does_not_exist(system, ani, ticket_id):
    offer = ani.wait_offer(ticket_id)
    budi = Agent(system, "budi")
    refused(lambda: budi.accept(offer), 404, "OFFER_NOT_FOUND")
    assert offer["id"] not in [one["id"] for one in budi.offers()]
    ani.reject(offer)
    refused(lambda: ani.accept(offer), 409, "OFFER_NOT_PENDING")


def test_a_reply_to_an_older_conversation_is_refused(system, ani):
    customer = MailCustomer(system)
    subject = f"Stale {uuid.uuid4().hex[:8]}"
    customer.write(subject, "One")
    ticket_id = ani.find_ticket(subject=subject)["id"]
    ani.take(ticket_id)
    ani.reply(ticket_id, "What do you mean?", seenSequence=1)
    customer.answer(customer.wait_for("What do you mean?"), "Two")
    eventually(lambda: len(ani.interactions(ticket_id)) == 3, what="the second mail")
    problem = refused(lambda: ani.reply(ticket_id, "Blind", seenSequence=2), 409, "STALE_REPLY")
    assert problem["metadata"]["latest_sequence"] == "3"


def test_mail_that_is_not_ours_or_too_large(system):
    at = system.endpoints["smtp"]
    code, said = swaks(at, "a@example.org", "x", "x", to="else@example.net")
    assert code != 0 and "550" in said
    host, port = at.split(":")
    with smtplib.SMTP(host, int(port), timeout=30) as smtp:
        smtp.ehlo()
        answer = smtp.docmd("MAIL", f"FROM:<a@example.org> SIZE={2 ** 40}")
    assert answer[0] == 552


@pytest.mark.parametrize("data", [
    b"\x00\xff\xfe" * 200, b"To: " + b"g:" * 5000 + b"\r\n\r\nx", b"Subject:\r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 300,
    b"Subject: =?utf-8?B?////?=\r\nDate: never\r\n\r\n\xe9"],
    ids=["binary", "address groups", "empty", "endless parts", "broken words"])
def test_malformed_mail_is_kept_not_dropped(system, ani, data):
    name = f"odd-{uuid.uuid4().hex[:8]}@example.org"
    host, port = system.endpoints["smtp"].split(":")
    with smtplib.SMTP(host, int(port), timeout=30) as smtp:
        smtp.sendmail(name, [local.MAILBOX], b"From: " + name.encode() + b"\r\n" + data)
    ticket = ani.find_ticket(contactName=name)
    assert ani.interactions(ticket["id"])


def test_a_mail_waits_while_the_core_is_away(system, ani):
    customer = MailCustomer(system)
    subject = f"Patience {uuid.uuid4().hex[:8]}"
    # One and the same mail each time: a client that wrote it anew would tell another date.
    headers = [f"Message-Id: <{uuid.uuid4().hex}@example.org>",
               f"Date: {email.utils.formatdate()}"]
    system.stack.process("ticket").stop(signal.SIGKILL)
    at = system.endpoints["smtp"]
    code, said = swaks(at, customer.address, subject, "Hello", headers=headers)
    assert code != 0 and "451" in said
    with pytest.raises(local.ApiError) as caught:
        ani.api.get("/v1/tickets")
    assert caught.value.status == 503
    system.stack.start_service("ticket")
    system.stack.wait_ready("ticket")
    for _ in range(2):  # as an MTA whose first answer was lost
        eventually(lambda: swaks(at, customer.address, subject, "Hello", headers=headers)[0] == 0,
                   what="the mail being taken")
    ticket = ani.find_ticket(subject=subject)
    found = [one for one in ani.api.get("/v1/tickets")["tickets"] if one["subject"] == subject]
    assert len(found) == 1 and len(ani.interactions(ticket["id"])) == 1
