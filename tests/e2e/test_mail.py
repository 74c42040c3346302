"""A message arrives by mail, becomes a ticket, reaches an agent, is answered, resolved and rated."""

import json
import urllib.request

from kit.customer import MailCustomer, link_in, text_of
from kit.desk import Events
from kit.system import eventually


def answer_survey(link, score):
    """What the page behind the link does when its button is pressed."""
    request = urllib.request.Request(link, data=f"score={score}".encode(), method="POST", headers={
        "Content-Type": "application/x-www-form-urlencoded"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read().decode()


def test_a_mail_goes_all_the_way_to_its_score(system, ani):
    customer = MailCustomer(system)
    live = Events(ani.api)
    customer.write("Where is my parcel?", "Hello, my parcel has not arrived since last week.")

    opened = live.wait("TicketOpened", subject="Where is my parcel?")
    ticket_id = opened["subject"]
    offered = live.wait("WorkOffered", ticket=ticket_id)
    assert offered["data"]["offer"]["agentId"] == "ani"
    assert "able agents" in offered["data"]["offer"]["why"]
    acknowledged = customer.wait_for("we have received your message")
    assert opened["data"]["ticket"]["reference"] in text_of(acknowledged)
    assert acknowledged["Auto-Submitted"] == "auto-replied"

    ticket = ani.take(ticket_id)
    assert ticket["status"] == "TICKET_STATUS_OPEN"
    ani.reply(ticket_id, "It will be with you tomorrow.")
    reply = customer.wait_for("It will be with you tomorrow.")
    assert reply["In-Reply-To"]
    eventually(lambda: ani.interactions(ticket_id)[-1]["deliveryStatus"] ==
               "DELIVERY_STATUS_ACCEPTED", what="the reply's delivery")

    resolved = ani.resolve(ticket_id)
    assert resolved["status"] == "TICKET_STATUS_RESOLVED"
    customer.wait_for("How satisfied are you")
    customer.answer(reply, "It did not come.")
    ani.wait_status(ticket_id, "OPEN")
    last = ani.interactions(ticket_id)[-1]
    assert last["content"]["visibleText"].strip() == "It did not come."
    assert last["matchedBy"] == "HINT_KIND_REPLY_TOKEN"

    ani.take(ticket_id)
    ani.reply(ticket_id, "I have sent another one.")
    customer.wait_for("I have sent another one.")
    ani.resolve(ticket_id)
    survey = customer.wait_for("How satisfied are you", count=2)
    answer_survey(link_in(survey), 5)
    answered = live.wait("SurveyAnswered", ticket=ticket_id)
    assert answered["data"]["survey"]["score"] == 5
    scores = system.sign_in("citra").get("/v1/scores")
    assert scores["csat"] > 0
    live.close()


def test_a_bad_score_brings_the_ticket_back_flagged(system, ani):
    customer = MailCustomer(system)
    customer.write("Refund", "Please refund my order.")
    ticket_id = ani.find_ticket(subject="Refund", contactName=customer.address)["id"]
    ani.take(ticket_id)
    ani.resolve(ticket_id)
    answer_survey(link_in(customer.wait_for("How satisfied are you")), 1)
    ticket = ani.wait_status(ticket_id, "OPEN")
    assert ticket["flagged"] and ticket["priority"] == "PRIORITY_HIGH"


def test_indonesians_are_answered_in_indonesian(system, ani):
    customer = MailCustomer(system)
    customer.write("Paket belum sampai",
                   "Halo, paket saya belum sampai sejak minggu lalu. Mohon dibantu, terima kasih.")
    customer.wait_for("Terima kasih, pesan Anda sudah kami terima")
    ticket_id = ani.find_ticket(subject="Paket belum sampai")["id"]
    ani.take(ticket_id)
    ani.resolve(ticket_id)
    customer.wait_for("Seberapa puas Anda")


def test_looking_at_a_survey_does_not_answer_it(system, ani):
    customer = MailCustomer(system)
    customer.write("Just looking", "Is the shop open on Sunday?")
    ticket_id = ani.find_ticket(subject="Just looking")["id"]
    ani.take(ticket_id)
    ani.resolve(ticket_id)
    link = link_in(customer.wait_for("How satisfied are you"))
    # Mail scanners open every link.
    with urllib.request.urlopen(link + "?score=1", timeout=10) as page:
        assert "Content-Security-Policy" in page.headers
        assert b"<form" in page.read()
    surveys = system.sign_in("citra").get(f"/v1/surveys?ticketId={ticket_id}")["surveys"]
    assert "answerTime" not in surveys[0], json.dumps(surveys)


def test_replies_thread_by_references_where_the_address_was_lost(system, ani):
    customer = MailCustomer(system)
    customer.write("Lost address", "What are your hours?")
    ticket_id = ani.find_ticket(subject="Lost address")["id"]
    ani.take(ticket_id)
    ani.reply(ticket_id, "From nine to five.")
    reply = customer.wait_for("From nine to five.")
    customer.write("Re: Lost address", "And on Sunday?",
                   headers=[f"References: {reply['Message-ID']}"])
    eventually(lambda: len(ani.interactions(ticket_id)) == 3, what="the second question")
    assert ani.interactions(ticket_id)[-1]["matchedBy"] in ("HINT_KIND_REPLY_TO_MESSAGE",
                                                            "HINT_KIND_REFERENCE")


def test_answers_go_where_a_web_form_says(system, ani):
    form = MailCustomer(system)
    customer = MailCustomer(system)
    form.write("From the web form", "I cannot sign in.",
               headers=[f"Reply-To: Sari <{customer.address}>"])
    ticket_id = ani.find_ticket(subject="From the web form")["id"]
    ani.take(ticket_id)
    ani.reply(ticket_id, "Please try once more.")
    reply = customer.wait_for("Please try once more.")
    assert not form.mails()
    # She is a stranger to the ticket until she proves it, and never its requester.
    contact = ani.ticket(ticket_id)["contactId"]
    customer.answer(reply, "Now it works.")
    eventually(lambda: len(ani.interactions(ticket_id)) == 3, what="her answer")
    assert ani.interactions(ticket_id)[-1]["unknownSender"]
    assert ani.ticket(ticket_id)["contactId"] == contact


def test_live_events_go_on_where_a_reader_was(system, ani):
    customer = MailCustomer(system)
    live = Events(ani.api)
    customer.write("Before the gap", "One.")
    live.wait("TicketOpened", subject="Before the gap")
    eventually(lambda: live.of("WorkOffered", subject="Before the gap"), what="the offer")
    live.close()
    customer.write("In the gap", "Two.")
    ani.find_ticket(subject="In the gap")
    again = Events(ani.api, last_id=live.last_id)
    again.wait("TicketOpened", subject="In the gap")
    seen = {event["id"] for event in live.events}
    assert not [event for event in again.events if event["id"] in seen]
    again.close()
