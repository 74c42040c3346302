"""Erasing a person over REST: nothing of them is left, and what they did is still counted."""

import base64
import datetime
import os
import sqlite3
import subprocess
import urllib.parse
import urllib.request
import uuid

import pytest
from kit.customer import ChatCustomer, MailCustomer, link_in, swaks
from kit.system import eventually, local

OWN = ("ticket", "notification", "feedback", "routing", "gateway", "chat", "email")


def columns(database):
    """All pairs of table and column that can be read; full-text tables are read by their own."""
    tables = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    for table, sql in tables:
        if sql.upper().startswith("CREATE VIRTUAL"):
            continue
        for row in database.execute(f'PRAGMA table_info("{table}")'):
            yield table, row[1]


def rows_holding(system, word):
    """Of PostgreSQL: services that have a row with it."""
    found = []
    for service in OWN:
        dump = subprocess.run(
            ["pg_dump", "--data-only", "--inserts", system.stack.postgres_url(f"muara_{service}")],
            capture_output=True, check=True).stdout.decode(errors="replace").lower()
        if word in dump or word.encode().hex() in dump:
            found.append(service)
    return found


def files_holding(system, word):
    """Of SQLite: columns that hold it, and files that do, after what is in the WAL came home."""
    found = []
    for service in OWN:
        path = system.stack.path("data", service + ".db")
        database = sqlite3.connect(path, timeout=20)
        eventually(lambda: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0,
                   what="the checkpoint")
        for table, column in columns(database):
            query = (f'SELECT COUNT(*) FROM "{table}" WHERE '
                     f'INSTR(CAST("{column}" AS BLOB), CAST(? AS BLOB)) > 0')
            if database.execute(query, (word,)).fetchone()[0]:
                found.append(f"{service}.{table}.{column}")
        database.close()
        for suffix in ("", "-wal"):
            if not os.path.exists(path + suffix):
                continue
            with open(path + suffix, "rb") as file:
                if word.encode() in file.read():
                    found.append(service + ".db" + suffix)
    return found


def stores_holding(system, word):
    return (files_holding if system.stack.store == "sqlite" else rows_holding)(system, word)


def streams_holding(system, word):
    def redis(*command):
        port = str(system.stack.ports["redis"])
        return subprocess.run(["redis-cli", "-p", port, "--raw", *command],
                              capture_output=True, check=True).stdout

    streams = redis("KEYS", "ev:*").decode().split()
    return [one for one in streams if word.encode() in redis("XRANGE", one, "-", "+")]


def raw_mails_holding(system, word):
    found = []
    for folder, _, names in os.walk(system.stack.path("blobs")):
        for name in names:
            with open(os.path.join(folder, name), "rb") as file:
                if word.encode() in file.read():
                    found.append(name)
    return found


@pytest.fixture
def admin(system):
    return system.sign_in("admin")


