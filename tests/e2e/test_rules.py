"""Rules, macros and canned replies from the outside: declared by REST, done by the service itself."""

import signal
import uuid

import pytest
from kit.customer import MailCustomer
from kit.system import eventually, local


@pytest.fixture
def admin(system):
    return system.sign_in("admin")


@pytest.fixture
def rule(admin):
    """Makes rules that look at one subject alone, and go with the test."""
    made = []

    def make(subject, actions, **fields):
        name = "rule-" + uuid.uuid4().hex[:8]
        made.append(name)
        conditions = [{"field": "subject", "operator": "RULE_OPERATOR_CONTAINS_WORD",
                       "values": [subject]}, *fields.pop("conditions", [])]
        if "schedule" not in fields:
            fields.setdefault("triggers", ["TicketOpened"])
        return admin.call("PUT", f"/v1/rules/{name}", {
            "name": name, "enabled": True, "actions": actions, "requestId": uuid.uuid4().hex,
            "groups": [{"match": "CONDITION_MATCH_ALL", "conditions": conditions}], **fields})
    yield make
    for name in made:
        admin.call("DELETE", f"/v1/rules/{name}?requestId={uuid.uuid4().hex}")


def word():
    return "zr" + uuid.uuid4().hex[:10]


def opened(system, agent, subject, body="It burns."):
    customer = MailCustomer(system)
    customer.write(subject, body)
    return agent.find_ticket(subject=subject)["id"], customer


def runs(api, ticket_id):
    """Each with its rule, the oldest first."""
    found = api.get(f"/v1/rule-runs?ticketId={ticket_id}").get("runs", [])
    return [(one["ruleId"], one["outcome"].removeprefix("RULE_OUTCOME_")) for one in found][::-1]


def wait_runs(api, ticket_id, count):
    return eventually(lambda: len(runs(api, ticket_id)) >= count and runs(api, ticket_id),
                      what=f"{count} runs")


def test_a_message_sets_off_a_chain_that_ends(system, ani, admin, rule):
    subject = word()
    first = rule(subject, [{"addTags": {"tags": ["seen"]}}, {"setPriority": "PRIORITY_URGENT"}],
                 triggers=["TicketOpened", "NoteAdded"])
    second = rule(subject, [{"note": "it is urgent"}], triggers=["TicketChanged"],
                  conditions=[{"field": "priority", "operator": "RULE_OPERATOR_CHANGED_TO",
                               "values": ["URGENT"]}])
    ticket_id, _ = opened(system, ani, subject)
    told = wait_runs(ani.api, ticket_id, 3)
    assert told == [(first["id"], "RAN"), (second["id"], "RAN"), (first["id"], "GUARDED")]
    ticket = ani.ticket(ticket_id)
    assert (ticket["tags"], ticket["priority"]) == (["seen"], "PRIORITY_URGENT")
    notes = [one for one in ani.interactions(ticket_id) if one["kind"] == "INTERACTION_KIND_NOTE"]
    assert [one["content"]["text"] for one in notes] == ["it is urgent"]


def test_rules_are_asked_in_order_until_one_stops(system, ani, admin, rule):
    subject = word()
    last = rule(subject, [{"addTags": {"tags": ["last"]}}])
    first = rule(subject, [{"addTags": {"tags": ["first"]}}, {"close": {}}], stopAfter=True)
    moved = admin.post(f"/v1/rules/{first['id']}:move",
                       {"position": 1, "requestId": uuid.uuid4().hex})
    assert moved["rules"][0]["id"] == first["id"]
    page = admin.get("/v1/rules?pageSize=1")
    assert [one["id"] for one in page["rules"]] == [first["id"]] and page["nextPageToken"]
    ticket_id, _ = opened(system, ani, subject)
    assert wait_runs(ani.api, ticket_id, 2) == [(first["id"], "RAN"), (last["id"], "STOPPED")]
    assert ani.ticket(ticket_id)["tags"] == ["first"]
    results = ani.api.get(f"/v1/rule-runs?ruleId={first['id']}")["runs"][0]["results"]
    assert results[1] == {"action": "close", "outcome": "ACTION_OUTCOME_REFUSED",
                          "reason": "WRONG_STATE"}


def test_one_effect_though_the_service_was_killed_between(system, ani, rule):
    subject = word()
    made = rule(subject, [{"note": "once"}])
    ticket_id, customer = opened(system, ani, subject)
    system.stack.process("ticket").stop(signal.SIGKILL)
    system.stack.start_service("ticket")
    system.stack.wait_ready("ticket")

    def noted():
        try:
            return runs(ani.api, ticket_id)
        except local.ApiError:
            return None
    assert eventually(noted, what="the run") == [(made["id"], "RAN")]
    # What comes later has been seen: nothing more will be done of the first.
    other, _ = opened(system, ani, subject + " again " + word())
    eventually(lambda: runs(ani.api, other), what="the run of the next ticket")
    notes = [one for one in ani.interactions(ticket_id) if one["kind"] == "INTERACTION_KIND_NOTE"]
    assert len(notes) == 1
    assert customer.address


