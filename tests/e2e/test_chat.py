"""The same job by chat: acknowledged, resumed, answered live, resolved and rated in the chat."""

import uuid

import pytest

from kit.customer import ChatCustomer, MailCustomer
from kit.desk import Events
from kit.system import eventually, local


def test_a_chat_goes_all_the_way_to_its_score(system, ani):
    live = Events(ani.api)
    customer = ChatCustomer(system, "Dewi").open()
    text = f"Hello, my lamp {uuid.uuid4().hex} is broken."
    customer.say(text)
    opened = live.wait("TicketOpened", text=text)
    ticket_id = opened["subject"]
    assert opened["data"]["ticket"]["channel"] == "CHANNEL_CHAT"
    assert opened["data"]["ticket"]["queueId"] == "chat"
    ani.take(ticket_id)
    ani.reply(ticket_id, "We are sending a new one.")
    assert customer.wait_for("We are sending a new one.")["from"] == "agent"

    ani.resolve(ticket_id)
    survey = customer.wait_for("How satisfied are you")
    assert survey["choices"]["maximum"] == 5
    customer.say("Wait, which colour?")
    ani.wait_status(ticket_id, "OPEN")
    ani.take(ticket_id)
    ani.reply(ticket_id, "The same one.")
    customer.wait_for("The same one.")
    ani.resolve(ticket_id)
    customer.messages.clear()
    customer.wait_for("How satisfied are you")
    customer.say("4")
    answered = live.wait("SurveyAnswered", ticket=ticket_id)
    assert answered["data"]["survey"]["score"] == 4
    assert answered["data"]["survey"]["answeredBy"] == "MESSAGE"
    # The score is no new message: the ticket stays resolved.
    assert ani.ticket(ticket_id)["status"] == "TICKET_STATUS_RESOLVED"
    customer.close()
    live.close()


def test_what_was_missed_is_replayed_once_and_in_order(system, ani):
    customer = ChatCustomer(system, "Tom").open()
    text = f"Are you there? {uuid.uuid4().hex}"
    customer.say(text)
    ticket_id = ani.find_ticket(subject=text)["id"]
    ani.take(ticket_id)
    customer.close()
    for number in range(5):
        ani.reply(ticket_id, f"Answer {number}")
    eventually(lambda: [one.get("deliveryStatus") for one in ani.interactions(ticket_id)[1:]] ==
               ["DELIVERY_STATUS_ACCEPTED"] * 5, what="all deliveries")
    customer.messages.clear()
    customer.open()
    customer.wait_for("Answer 4")
    assert [one["text"] for one in customer.messages] == [f"Answer {n}" for n in range(5)]
    assert [one["seq"] for one in customer.messages] == list(range(2, 7))
    customer.close()


def test_a_message_sent_again_is_one_message(system, ani):
    customer = ChatCustomer(system, "Rini").open()
    text, cid = f"Only once {uuid.uuid4().hex}", uuid.uuid4().hex
    first = customer.say(text, cid)
    again = customer.say(text, cid)
    assert (first["id"], first["seq"]) == (again["id"], again["seq"])
    ticket_id = ani.find_ticket(subject=text)["id"]
    assert len(ani.interactions(ticket_id)) == 1
    customer.close()


def test_a_closed_ticket_is_followed_up_by_a_new_one(system, ani):
    customer = ChatCustomer(system, "Joko").open()
    text = f"First matter {uuid.uuid4().hex}"
    customer.say(text)
    first = ani.find_ticket(subject=text)["id"]
    ani.take(first)
    ani.resolve(first)
    system.sign_in("citra").post(f"/v1/tickets/{first}:close")
    later = f"Second matter {uuid.uuid4().hex}"
    customer.say(later)
    ticket = ani.find_ticket(subject=later)
    assert ticket["followUpOf"] == first
    assert ani.ticket(first)["status"] == "TICKET_STATUS_CLOSED"
    customer.close()


def test_a_chat_is_answered_by_mail_and_the_answer_comes_to_the_same_ticket(system, ani):
    customer = ChatCustomer(system, "Wulan").open()
    text = f"Please send me the papers {uuid.uuid4().hex}"
    customer.say(text)
    ticket = ani.find_ticket(subject=text)
    ani.take(ticket["id"])
    mailbox = MailCustomer(system)
    target = {"kind": "CONTACT_POINT_KIND_EMAIL", "value": mailbox.address}
    with pytest.raises(local.ApiError) as refused:
        ani.reply(ticket["id"], "Here they are.", target=target)
    assert refused.value.status == 400
    assert "target.value" in str(refused.value.problem)
    system.sign_in("citra").post(f"/v1/contacts/{ticket['contactId']}:addPoint", {
        "reason": "she spelled it", "point": {
            "kind": "CONTACT_POINT_KIND_EMAIL", "value": mailbox.address,
            "assurance": "ASSURANCE_CUSTOMER_VERIFIED"}})
    written = ani.reply(ticket["id"], "Here they are.", target=target)["interaction"]
    assert (written["channel"], written["endpoint"]) == ("CHANNEL_EMAIL", local.MAILBOX)
    mail = mailbox.wait_for("Here they are.")
    assert ticket["reference"] in mail["Subject"]
    mailbox.answer(mail, "Thank you, they came.")
    answered = eventually(lambda: [one for one in ani.interactions(ticket["id"])
                                   if "they came" in one["content"]["text"]], what="her mail")[0]
    assert answered["channel"] == "CHANNEL_EMAIL" and not answered.get("unknownSender")
    # The next one goes where she wrote last, unless the chat is chosen.
    ani.reply(ticket["id"], "Have a good day.")
    mailbox.wait_for("Have a good day.")
    ani.reply(ticket["id"], "Are you still here?",
              target={"kind": "CONTACT_POINT_KIND_CHAT", "value": chat_of(ani, ticket["id"])})
    customer.wait_for("Are you still here?")
    assert all("Here they are." not in one["text"] for one in customer.messages)
    customer.close()


def chat_of(agent, ticket_id):
    """The point that the ticket's first message came from."""
    return agent.interactions(ticket_id)[0]["contactPoints"][0]["value"]
