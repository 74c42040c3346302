"""Reads what the system made of it: through the API, and in the stores where the API shows no
more than it should."""

import sqlite3
import subprocess

from kit.system import local


def all_pages(api, path, field):
    items, token = [], ""
    while True:
        joint = "&" if "?" in path else "?"
        page = api.get(f"{path}{joint}pageSize=200&pageToken={token}")
        items += page.get(field, [])
        token = page.get("nextPageToken", "")
        if not token:
            return items


def rows(stack, service, sql):
    """What a service's store holds, as lists."""
    if stack.store == "sqlite":
        with sqlite3.connect(stack.path("data", service + ".db"), timeout=20) as store:
            return [list(row) for row in store.execute(sql)]
    url = stack.postgres_url(f"muara_{service}")
    out = subprocess.run(["psql", "-qtA", "-F", "\t", url, "-c", sql], check=True,
                         capture_output=True, text=True).stdout
    return [[int(field) if field.isdigit() else field for field in line.split("\t")]
            for line in out.splitlines()]


def log_problems(stack):
    """Positions must be dense in each part and versions gapless for each key."""
    problems = []
    for service in local.SERVICES:
        if service in ("email", "chat"):
            continue  # they tell no facts
        last_position, last_version = {}, {}
        entries = rows(stack, service,
                       "SELECT part, pos, key, key_version FROM event_log ORDER BY part, pos")
        for part, position, key, version in entries:
            if position != last_position.get(part, 0) + 1:
                problems.append(f"{service}: part {part} jumps to {position}")
            if version != last_version.get(key, 0) + 1:
                problems.append(f"{service}: a key jumps to version {version}")
            last_position[part], last_version[key] = position, version
    return problems


def checkpoint_lags(stack):
    """Facts that a consumer has not applied yet, by consumer and topic."""
    heads = {service: dict(rows(stack, service, "SELECT part, pos FROM part_head"))
             for service in ("ticket", "routing", "notification", "feedback")}
    lags = {}
    for consumer in heads:
        for topic, part, position in rows(stack, consumer,
                                          "SELECT topic, part, pos FROM checkpoint"):
            # "ticket/rules": how far the ticket service has followed itself.
            lag = heads[topic.split("/")[0]][part] - position
            if lag:
                lags[f"{consumer}<-{topic}"] = lags.get(f"{consumer}<-{topic}", 0) + lag
    return lags


def dead_letters(stack):
    return [one for service in ("ticket", "routing", "notification", "feedback")
            for one in rows(stack, service, "SELECT type, reason FROM dead_letter")]
