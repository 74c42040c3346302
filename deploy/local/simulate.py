"""What would have been, in the terminal: see deploy/local/simulate."""

import argparse
import json
import os
import sys
from datetime import datetime, timedelta, timezone

from explain import table
from stack import ROOT, Api, ApiError, Stack

MEASURES = [("items", "items"), ("served", "served"), ("gone", "gone"), ("expired", "expired"),
            ("waiting", "still waiting"),
            ("meanWaitSeconds", "mean wait"), ("p50WaitSeconds", "p50 wait"),
            ("p90WaitSeconds", "p90 wait"), ("p99WaitSeconds", "p99 wait"),
            ("longestWaitSeconds", "longest wait"), ("serviceLevel", "service level")]


def camel(field):
    first, *rest = field.split("_")
    return first + "".join(word.capitalize() for word in rest)


def levels(text, level):
    return [{"name": name, level: int(number or 1)}
            for name, _, number in (word.partition(":") for word in text.split(",") if word)]


def value_of(field, text):
    """What a field of a request is, as it is written on the command line."""
    if field == "skills":
        return levels(text, "level")
    if field == "requirements":
        return levels(text, "levelMin")
    if field == "queue_ids":
        return [word for word in text.split(",") if word]
    if field == "order":
        return "QUEUE_ORDER_" + text.upper()
    if field == "balance":
        return "BALANCE_" + text.upper()
    return text if field == "overflow_queue_id" else int(text)


def named(changes, resource):
    """The change of "agents/ann", made where there is none yet."""
    kind, _, name = resource.partition("/")
    if kind not in ("agents", "queues") or not name:
        raise ValueError(f"'{resource}' is neither agents/ID nor queues/ID")
    of_kind = changes.setdefault(kind, [])
    for one in of_kind:
        if one["id"] == name:
            return one
    of_kind.append({"id": name, "updateFields": []})
    return of_kind[-1]


def changes_of(arguments, span):
    changes = {}
    if arguments.changes:
        with open(arguments.changes, encoding="utf-8") as file:
            changes = json.load(file)
    for resource in arguments.add:
        change = named(changes, resource)
        change["updateFields"].append("available")
        change["available"] = [span]
    for resource in arguments.remove:
        change = named(changes, resource)
        change["removed"] = True
    for text in arguments.set:
        target, equals, value = text.partition("=")
        resource, dot, field = target.partition(".")
        if not (equals and dot):
            raise ValueError(f"'{text}' is not agents/ID.FIELD=VALUE or queues/ID.FIELD=VALUE")
        change = named(changes, resource)
        change["updateFields"].append(field)
        change[camel(field)] = value_of(field, value)
    return changes


def shown(field, value, sign=""):
    if value is None:
        return "-"
    if field in ("serviceLevel", "occupancy"):
        return f"{value * 100:{sign}.1f} %"
    value = round(value, 1) + 0 if field.endswith("Seconds") else value  # no minus before a zero
    return f"{value:{sign}.1f} s" if field.endswith("Seconds") else f"{value:{sign}d}"


def tell_measures(title, compared):
    print(f"\n{title}")
    table(("", "really", "replayed", "changed", "difference"),
          [(name, *(shown(field, compared[run].get(field)) for run in
                    ("actual", "baseline", "changed")),
            shown(field, compared["difference"].get(field), "+")) for field, name in MEASURES])


def tell_agents(agents):
    print("\nagents")
    rows = []
    for one in agents:
        cells = []
        for field in ("served", "occupancy"):
            cells += [shown(field, one[run].get(field)) for run in ("actual", "baseline", "changed")]
        rows.append((one["agentId"], *cells))
    table(("agent", "served", "replayed", "changed", "occupancy", "replayed", "changed"), rows)


def end_of(end):
    fate = end["fate"].removeprefix("SIMULATED_FATE_").lower()
    return f"{end['agentId'] or fate} after {end['waitSeconds']:.1f} s"


def tell_items(found):
    items, count = found["changedItems"], found["changedItemCount"]
    print(f"\n{count} items go to somebody else or at another time")
    if items:
        table(("work item", "queue", "really", "replayed", "changed", "why"),
              [(one["workItemId"], one["queueId"], end_of(one["actual"]), end_of(one["baseline"]),
                end_of(one["changed"]), one["changed"]["why"]) for one in items])


def simulate(api, arguments):
    now = datetime.now(timezone.utc)
    span = {"fromTime": arguments.start or (now - timedelta(hours=24)).isoformat(),
            "toTime": arguments.end or now.isoformat()}
    asked = {**changes_of(arguments, span), **span, "changedItemsMax": arguments.items}
    if arguments.within is not None:
        asked["serviceLevelSeconds"] = arguments.within
    found = api.call("POST", "/v1/routing:simulate", asked, timeout_s=65)
    print(f"From {span['fromTime']} to {span['toTime']}")
    print(f"Offers are accepted after {found['acceptDelaySeconds']:.1f} s; how long work takes is "
          f"guessed for {found['workGuessedCount']} items")
    tell_measures("all", found["all"])
    for one in found["queues"] if len(found["queues"]) > 1 else []:
        tell_measures(f"queues/{one['queueId']}", one["measures"])
    tell_agents(found["agents"])
    tell_items(found)


def main():
    parser = argparse.ArgumentParser(prog="deploy/local/simulate")
    parser.add_argument("--from", dest="start", metavar="TIME",
                        help="2026-03-01T07:00:00Z; 24 hours ago by default")
    parser.add_argument("--to", dest="end", metavar="TIME", help="now by default")
    parser.add_argument("--within", type=int, metavar="SECONDS", help="seconds of the service level, 20 by default")
    parser.add_argument("--set", action="append", default=[], metavar="RESOURCE.FIELD=VALUE",
                        help="agents/ann.capacity=2, agents/ann.skills=german:3,french:1, "
                             "queues/billing.tier=1; again for more")
    parser.add_argument("--add", action="append", default=[], metavar="agents/ID",
                        help="an agent more, there all the time; --set says what she can")
    parser.add_argument("--remove", action="append", default=[], metavar="agents/ID",
                        help="without this agent")
    parser.add_argument("--changes", metavar="FILE", help="more of the request, as JSON")
    parser.add_argument("--items", type=int, default=20, metavar="N",
                        help="so many changed items are shown, 20 by default")
    parser.add_argument("--folder", default=os.path.join(ROOT, ".muara"),
                        help="where the running system is")
    arguments = parser.parse_args()
    stack = Stack(arguments.folder) if os.path.isdir(arguments.folder) else None
    credentials = stack and stack._load("credentials.json")
    if not credentials or not stack.process("gateway").pid():
        print("simulate: nothing is running; start it with deploy/local/up", file=sys.stderr)
        return 1
    api = Api("http://" + stack.endpoints()["gateway"]).login(**credentials["admin"])
    simulate(api, arguments)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ApiError, OSError, ValueError) as failure:
        print(f"simulate: {failure}", file=sys.stderr)
        sys.exit(1)
