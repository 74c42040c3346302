"""Why work is where it is, in the terminal: see deploy/local/explain."""

import argparse
import os
import sys
import urllib.parse

from stack import ROOT, Api, ApiError, Stack


def table(head, rows):
    """Columns as wide as their widest cell, the last one as it is."""
    rows = [head, *rows]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head) - 1)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths)]
        print("  ".join([*cells, row[-1]]).rstrip())


def plain(word, prefix):
    return word.removeprefix(prefix).lower().replace("_", " ")


def tell_item(item, before):
    print(f"{item['ticketReference']}  {plain(item['status'], 'WORK_ITEM_STATUS_')} in "
          f"{item['queueId']}, {plain(item['channel'], 'CHANNEL_')}, weighs {item['weight']}, "
          f"priority {item['priority']}, since {item['enqueueTime']}"
          + (f", due {item['dueTime']}" if item.get("dueTime") else ""))
    if before is not None:
        print(f"{before} of its queue go before it")


def tell_agent(agent):
    skills = ", ".join(f"{one['name']} {one['level']}" for one in agent["skills"]) or "no skills"
    print(f"{agent['id']}  {plain(agent['status'], 'AGENT_STATUS_')} {agent['statusReason']}".rstrip()
          + f", {agent['used']} of {agent['capacity']} units, {skills}")


def explain(api, arguments):
    asked = {"workItemId": arguments.item, "agentId": arguments.agent, "time": arguments.time}
    query = urllib.parse.urlencode({name: value for name, value in asked.items() if value})
    found = api.get("/v1/routing:explain?" + query)
    print("As of " + found["time"])
    if found.get("workItem"):
        tell_item(found["workItem"], found.get("before"))
    if found.get("agent"):
        tell_agent(found["agent"])
    print()
    rows = []
    for one in found["explanations"]:
        first = one["workItemId"] if not arguments.item else one["agentId"]
        reasons = one["hindrances"] or [{"code": "-", "detail": "nothing keeps them apart"}]
        for number, reason in enumerate(reasons):
            rows.append((first if number == 0 else "", reason["code"], reason["detail"]))
    table(("work item" if not arguments.item else "agent", "rule", "why"), rows)
    counts = ", ".join(f"{one['count']} {one['code']}" for one in found["counts"])
    print(f"\nOf {found['lookedAt']} looked at: {counts or 'no rule keeps them apart'}"
          + (f"; {found['notListed']} are not listed" if found["notListed"] else ""))


def lint(api):
    found = api.get("/v1/routing:lint")["findings"]
    if not found:
        print("Nothing found: all work can reach somebody.")
        return
    table(("level", "what", "where", "why"),
          [(plain(one["level"], "ROUTING_FINDING_LEVEL_"), one["code"], one["resource"],
            one["detail"]) for one in found])


def main():
    parser = argparse.ArgumentParser(prog="deploy/local/explain")
    parser.add_argument("--item", help="the ticket's id")
    parser.add_argument("--agent")
    parser.add_argument("--time", help="a past moment: 2026-03-01T07:00:00Z")
    parser.add_argument("--lint", action="store_true")
    parser.add_argument("--folder", default=os.path.join(ROOT, ".muara"))
    arguments = parser.parse_args()
    if not (arguments.lint or arguments.item or arguments.agent):
        parser.error("--item, --agent or --lint is needed")
    stack = Stack(arguments.folder) if os.path.isdir(arguments.folder) else None
    credentials = stack and stack._load("credentials.json")
    if not credentials or not stack.process("gateway").pid():
        print("explain: nothing is running; start it with deploy/local/up", file=sys.stderr)
        return 1
    api = Api("http://" + stack.endpoints()["gateway"]).login(**credentials["admin"])
    if arguments.lint:
        lint(api)
    else:
        explain(api, arguments)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (ApiError, OSError) as failure:
        print(f"explain: {failure}", file=sys.stderr)
        sys.exit(1)
