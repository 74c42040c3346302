"""Who gets which work, and when, over REST."""

import os
import subprocess
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timezone

import pytest
from kit.system import ROOT, eventually, local
from kit.work import work_item


def run_local(system, script, *words):
    return subprocess.run([os.path.join(ROOT, "deploy", "local", script), *words, "--folder",
                           system.folder], capture_output=True, text=True, check=True,
                          timeout=60).stdout


def seconds_between(first, second):
    return (datetime.fromisoformat(second[:26].rstrip("Z")) -
            datetime.fromisoformat(first[:26].rstrip("Z"))).total_seconds()


def test_a_requirement_relaxes_while_work_waits(ani, queue, moved):
    german = queue(requirements=[{"name": "german", "levelMin": 5,
                                  "rings": [{"afterSeconds": 2, "levelMin": 1}]}])
    item = moved(german)
    offer = ani.wait_offer(item["id"])
    assert seconds_between(item["enqueueTime"], offer["createTime"]) >= 2
    assert offer["why"] == "longest idle of 1 able agents"


def test_what_nobody_takes_moves_to_the_overflow_queue(ani, queue, moved):
    second = queue()
    first = queue(works=False, overflowSeconds=1, overflowQueueId=second)
    item = moved(first)
    offer = ani.wait_offer(item["id"])
    assert offer["queueId"] == second
    assert seconds_between(item["enqueueTime"], offer["createTime"]) >= 1
    ani.take(item["id"])
    assert work_item(ani, item["id"], queueId=second, homeQueueId=first)


def test_why_work_waits_is_said_now_and_for_the_past(ani, admin, system, queue, moved):
    german = queue(requirements=[{"name": "german", "levelMin": 5}])
    item = moved(german)
    then = item["enqueueTime"]

    def explain(**asked):
        return ani.api.get("/v1/routing:explain?" + urllib.parse.urlencode(asked))

    found = explain(workItemId=item["id"])  # an agent is told about itself
    assert [one["agentId"] for one in found["explanations"]] == ["ani"]
    assert found["explanations"][0]["hindrances"] == [
        {"code": "SKILL_MISSING", "detail": "needs german at 5, has 1"}]
    assert found["before"] == 0
    of_ani = explain(agentId="ani")
    assert item["id"] in [one["workItemId"] for one in of_ani["explanations"]]
    table = run_local(system, "explain", "--item", item["id"])
    assert "SKILL_MISSING needs german at 5, has 1" in " ".join(table.split())
    admin.call("PATCH", "/v1/agents/ani", {
        "updateFields": ["skills"], "skills": [{"name": "german", "level": 5}],
        "requestId": uuid.uuid4().hex})
    ani.take(item["id"])
    now, past = explain(workItemId=item["id"]), explain(workItemId=item["id"], time=then)
    assert now["explanations"][0]["hindrances"][0]["code"] == "NOT_WAITING"
    assert past["workItem"]["status"] == "WORK_ITEM_STATUS_QUEUED"
    assert past["explanations"][0]["hindrances"][0]["detail"] == "needs german at 5, has 1"
    refusals = [({"agentId": "budi"}, "NOT_YOURS"),
                ({"agentId": "ani", "time": then}, "work_item_id"),
                ({"workItemId": item["id"], "time": "2199-01-01T00:00:00Z"}, "time")]
    for asked, named in refusals:
        with pytest.raises(local.ApiError) as caught:
            explain(**asked)
        assert named in str(caught.value) + str(caught.value.problem)


