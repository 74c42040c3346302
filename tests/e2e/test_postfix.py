"""A real mail server on both sides: Postfix relays customers' mails to muara and delivers ours."""

import concurrent.futures
import signal
import uuid

import pytest
from kit.customer import text_of
from kit.postfix import BOUNCING, Postfix, PostfixCustomer
from kit.system import System, eventually, local


@pytest.fixture(scope="module", params=["smtp", "lmtp"])
def system(request):
    postfix = Postfix()
    running = None
    try:
        running = System("sqlite", smarthost=postfix.address,
                         overrides={"MUARA_SMTP_PROTOCOL": request.param})
        postfix.start(running.endpoints["smtp"], request.param)
        running.postfix = postfix
        yield running
    finally:
        if running:
            running.close()
        postfix.close()


def a_subject(words):
    return f"{words} {uuid.uuid4().hex[:8]}"


def test_a_mail_goes_through_postfix_both_ways(system, ani):
    customer = PostfixCustomer(system, system.postfix)
    subject = a_subject("Delivery to the island")
    customer.write(subject, "Do you deliver to the island?")
    ticket_id = ani.find_ticket(subject=subject)["id"]
    acknowledged = customer.wait_for("we have received your message")
    # An automatic answer wants no answer (RFC 3834, 3.3).
    assert acknowledged["Return-Path"] == "<>"
    assert acknowledged["Auto-Submitted"] == "auto-replied"

    ani.take(ticket_id)
    ani.reply(ticket_id, "Yes, on Tuesdays and Fridays.")
    reply = customer.wait_for("Yes, on Tuesdays and Fridays.")
    first = ani.interactions(ticket_id)[0]
    asked = first["providerMessageId"] if "providerMessageId" in first else reply["In-Reply-To"]
    assert reply["In-Reply-To"].strip("<>") == asked.strip("<>")
    assert asked.strip("<>") in reply["References"]
    assert subject in reply["Subject"] and reply["Subject"].startswith("Re: ")
    assert "+" in reply["Reply-To"] and reply["Return-Path"].strip("<>") in reply["Reply-To"]
    eventually(lambda: ani.interactions(ticket_id)[-1]["deliveryStatus"] ==
               "DELIVERY_STATUS_ACCEPTED", what="the reply's delivery")

    ani.resolve(ticket_id)
    customer.answer(reply, "On Friday then, please.")
    ani.wait_status(ticket_id, "OPEN")
    last = ani.interactions(ticket_id)[-1]
    assert last["content"]["visibleText"].strip() == "On Friday then, please."
    assert len([one for one in customer.mails() if "Tuesdays" in text_of(one)]) == 1


def listed(ani):
    """All tickets; none while the gateway has not found the restarted core again."""
    try:
        return ani.api.get("/v1/tickets?pageSize=200")["tickets"]
    except local.ApiError as error:
        assert error.status == 503
        return None


@pytest.mark.parametrize("trouble", ["killed", "hung"])
def test_postfix_keeps_mails_while_the_core_is_away_and_each_arrives_once(system, ani, trouble):
    subjects = [a_subject(f"Patience {number}") for number in range(20)]
    ticket = system.stack.process("ticket")

    def write(subject):
        PostfixCustomer(system, system.postfix).write(subject, "Hello")
    with concurrent.futures.ThreadPoolExecutor(4) as writers:
        list(writers.map(write, subjects[:5]))
        under_way = [writers.submit(write, subject) for subject in subjects[5:]]
        ani.find_ticket(subject=subjects[0])
        if trouble == "killed":
            ticket.stop(signal.SIGKILL)
        else:
            ticket.send(signal.SIGSTOP)
        for one in under_way:
            one.result()
    held = PostfixCustomer(system, system.postfix)
    subjects.append(a_subject("The last one"))
    held.write(subjects[-1], "Hello")
    # Killed: muara says 451. Hung: Postfix gives up waiting, though its mail may be taken yet.
    because = "451" if trouble == "killed" else "timed out"
    eventually(lambda: any(because in reason for reason in system.postfix.reasons()), 30,
               "a mail that waits")
    if trouble == "killed":
        system.stack.start_service("ticket")
    else:
        ticket.send(signal.SIGCONT)
    system.stack.wait_ready("ticket")

    def all_gone():
        system.postfix.flush()
        return not system.postfix.queue()
    eventually(all_gone, 60, "an empty queue")
    tickets = eventually(lambda: listed(ani), what="the gateway's way to the core")
    for subject in subjects:
        found = [one["id"] for one in tickets if one["subject"] == subject]
        assert len(found) == 1, f"{subject}: {found}"
        assert len(ani.interactions(found[0])) == 1


def deliveries_of(ani, ticket_id):
    return ani.api.get(f"/v1/deliveries?ticketId={ticket_id}").get("deliveries", [])


def test_a_reply_to_someone_unknown_fails_visibly(system, ani):
    customer = PostfixCustomer(system, system.postfix, "nobody@example.org")
    subject = a_subject("I do not exist")
    customer.write(subject, "You cannot answer me.")
    ticket_id = ani.find_ticket(subject=subject)["id"]
    ani.take(ticket_id)
    ani.reply(ticket_id, "Hello?")

    def failed():
        found = deliveries_of(ani, ticket_id)
        return len(found) == 2 and all(
            one["status"] == "DELIVERY_STATUS_FAILED" for one in found) and found
    assert {one["reason"] for one in eventually(failed, what="failed deliveries")} == {
        "SMTP_REJECTED"}
    eventually(lambda: ani.interactions(ticket_id)[-1]["deliveryStatus"] ==
               "DELIVERY_STATUS_FAILED", what="the failure at the reply")


def test_a_returned_reply_comes_back_to_its_ticket_and_starts_no_loop(system, ani):
    customer = PostfixCustomer(system, system.postfix, f"{uuid.uuid4().hex[:8]}@{BOUNCING}")
    subject = a_subject("My mailbox has moved")
    customer.write(subject, "Please write to me.")
    ticket_id = ani.find_ticket(subject=subject)["id"]
    ani.take(ticket_id)
    ani.reply(ticket_id, "Here we are.")

    def returned():
        return [one for one in ani.interactions(ticket_id)
                if "Undelivered" in str(one.get("content", {}).get("subject", ""))
                or "could not be delivered" in str(one.get("content", {}).get("text", ""))]
    eventually(returned, what="the returned mail")
    assert len(deliveries_of(ani, ticket_id)) == 2  # the acknowledgement and the reply