def test_a_schedule_comes_at_its_time_once(system, ani, rule):
    subject = word()
    made = rule(subject, [{"flag": "too old"}],
                schedule={"from": "TIME_BASE_CREATED", "afterSeconds": 1})
    ticket_id, _ = opened(system, ani, subject)
    eventually(lambda: runs(ani.api, ticket_id), limit_s=60, what="the schedule")
    assert runs(ani.api, ticket_id) == [(made["id"], "RAN")]
    ticket = ani.ticket(ticket_id)
    assert ticket["flagged"] and ticket["flagNote"] == "too old"


def test_a_rule_replies_from_a_canned_reply(system, ani, admin, rule):
    subject = word()
    reply = admin.post("/v1/canned-replies", {
        "shortcut": "got-it", "title": "Got it", "shared": True, "requestId": uuid.uuid4().hex,
        "text": "We have {{ticket.reference}}, {{agent.name|a colleague}} will answer."})
    rule(subject, [{"reply": {"cannedReplyId": reply["id"]}}])
    ticket_id, customer = opened(system, ani, subject)
    reference = ani.ticket(ticket_id)["reference"]
    mail = customer.wait_for(f"We have {reference}, a colleague will answer.")
    assert mail["Auto-Submitted"] == "auto-replied"
    preview = ani.api.post(f"/v1/canned-replies/{reply['id']}:preview",
                           {"ticketId": ticket_id, "agentName": "Ani"})
    assert preview["text"] == f"We have {reference}, Ani will answer."
    with pytest.raises(local.ApiError) as caught:
        ani.api.post("/v1/canned-replies", {"shortcut": "x", "title": "x", "text": "{{nobody}}",
                                            "requestId": uuid.uuid4().hex})
    assert "nobody" in str(caught.value.problem)


def test_a_macro_does_all_or_nothing(system, ani):
    macro = ani.api.post("/v1/macros", {
        "name": "Done", "requestId": uuid.uuid4().hex,
        "actions": [{"setPriority": "PRIORITY_LOW"}, {"reply": {"text": "Done, {{contact.name}}."}},
                    {"resolve": ""}]})
    ticket_id, customer = opened(system, ani, word())
    ani.take(ticket_id)
    use = {"macroId": macro["id"], "requestId": uuid.uuid4().hex}
    ticket = ani.api.post(f"/v1/tickets/{ticket_id}:applyMacro", use)
    assert (ticket["status"], ticket["priority"]) == ("TICKET_STATUS_RESOLVED", "PRIORITY_LOW")
    ani.api.post(f"/v1/tickets/{ticket_id}:applyMacro", use)
    customer.wait_for("Done, ")
    replies = [one for one in ani.interactions(ticket_id)
               if one["direction"] == "DIRECTION_OUTBOUND"]
    assert len(replies) == 1, "done twice is done once"
    before = len(ani.interactions(ticket_id))
    with pytest.raises(local.ApiError) as caught:
        ani.api.post(f"/v1/tickets/{ticket_id}:applyMacro",
                     {"macroId": macro["id"], "requestId": uuid.uuid4().hex})
    assert caught.value.reason == "WRONG_STATE"
    assert len(ani.interactions(ticket_id)) == before


def test_a_rule_is_tried_before_it_is_saved(system, ani, admin):
    subject = word()
    ticket_id, _ = opened(system, ani, subject, "please refund me")
    other_id, _ = opened(system, ani, subject + " second", "all is fine")
    tried = {"triggers": ["TicketOpened"], "actions": [{"setQueue": "billing"}], "groups": [
        {"match": "CONDITION_MATCH_ALL", "conditions": [
            {"field": "subject", "operator": "RULE_OPERATOR_CONTAINS", "values": [subject]},
            {"field": "interaction.text", "operator": "RULE_OPERATOR_CONTAINS",
             "values": ["REFUND"]}]}]}
    # What others opened before is left out: an answer shows no more than 100 misses.
    since = ani.ticket(ticket_id)["createTime"]
    matches, misses, token = [], [], ""
    while True:
        page = admin.post("/v1/rules:preview",
                          {"rule": tried, "fromTime": since, "pageToken": token})
        matches += [one["fact"]["ticketId"] for one in page.get("matches", [])]
        misses += [(one["fact"]["ticketId"], one["place"]) for one in page.get("misses", [])]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert matches == [ticket_id]
    assert (other_id, "groups[0].conditions[1]") in misses
    assert runs(ani.api, ticket_id) == []


def test_what_makes_no_sense_is_refused_by_its_place(admin):
    bad = {"name": "bad", "triggers": ["TicketOpened", "TicketEaten"], "requestId": uuid.uuid4().hex,
           "actions": [{"webhook": {"webhookId": "crm"}}, {"setQueue": "No Slug"}],
           "groups": [{"match": "CONDITION_MATCH_ANY", "conditions": [
               {"field": "colour", "operator": "RULE_OPERATOR_IS", "values": ["red"]}]}]}
    with pytest.raises(local.ApiError) as caught:
        admin.call("PUT", "/v1/rules/bad", bad)
    said = str(caught.value.problem)
    for place in ("triggers[1]", "groups[0].conditions[0].field", "actions[0].webhook.webhook_id",
                  "actions[1].set_queue.queue_id"):
        assert place in said
