"""Tickets that belong together, over REST: links, merging, splitting, problems with incidents."""

import uuid

import pytest
from kit.customer import MailCustomer
from kit.system import eventually, local


@pytest.fixture
def mail(system, ani):
    """mail(text) -> (ticket id, customer, subject): a new customer's mail."""
    def write(text="Hello"):
        customer = MailCustomer(system)
        subject = f"Links {uuid.uuid4().hex[:8]}"
        customer.write(subject, text)
        return ani.find_ticket(subject=subject)["id"], customer, subject
    return write


def refused(call, reason):
    with pytest.raises(local.ApiError) as caught:
        call()
    assert caught.value.reason == reason, str(caught.value)


def test_a_merged_ticket_goes_on_in_the_other_and_comes_back(ani, mail):
    first, customer, _ = mail()
    second, _, _ = mail()
    ani.take(first)
    ani.reply(first, "We look at it")
    answer = customer.wait_for("We look at it")
    refused(lambda: ani.api.post(f"/v1/tickets/{first}:merge", {"into": first}), "MERGE_INTO_SELF")
    merged = ani.api.post(f"/v1/tickets/{first}:merge", {"into": second, "reason": "the same"})
    assert (merged["status"], merged["mergedInto"]) == ("TICKET_STATUS_MERGED", second)
    customer.answer(answer, "Thank you")
    eventually(lambda: "Thank you" in [one["content"]["text"].strip().split("\n")[0]
                                       for one in ani.interactions(second)],
               what="the answer on the other ticket")
    assert len(ani.interactions(first)) == 2
    links = ani.api.get(f"/v1/tickets/{second}/links")["links"]
    assert [one["ticketId"] for one in links] == [first]
    refused(lambda: ani.api.post(f"/v1/tickets/{second}:merge", {"into": first}), "MERGE_CYCLE")
    assert ani.api.post(f"/v1/tickets/{first}:unmerge", {})["status"] == "TICKET_STATUS_OPEN"
    customer.answer(answer, "One more")
    eventually(lambda: len(ani.interactions(first)) == 3, what="the answer on its own ticket")


def test_a_part_of_a_ticket_becomes_another_that_is_answered_by_itself(ani, mail):
    first, customer, subject = mail("The printer, and an invoice")
    chosen = ani.interactions(first)[0]["id"]
    made = ani.api.post(f"/v1/tickets/{first}:split",
                        {"interactionIds": [chosen], "subject": "Invoice", "reason": "two things"})
    assert (made["splitFrom"], made["subject"]) == (first, "Invoice")
    assert [one["copiedFrom"] for one in ani.interactions(made["id"])] == [chosen]
    ani.take(made["id"])
    ani.reply(made["id"], "Here is your invoice")
    customer.answer(customer.wait_for("Here is your invoice"), "Got it")
    eventually(lambda: len(ani.interactions(made["id"])) == 3, what="the answer to the new ticket")
    assert len(ani.interactions(first)) == 1
    acknowledged = [m for m in customer.mails() if subject in str(m["subject"])]
    assert len(acknowledged) == 1, "no acknowledgement of what nobody sent"
    undone = ani.api.post(f"/v1/tickets/{made['id']}:unsplit", {})
    assert undone["mergedInto"] == first


def test_resolving_a_problem_answers_everybody_who_has_it(ani, mail):
    problem, _, _ = mail("The line is down")
    incidents = [mail("No connection") for _ in range(2)]
    for incident, _, _ in incidents:
        ani.api.post(f"/v1/tickets/{incident}:link",
                     {"kind": "LINK_KIND_PROBLEM", "ticketId": problem})
    done = ani.api.post(f"/v1/tickets/{problem}:resolveProblem",
                        {"resolveIncidents": True, "replyText": "It is up again"})
    assert sorted(done["resolvedTicketIds"]) == sorted(one for one, _, _ in incidents)
    for incident, customer, _ in incidents:
        customer.wait_for("It is up again")
        ani.wait_status(incident, "RESOLVED")