def routing_numbers(system):
    """What the routing service tells of itself, by series."""
    url = f"http://{system.endpoints['ops.routing']}/metrics"
    with urllib.request.urlopen(url, timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    samples = (line.rpartition(" ") for line in lines if not line.startswith("#"))
    return {series: float(value) for series, _, value in samples}


def test_its_numbers_tell_how_offers_ended_and_who_is_there(ani, system, queue, moved):
    def ended(outcome):
        return numbers[f'muara_routing_offers_ended_total{{outcome="{outcome}",way="automatic"}}']

    numbers = routing_numbers(system)
    before = {outcome: ended(outcome) for outcome in ("accepted", "rejected")}
    waits_before = numbers.get(
        'muara_routing_accepted_wait_seconds_count{way="automatic"}', 0)
    declined, taken = moved(queue()), moved(queue())
    ani.reject(ani.wait_offer(declined["id"]))
    ani.take(taken["id"])
    numbers = routing_numbers(system)
    assert ended("rejected") == before["rejected"] + 1
    assert ended("accepted") == before["accepted"] + 1
    assert numbers[
        'muara_routing_accepted_wait_seconds_count{way="automatic"}'] == waits_before + 1
    there = 'muara_routing_agents{connection="live",status="available"}'
    eventually(lambda: routing_numbers(system)[there] >= 1, what="ani to be counted")
    eventually(lambda: routing_numbers(system)[
        'muara_routing_commands_waiting{command="assign"}'] == 0, what="all to be told")
    assert numbers["muara_routing_lanes_alarm"] == 0


def test_what_cannot_work_is_found(admin, system, queue):
    alone = queue(works=False)
    german = queue(requirements=[{"name": "klingon", "levelMin": 1}])
    found = {(one["code"], one["resource"]) for one in admin.get("/v1/routing:lint")["findings"]}
    assert ("QUEUE_WITHOUT_MEMBERS", f"queues/{alone}") in found
    assert ("NOBODY_HAS_SKILL", f"queues/{german}") in found
    assert "klingon at 1, of all who work on it" in run_local(system, "explain", "--lint")


def test_a_queues_settings_are_checked_and_named(admin):
    with pytest.raises(local.ApiError) as caught:
        admin.post("/v1/queues", {
            "id": "bad", "displayName": "Bad", "tier": 10, "holdBackSeconds": -1,
            "overflowSeconds": 5, "order": 9,
            "requirements": [{"name": "german", "levelMin": 2,
                              "rings": [{"afterSeconds": 60, "levelMin": 2}]}]})
    text = str(caught.value)
    for field in ("tier", "hold_back_seconds", "overflow_queue_id", "order", "requirements"):
        assert field in text, text


def test_work_that_has_ended_is_wrapped_up_by_its_agent(ani, queue, moved):
    item = moved(queue(wrapUpSeconds=600))
    ani.take(item["id"])
    eventually(lambda: ani.owns(item["id"]), what="the ticket to be ani's")
    ani.reply(item["id"], "Done")
    ani.resolve(item["id"])
    held = ani.seen()["used"]
    wrapping = eventually(
        lambda: work_item(ani, item["id"], status="WORK_ITEM_STATUS_WRAPPING"), what="the wrap-up")
    assert ani.seen()["used"] == held
    path = f"/v1/workItems/{item['id']}"

    def change(what):
        return ani.api.post(f"{path}:{what}", {"requestId": uuid.uuid4().hex})

    longer = change("extendWrapUp")
    assert seconds_between(wrapping["wrapUpUntilTime"], longer["wrapUpUntilTime"]) == 600
    with pytest.raises(local.ApiError, match="ALREADY_EXTENDED"):
        change("extendWrapUp")
    # Reopened meanwhile, it needs no offer to be in ani's hands again.
    ani.api.post(f"/v1/tickets/{item['id']}:reopen", {"requestId": uuid.uuid4().hex})
    back = eventually(
        lambda: work_item(ani, item["id"], status="WORK_ITEM_STATUS_ASSIGNED"), what="it back")
    assert back["reason"] == "REOPENED_WHILE_WRAPPING" and back["agentId"] == "ani"
    ani.resolve(item["id"])
    eventually(lambda: work_item(ani, item["id"], status="WORK_ITEM_STATUS_WRAPPING"),
               what="the second wrap-up")
    assert change("finishWrapUp")["status"] == "WORK_ITEM_STATUS_DONE"
    assert ani.seen()["used"] == held - item["weight"]


def test_a_wrap_up_ends_at_its_time(ani, queue, moved):
    item = moved(queue(wrapUpSeconds=1))
    ani.take(item["id"])
    eventually(lambda: ani.owns(item["id"]), what="the ticket to be ani's")
    ani.resolve(item["id"])
    done = eventually(lambda: work_item(ani, item["id"], status="WORK_ITEM_STATUS_DONE"),
                      what="its end")
    assert done["reason"] == "WRAP_UP_ENDED" and "wrapUpUntilTime" not in done


def test_what_would_have_been_is_told_and_changes_nothing(ani, admin, system, queue, moved):
    german = queue(requirements=[{"name": "german", "levelMin": 5}])
    begin = datetime.now(timezone.utc).isoformat()
    served, waits = moved(german), moved(german)
    admin.call("PATCH", "/v1/agents/ani", {
        "updateFields": ["skills"], "skills": [{"name": "german", "level": 5}],
        "requestId": uuid.uuid4().hex})
    ani.take(served["id"])
    end = datetime.now(timezone.utc).isoformat()

    def simulate(**asked):
        found = admin.post("/v1/routing:simulate", {"fromTime": begin, "toTime": end, **asked})
        return found, {one["queueId"]: one["measures"] for one in found["queues"]}[german]

    found, measures = simulate()
    assert measures["actual"]["items"] == 2
    assert measures["baseline"] == measures["changed"]
    assert found["changedItemCount"] == 0
    open_to_all = {"id": german, "updateFields": ["requirements"], "requirements": []}
    found, measures = simulate(queues=[open_to_all])
    assert measures["changed"]["longestWaitSeconds"] < measures["baseline"]["longestWaitSeconds"]
    changed = {one["workItemId"]: one for one in found["changedItems"]}
    assert changed[served["id"]]["changed"]["agentId"] == "ani"
    assert changed[served["id"]]["actual"]["agentId"] == "ani"
    assert simulate(queues=[open_to_all])[0] == found
    assert admin.get(f"/v1/queues/{german}")["requirements"][0]["levelMin"] == 5
    told = run_local(system, "simulate", "--from", begin, "--to", end, "--set",
                     f"queues/{german}.requirements=", "--add", "agents/eve", "--set",
                     f"agents/eve.queue_ids={german}")
    assert "service level" in told and waits["id"] in told and "eve" in told
    refusals = [(ani.api, {}, "NOT_ALLOWED"), (admin, {"toTime": "2199-01-01T00:00:00Z"}, "to_time"),
                (admin, {"agents": [{"id": "nobody", "updateFields": ["capacity"]}]}, "agents")]
    for who, asked, named in refusals:
        with pytest.raises(local.ApiError) as caught:
            who.post("/v1/routing:simulate", {"fromTime": begin, "toTime": end, **asked})
        assert named in str(caught.value) + str(caught.value.problem)


def test_what_waits_is_told_its_place_and_its_wait(ani, admin, queue, moved):
    mine = queue()
    admin.call("PATCH", "/v1/agents/ani", {
        "updateFields": ["capacity"], "capacity": 1, "requestId": uuid.uuid4().hex})
    try:
        items = [moved(mine)["id"] for _ in range(9)]

        def wait(item):
            return ani.api.get(f"/v1/workItems/{item}/wait")

        last = wait(items[-1])
        assert last["ableAgents"] == 1 and last["position"] == 8, "the first one is offered"
        assert last["unknownReason"] == "TOO_FEW_SERVED" and not last.get("estimatedWait")
        for item in items[:7]:
            ani.take(item)
            ani.resolve(item)
        ani.wait_offer(items[-2])
        told = wait(items[-1])
        assert told["position"] == 1 and told["method"] == "RECENT_PACE" and told["served"] >= 5
        assert told["estimatedWait"]["p50Seconds"] <= told["estimatedWait"]["p90Seconds"]
        ani.take(items[-2])
        ani.resolve(items[-2])
        ani.wait_offer(items[-1])
        found = eventually(lambda: (one := admin.get(f"/v1/queues/{mine}/calibration"))["count"]
                           and one, what="the comparison")
        assert found["count"] == 1
        with pytest.raises(local.ApiError, match="NOT_WAITING"):
            wait(items[-1])
    finally:
        admin.call("PATCH", "/v1/agents/ani", {
            "updateFields": ["capacity"], "capacity": 4, "requestId": uuid.uuid4().hex})


def test_a_queue_by_due_time_goes_by_what_its_tickets_are_promised(ani, admin, queue, moved):
    due = queue(order="QUEUE_ORDER_DUE_TIME")

    def promise(method, path, normal_s, **fields):
        kind = {"kind": "SLA_TARGET_KIND_RESOLUTION"}
        admin.call(method, path, {"requestId": uuid.uuid4().hex, **fields, "targets": [
            {**kind, "durationSeconds": normal_s},
            {**kind, "priority": "PRIORITY_URGENT", "durationSeconds": 1800}]})

    def is_promised(item, seconds):
        def promised():
            ticket, work = ani.api.get(f"/v1/tickets/{item}"), work_item(ani, item)
            told = ticket.get("nextDueTime")
            return (told and told == work.get("dueTime")
                    and seconds_between(ticket["createTime"], told) == pytest.approx(seconds, abs=1))
        eventually(promised, what=f"{seconds} s")

    def before(item):
        return ani.api.get(f"/v1/routing:explain?workItemId={item}")["before"]

    def set_capacity(units):
        admin.call("PATCH", "/v1/agents/ani", {
            "updateFields": ["capacity"], "capacity": units, "requestId": uuid.uuid4().hex})

    promise("POST", "/v1/slaPolicies", 7200, id=due, rules=[{"name": "mine", "queueIds": [due]}])
    ani.presence("AWAY")
    set_capacity(1)
    try:
        first, second, third = [moved(due)["id"] for _ in range(3)]
        is_promised(first, 7200)
        for later in (second, third):
            ani.api.call("PATCH", f"/v1/tickets/{later}", {
                "updateFields": ["priority"], "priority": "PRIORITY_URGENT",
                "requestId": uuid.uuid4().hex})
            is_promised(later, 1800)
        assert [before(item) for item in (first, second, third)] == [2, 0, 1]
        ani.presence("AVAILABLE")
        ani.take(second)
        promise("PATCH", f"/v1/slaPolicies/{due}", 600, updateFields=["targets"])
        is_promised(first, 600)
        assert [before(item) for item in (first, third)] == [0, 1]
        ani.resolve(second)
        ani.take(first)
        assert work_item(ani, third, status="WORK_ITEM_STATUS_QUEUED")
    finally:
        set_capacity(4)
        admin.call("DELETE", f"/v1/slaPolicies/{due}?requestId={uuid.uuid4().hex}")