def test_nothing_of_an_erased_person_is_left_and_their_numbers_stay(system, ani, admin):
    word = "qzcanary" + uuid.uuid4().hex[:8]
    customer = MailCustomer(system, f"sari.{word}@example.org")
    customer.write(f"Printer of {word}", f"It is me, {word}, from room 7.")
    ticket = ani.find_ticket(subject=f"Printer of {word}")
    ani.take(ticket["id"])
    ani.reply(ticket["id"], f"Dear {word}, we look into it.")
    eventually(lambda: [one for one in customer.mails() if "we look into it" in str(one)],
               what="the reply")
    ani.api.post(f"/v1/tickets/{ticket['id']}:note", {"text": f"{word} called"})
    ani.resolve(ticket["id"])
    contact = ticket["contactId"]
    admin.post(f"/v1/contacts/{contact}/notes", {"text": f"{word} is nice"})
    eventually(lambda: streams_holding(system, word), what="the facts in the streams")
    assert stores_holding(system, word), "the test looks where there is something"
    assert raw_mails_holding(system, word)
    eventually(lambda: admin.post("/v1/tickets:search", {"query": word})["hits"],
               what="the ticket in the index")

    with pytest.raises(local.ApiError) as caught:
        ani.api.post(f"/v1/contacts/{contact}:erase", {"reason": "asked for"})
    assert caught.value.reason == "NOT_ALLOWED"
    with pytest.raises(local.ApiError) as caught:
        admin.get(f"/v1/contacts/{contact}/erasure")
    assert caught.value.reason == "CONTACT_NOT_ERASED"
    asked = admin.post(f"/v1/contacts/{contact}:erase", {"reason": "asked for by letter"})
    assert asked["contactId"] == contact

    def done():
        proof = admin.get(f"/v1/contacts/{contact}/erasure")
        return proof if proof["state"] == "ERASURE_STATE_DONE" else None

    proof = eventually(done, what="the end of the erasure")
    assert proof["reason"] == "asked for by letter"
    assert len(proof["sha256"]) == 64
    counts = {one["kind"]: int(one["number"]) for one in proof["counts"]}
    assert counts["tickets"] == 1 and counts["points"] == 1 and counts["notes"] == 1
    assert counts["interactions"] >= 3
    assert proof["keptElsewhere"], "where the connector had the raw mail"

    eventually(lambda: not streams_holding(system, word), what="empty streams")
    # Neighbours erase theirs a moment later.
    eventually(lambda: not stores_holding(system, word), what=f"stores without {word}")
    assert not stores_holding(system, word[2:])
    eventually(lambda: not raw_mails_holding(system, word), what="raw mails without it")
    assert admin.post("/v1/tickets:search", {"query": word}).get("hits", []) == []

    left = admin.get(f"/v1/tickets/{ticket['id']}")
    assert left["reference"] == ticket["reference"] and left["subject"] == ""
    history = admin.get(f"/v1/tickets/{ticket['id']}/history")["entries"]
    assert history[0]["type"].endswith("TicketOpened") and word not in str(history)
    person = admin.get(f"/v1/contacts/{contact}")
    assert person["eraseTime"] and not person.get("points") and not person["displayName"]

    customer.write("Somebody new", "Hello again")
    again = ani.find_ticket(subject="Somebody new")
    assert again["contactId"] != contact and again["id"] != ticket["id"]


