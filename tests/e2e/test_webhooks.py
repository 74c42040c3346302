"""Webhooks from the outside: rules and macros call other systems, signed, once for sure."""

import json
import signal
import uuid

import pytest
from kit.customer import MailCustomer
from kit.receiver import Receiver
from kit.system import eventually, local


@pytest.fixture
def admin(system):
    return system.sign_in("admin")


@pytest.fixture
def receiver():
    made = []

    def make(*statuses, **options):
        made.append(Receiver(*statuses, **options))
        return made[-1]
    yield make
    for one in made:
        one.close()


@pytest.fixture
def webhook(admin):
    """Makes webhooks that go with the test."""
    made = []

    def make(url, **fields):
        answer = admin.post("/v1/webhooks", {"displayName": "CRM", "url": url, "enabled": True,
                                             "requestId": uuid.uuid4().hex, **fields})
        made.append(answer["webhook"]["id"])
        return answer["webhook"], answer["secret"]
    yield make
    for one in made:
        admin.call("DELETE", f"/v1/webhooks/{one}?requestId={uuid.uuid4().hex}")


@pytest.fixture
def rule(admin):
    """Makes rules that call out for tickets of one subject, and go with the test."""
    made = []

    def make(subject, webhook_id, text=""):
        name = "hook-" + uuid.uuid4().hex[:8]
        made.append(name)
        return admin.call("PUT", f"/v1/rules/{name}", {
            "name": "Call " + name, "enabled": True, "requestId": uuid.uuid4().hex,
            "triggers": ["TicketOpened"],
            "actions": [{"webhook": {"webhookId": webhook_id, "text": text}}],
            "groups": [{"match": "CONDITION_MATCH_ALL", "conditions": [
                {"field": "subject", "operator": "RULE_OPERATOR_CONTAINS_WORD",
                 "values": [subject]}]}]})
    yield make
    for name in made:
        admin.call("DELETE", f"/v1/rules/{name}?requestId={uuid.uuid4().hex}")


def word():
    return "zw" + uuid.uuid4().hex[:10]


def opened(system, agent, subject):
    MailCustomer(system).write(subject, "It burns.")
    return agent.find_ticket(subject=subject)["id"]


def deliveries(admin, webhook_id, state=""):
    query = f"&state=WEBHOOK_DELIVERY_STATE_{state}" if state else ""
    found = admin.get(f"/v1/webhook-deliveries?webhookId={webhook_id}{query}")
    return found.get("deliveries", [])


def ended(admin, webhook_id, state="SUCCEEDED"):
    """The newest delivery, once it is there and has ended so."""
    one = eventually(lambda: deliveries(admin, webhook_id, state), what=f"a delivery {state}")[0]
    return admin.get(f"/v1/webhook-deliveries/{one['id']}")


def test_a_rule_calls_signed_and_once(system, ani, admin, receiver, webhook, rule):
    there, subject = receiver(), word()
    made, secret = webhook(there.url)
    named = rule(subject, made["id"], "{{ticket.reference}} of {{contact.name}}")
    ticket_id = opened(system, ani, subject)
    call = there.wait(1)[0]
    assert call.signatures() == [call.signed_with(secret)]
    assert call.headers["content-type"] == "application/json"
    event = call.json()
    assert event["type"] == "ticket.rule"
    assert event["timestamp"].startswith("20")
    ticket = ani.ticket(ticket_id)
    data = event["data"]
    assert {name: data["ticket"][name] for name in ("id", "reference", "subject", "contactId")} == {
        name: ticket[name] for name in ("id", "reference", "subject", "contactId")}
    assert data["text"].startswith(ticket["reference"] + " of ")
    assert data["cause"]["actor"] == "rules/" + named["id"]
    assert data["cause"]["note"] == named["name"]
    done = ended(admin, made["id"])
    assert (done["id"], done["attemptCount"], done["ticketId"]) == (call.id, 1, ticket_id)
    assert done["attempts"][0]["statusCode"] == 200
    assert done["attempts"][0]["answer"] == "thank you"
    history = ani.api.get(f"/v1/tickets/{ticket_id}/history")["entries"]
    told = [one for one in history if one["type"].endswith(".WebhookRequested")]
    assert [one["cause"]["actor"] for one in told] == ["rules/" + named["id"]]
    # Whatever comes later has passed this one: nothing more was sent of it.
    opened(system, ani, subject + " again " + word())
    assert len({one.id for one in there.wait(2)}) == 2
    assert len(there.calls) == 2


