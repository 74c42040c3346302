"""Every path of the API with what nobody meant: each is answered by a success or by a problem that
has a reason, never by a fault of ours."""

import collections
import http.client
import json
import random
import urllib.parse

import pytest
from kit.customer import MailCustomer
from kit.system import eventually

# What changes who may do what, or ends our own session.
LEFT_OUT = ("Sessions_", "Accounts_", "ApiKeys_", "Me_", "Events_")
WORDS = ["", "x", "general", "0", "-1", "a" * 300, "ü😀", "' OR 1=1 --", "../..", "2026-11-22T00:00:00Z",
         "\u0000", "%00", "sha256:" + "0" * 64, "12s"]


def known_words(system, admin):
    """What is really there, so that calls get beyond "there is no such thing"."""
    for name in ("one", "two"):
        MailCustomer(system).write(f"Any input {name}", "Something to try everything on.")
    tickets = eventually(lambda: (lambda all: all if len(all) > 1 else None)(
        admin.get("/v1/tickets")["tickets"]), what="tickets")[:3]
    words = [ticket[name] for ticket in tickets for name in ("id", "contactId", "reference")]
    words += [admin.get(f"/v1/tickets/{tickets[0]['id']}/interactions")["interactions"][0]["id"]]
    return words + ["ani", "general", "mail", "priority", "TicketOpened", "subject", "UTC"]


class Values:
    """Values that fit a schema, and now and then do not."""

    def __init__(self, document, words, seed):
        self.schemas = document["components"]["schemas"]
        self.words = words
        self.random = random.Random(seed)

    def of(self, schema, depth=0):
        pick = self.random
        if pick.random() < 0.08:
            return pick.choice([None, [], {}, 7, True, "?", -1e300, [[]]])
        if "$ref" in schema:
            schema = self.schemas[schema["$ref"].rsplit("/", 1)[1]]
        for either in ("oneOf", "anyOf", "allOf"):
            if either in schema:
                return self.of(pick.choice(schema[either]), depth)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = pick.choice(kind)
        if "enum" in schema:
            return pick.choice(schema["enum"] + ["NONSENSE", 99])
        if kind == "object" or "properties" in schema:
            if depth > 4:
                return {}
            return {name: self.of(value, depth + 1)
                    for name, value in schema.get("properties", {}).items()
                    if pick.random() < 0.7}
        if kind == "array":
            return [self.of(schema.get("items", {}), depth + 1)
                    for _ in range(pick.choice([0, 1, 1, 2, 5]))]
        if kind == "boolean":
            return pick.choice([True, False])
        if kind in ("integer", "number"):
            return pick.choice([0, 1, 2, -1, 2**31 - 1, 2**31, -2**31, 2**63])
        return pick.choice(self.words if pick.random() < 0.6 else WORDS)


def call(system, token, method, path, body):
    connection = http.client.HTTPConnection(system.endpoints["gateway"], timeout=30)
    headers = {"Authorization": "Bearer " + token}
    if body is not None:
        headers["Content-Type"] = "application/json"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def operations(document):
    for path, verbs in document["paths"].items():
        for verb, operation in verbs.items():
            if not operation["operationId"].startswith(LEFT_OUT):
                yield path, verb.upper(), operation


def fill(path, operation, values):
    """The path with something in its places."""
    for one in operation["parameters"]:
        if one["in"] == "path":
            word = str(values.of(one["schema"])) or "x"
            path = path.replace("{" + one["name"] + "}", urllib.parse.quote(word, safe=""))
    return path


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_that_is_sent_is_our_fault(system, seed):
    admin = system.sign_in("admin")
    document = admin.get("/v1/openapi.json")
    values = Values(document, known_words(system, admin), seed)
    faults, taken = [], collections.Counter()
    for path, method, operation in operations(document):
        for _ in range(6):
            query = {one["name"]: str(values.of(one["schema"]))
                     for one in operation["parameters"]
                     if one["in"] == "query" and values.random.random() < 0.4}
            target = fill(path, operation, values)
            if query:
                target += "?" + urllib.parse.urlencode(query)
            body = None
            if "requestBody" in operation:
                content = operation["requestBody"]["content"]
                schema = content.get("application/json", {}).get("schema", {"type": "string"})
                body = json.dumps(values.of(schema))
            status, answer = call(system, admin.token, method, target, body)
            taken[operation["operationId"]] += status < 300
            if status >= 500 or (status >= 400 and not json.loads(answer).get("reason")):
                faults.append((method, target, body and body[:500], status, answer[:300]))
    assert not faults, "\n".join(map(str, faults[:20]))
    assert sum(count > 0 for count in taken.values()) > len(taken) / 6, taken
    # All of it is still there.
    eventually(lambda: admin.get("/v1/tickets"), what="an answer")