def answer(link, **fields):
    """What the page behind a survey's link does."""
    request = urllib.request.Request(
        link, data=urllib.parse.urlencode(fields).encode(), method="POST",
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    with urllib.request.urlopen(request, timeout=10) as page:
        return page.read()


def everywhere(system, admin, ani, word):
    """Puts the word of a person through every door there is; the ticket, and their contact."""
    customer = MailCustomer(system, f"sari.{word}@example.org")
    mail = "\r\n".join([
        f"From: Sari {word} <{customer.address}>", f"To: {local.MAILBOX}",
        f"Subject: Doors of {word}", f"Message-Id: <{word}.{uuid.uuid4().hex}@example.org>",
        f"References: <ref.{word}@example.org>", "MIME-Version: 1.0",
        "Content-Type: multipart/mixed; boundary=outer", "", "--outer",
        "Content-Type: multipart/alternative; boundary=inner", "", "--inner",
        "Content-Type: text/plain", "", f"It is me, {word}.", "--inner",
        "Content-Type: text/html", "", f"<p>It is <b>me</b>, {word}.</p>", "--inner--", "--outer",
        f'Content-Type: text/plain; name="{word}.txt"',
        f'Content-Disposition: attachment; filename="{word}.txt"', "", f"{word} inside", "--outer--",
        ""])
    code, said = swaks(customer.door, customer.address, "", "", data=mail)
    assert code == 0, said
    ticket = ani.find_ticket(subject=f"Doors of {word}")
    key, contact = ticket["id"], ticket["contactId"]
    ani.take(key)
    field = f"memo-{uuid.uuid4().hex[:8]}"
    admin.call("PUT", f"/v1/custom-fields/tickets/{field}", {
        "requestId": uuid.uuid4().hex, "label": "Memo", "type": "CUSTOM_FIELD_TYPE_TEXT"})
    ani.api.call("PATCH", f"/v1/tickets/{key}", {
        "requestId": uuid.uuid4().hex, "updateFields": ["fields"],
        "fields": [{"key": field, "text": word}]})
    ani.api.post("/v1/views", {"name": "One", "filter": {"fields": [
        {"key": field, "anyOf": [customer.address]}]}})
    ani.api.post(f"/v1/tickets/{key}:note", {"text": f"{word} called"})
    ani.api.post(f"/v1/tickets/{key}:flag", {"note": f"{word} is upset"})
    ani.reply(key, f"Dear {word}, we look into it.")
    ani.resolve(key)
    admin.post(f"/v1/contacts/{contact}/notes", {"text": f"{word} is nice"})
    table = (f"external_id,email,display_name\r\nx-{word},{customer.address},Sari {word}\r\n"
             f",not-an-address-{word},Sari {word}\r\n")
    imported = admin.post("/v1/contacts:import", {
        "requestId": uuid.uuid4().hex, "csv": base64.b64encode(table.encode()).decode()})
    assert int(imported["refused"]) == 1, imported
    ani.api.post("/v1/views", {"name": f"Mails of {customer.address}", "shared": False})
    today = datetime.date.today().isoformat()
    admin.call("PUT", f"/v1/recurring-tickets/r-{uuid.uuid4().hex[:8]}", {
        "requestId": uuid.uuid4().hex, "recurringTicket": {
            "unit": "RECURRENCE_UNIT_WEEK", "every": 52, "weekdays": [1], "timeOfDay": "00:00",
            "timeZone": "UTC", "startDate": today, "contactId": contact,
            "subject": f"Ask {word}", "text": f"{word} wants it", "queueId": "general"}})
    # Somebody asks for what is no id: that is kept of no reader.
    for path in (f"/v1/contacts/{word}", f"/v1/tickets/{word}"):
        with pytest.raises(local.ApiError):
            admin.get(path)
    admin.post("/v1/tickets:search", {"query": word})
    return customer, key, contact


def test_no_door_leaves_a_word_in_any_store(system, ani, admin):
    word = "qzdoors" + uuid.uuid4().hex[:8]
    customer, ticket, contact = everywhere(system, admin, ani, word)
    survey = eventually(lambda: [one for one in customer.mails() if "/s/" in str(one)],
                        what="the survey")[0]
    answer(link_in(survey), score=5, comment=f"{word} was happy")
    eventually(lambda: "feedback" in str(stores_holding(system, word)), what="the comment")
    admin.post(f"/v1/contacts/{contact}:erase", {"reason": "asked for by letter"})

    def done():
        proof = admin.get(f"/v1/contacts/{contact}/erasure")
        return proof if proof["state"] == "ERASURE_STATE_DONE" else None

    counts = {one["kind"]: int(one["number"])
              for one in eventually(done, what="the end of the erasure")["counts"]}
    assert counts["views"] == 2 and counts["recurring_tickets"] == 1
    eventually(lambda: not stores_holding(system, word), what=f"stores without {word}")
    eventually(lambda: not streams_holding(system, word), what="empty streams")
    assert admin.get(f"/v1/tickets/{ticket}")["id"] == ticket


def test_a_chat_forgets_an_erased_visitor_and_goes_on(system, ani, admin):
    word = "qzchat" + uuid.uuid4().hex[:8]
    chat = ChatCustomer(system, name=f"Sari {word}").open()
    chat.say(f"It is me, {word}")
    ticket = ani.find_ticket(subject=f"It is me, {word}")
    ani.take(ticket["id"])
    ani.reply(ticket["id"], f"Dear {word}, we look into it.")
    chat.wait_for("we look into it")
    ani.resolve(ticket["id"])
    assert any(one.startswith("chat.chat_message") or one == "chat"
               for one in stores_holding(system, word))
    admin.post(f"/v1/contacts/{ticket['contactId']}:erase", {"reason": "asked for by letter"})
    eventually(lambda: not stores_holding(system, word), what=f"stores without {word}")

    chat.say("Somebody new in the same chat")
    again = ani.find_ticket(subject="Somebody new in the same chat")
    assert again["contactId"] != ticket["contactId"]
    chat.close()