def test_the_public_library_accepts_our_signature_and_no_tampering(admin, receiver, webhook):
    there = receiver()
    made, secret = webhook(there.url)
    admin.post(f"/v1/webhooks/{made['id']}:test", {"requestId": uuid.uuid4().hex})
    call = there.wait(1)[0]
    assert call.json()["type"] == "webhook.test"
    assert call.accepted_by_library(secret)
    assert not call.accepted_by_library(secret, call.body.replace("test", "tost"))
    other = webhook(there.url)[1]
    assert not call.accepted_by_library(other)
    call.id = call.headers["webhook-id"] = "another"
    assert not call.accepted_by_library(secret)


def test_what_fails_is_tried_again_under_the_same_id(system, ani, admin, receiver, webhook, rule):
    there, subject = receiver(500, 503), word()
    made, secret = webhook(there.url)
    rule(subject, made["id"])
    opened(system, ani, subject)
    calls = there.wait(3)
    assert len({one.id for one in calls}) == 1
    assert len({one.body for one in calls}) == 1
    assert all(one.signatures() == [one.signed_with(secret)] for one in calls)
    done = ended(admin, made["id"])
    assert [one["statusCode"] for one in done["attempts"]] == [500, 503, 200]
    assert [one["reason"] for one in done["attempts"]] == ["HTTP_500", "HTTP_503", ""]
    assert len(there.calls) == 3


def test_a_killed_sender_sends_again_under_the_same_id(system, ani, admin, receiver, webhook, rule):
    there, subject = receiver(), word()
    made, _ = webhook(there.url)
    there.hold.clear()
    rule(subject, made["id"])
    opened(system, ani, subject)
    there.wait(1)
    system.stack.process("notification").stop(signal.SIGKILL)
    there.hold.set()
    system.stack.start_service("notification")
    system.stack.wait_ready("notification")
    # The try that nobody knows the end of is taken up half a minute after its time is over.
    calls = there.wait(2, limit_s=90)
    assert len({one.id for one in calls}) == 1
    done = ended(admin, made["id"])
    assert [one["reason"] for one in done["attempts"]] == ["WORKER_GONE", ""]


def test_one_that_is_gone_is_called_no_more(system, ani, admin, receiver, webhook, rule):
    there, subject = receiver(410), word()
    made, _ = webhook(there.url)
    rule(subject, made["id"])
    opened(system, ani, subject)
    assert ended(admin, made["id"], "FAILED")["reason"] == "GONE"
    now = admin.get(f"/v1/webhooks/{made['id']}")
    assert (now["enabled"], now["disabledReason"]) == (False, "GONE")
    opened(system, ani, subject + " again " + word())
    eventually(lambda: [one["reason"] for one in deliveries(admin, made["id"], "FAILED")] ==
               ["WEBHOOK_DISABLED", "GONE"], what="the refusal")
    assert len(there.calls) == 1
    # A person enables it and has it sent again.
    admin.call("PUT", f"/v1/webhooks/{made['id']}", {
        "displayName": "CRM", "url": there.url, "enabled": True, "requestId": uuid.uuid4().hex})
    newest = deliveries(admin, made["id"], "FAILED")[0]["id"]
    again = admin.post(f"/v1/webhook-deliveries/{newest}:redeliver",
                       {"requestId": uuid.uuid4().hex})
    assert again["state"] in ("WEBHOOK_DELIVERY_STATE_QUEUED", "WEBHOOK_DELIVERY_STATE_ATTEMPTING")
    assert there.wait(2)[1].id == newest
    assert ended(admin, made["id"])["id"] == newest


def test_our_own_network_is_never_called(admin, webhook):
    for url in ("https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/",
                "https://127.0.0.1/", "https://0x7f000001/", "https://[::ffff:10.0.0.1]/",
                "https://user:pass@example.org/"):
        with pytest.raises(local.ApiError) as caught:
            webhook(url)
        assert "url" in str(caught.value.problem), url
    # A name says nothing of where it leads: that is seen when it is called.
    made, _ = webhook("https://localhost/")
    test = admin.post(f"/v1/webhooks/{made['id']}:test", {"requestId": uuid.uuid4().hex})
    assert test["state"] == "WEBHOOK_DELIVERY_STATE_FAILED"
    assert test["reason"] == "TARGET_REFUSED"
    assert test["attempts"][0].get("statusCode", 0) == 0


def test_a_webhook_that_is_not_there_fails_visibly(system, ani, admin, rule):
    nobody, subject = str(uuid.uuid4()), word()
    rule(subject, nobody)
    opened(system, ani, subject)
    assert ended(admin, nobody, "FAILED")["reason"] == "UNKNOWN_WEBHOOK"


def test_a_macro_calls_and_a_dry_run_does_not(system, ani, admin, receiver, webhook):
    there, subject = receiver(), word()
    made, _ = webhook(there.url)
    action = {"webhook": {"webhookId": made["id"], "text": "by {{agent.name}}"}}
    ticket_id = opened(system, ani, subject)
    page = admin.post("/v1/rules:preview", {"ticketId": ticket_id, "rule": {
        "triggers": ["TicketOpened"], "actions": [action]}})
    assert [one["actions"] for one in page["matches"]] == [["webhook " + made["id"]]]
    with pytest.raises(local.ApiError) as caught:
        ani.api.post("/v1/macros", {"name": "Call", "actions": [action],
                                    "requestId": uuid.uuid4().hex})
    assert caught.value.reason == "MACRO_NOT_ALLOWED"
    macro = system.sign_in("citra").post("/v1/macros", {
        "name": "Call", "shared": True, "actions": [action], "requestId": uuid.uuid4().hex})
    use = {"macroId": macro["id"], "requestId": uuid.uuid4().hex, "agentName": "Ani"}
    ani.api.post(f"/v1/tickets/{ticket_id}:applyMacro", use)
    ani.api.post(f"/v1/tickets/{ticket_id}:applyMacro", use)
    event = there.wait(1)[0].json()
    assert event["type"] == "ticket.macro"
    assert event["data"]["text"] == "by Ani"
    ended(admin, made["id"])
    assert len(deliveries(admin, made["id"])) == 1
    assert len(there.calls) == 1


def test_after_rotating_both_secrets_are_good(admin, receiver, webhook):
    there = receiver()
    made, old = webhook(there.url)
    rotate = {"requestId": uuid.uuid4().hex}
    rotated = admin.post(f"/v1/webhooks/{made['id']}:rotateSecret", rotate)
    new = rotated["secret"]
    assert new != old and rotated["webhook"]["oldSecretExpireTime"]
    again = admin.post(f"/v1/webhooks/{made['id']}:rotateSecret", rotate)
    assert again.get("secret", "") == ""
    admin.post(f"/v1/webhooks/{made['id']}:test", {"requestId": uuid.uuid4().hex})
    call = there.wait(1)[0]
    assert call.signatures() == [call.signed_with(new), call.signed_with(old)]
    assert call.accepted_by_library(new) and call.accepted_by_library(old)


def test_nobody_reads_a_secret_or_a_token_again(system, admin, receiver, webhook):
    there = receiver()
    token = "tk" + uuid.uuid4().hex
    made, secret = webhook(there.url + "/" + token)
    admin.post(f"/v1/webhooks/{made['id']}:test", {"requestId": uuid.uuid4().hex})
    seen = json.dumps([admin.get("/v1/webhooks"), admin.get(f"/v1/webhooks/{made['id']}"),
                       deliveries(admin, made["id"]), ended(admin, made["id"])])
    assert secret not in seen and secret.removeprefix("whsec_") not in seen
    for service in local.SERVICES:
        with open(system.stack.path("logs", service + ".log"), encoding="utf-8") as log:
            text = log.read()
        assert "whsec_" not in text and token not in text and secret[6:] not in text, service


def test_many_calls_at_once_lose_none(admin, receiver, webhook, rule, system, ani):
    there, subject = receiver(), word()
    made = [webhook(there.url)[0] for _ in range(3)]
    for one in made:
        rule(subject, one["id"])
    for _ in range(4):
        opened(system, ani, subject + " " + word())
    calls = there.wait(12)
    assert len({one.id for one in calls}) == 12
    for one in made:
        eventually(lambda: len(deliveries(admin, one["id"], "SUCCEEDED")) == 4, what="4 deliveries")
