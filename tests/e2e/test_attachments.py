"""Files that come with messages: kept, what they are, seen by their ticket only, and sent back."""

import email.message
import hashlib
import json
import os
import urllib.error
import urllib.request
import uuid

import pytest

from kit.customer import MailCustomer, swaks
from kit.system import eventually, local

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def send_with_file(customer, subject, name, content, declared):
    mail = email.message.EmailMessage()
    mail["From"] = customer.address
    mail["To"] = local.MAILBOX
    mail["Subject"] = subject
    mail["Message-Id"] = f"<{uuid.uuid4().hex}@example.org>"
    mail.set_content("Please see the file.")
    mail.add_attachment(content, *declared.split("/"), filename=name)
    code, said = swaks(customer.door, customer.address, subject, "", data=mail.as_string())
    assert code == 0, said


def fetch(api, path):
    """The status, headers and bytes of a GET."""
    request = urllib.request.Request(api.base + path)
    request.add_header("Authorization", "Bearer " + api.token)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def upload(api, content, query="", declared="application/octet-stream"):
    request = urllib.request.Request(api.base + "/v1/attachments" + query, data=content,
                                     method="POST", headers={"Content-Type": declared})
    request.add_header("Authorization", "Bearer " + api.token)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def test_a_mailed_file_is_what_it_is_and_is_seen_by_its_ticket_only(system, ani):
    customer = MailCustomer(system)
    subject = f"Photo {uuid.uuid4().hex[:6]}"
    # Called a page by its sender; its bytes say otherwise.
    send_with_file(customer, subject, "kuitansi é.png", PNG, "text/html")
    ticket = ani.find_ticket(subject=subject)
    file = ani.interactions(ticket["id"])[0]["content"]["attachments"][0]
    assert file["sha256"] == hashlib.sha256(PNG).hexdigest()
    assert file["contentType"] == "image/png"
    assert file["fileName"] == "kuitansi é.png"
    assert int(file["sizeBytes"]) == len(PNG)

    path = f"/v1/tickets/{ticket['id']}/attachments/{file['sha256']}"
    status, headers, content = fetch(ani.api, path)
    assert status == 200 and content == PNG
    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''kuitansi%20%C3%A9.png" in headers["Content-Disposition"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]

    other = MailCustomer(system)
    other.write(f"Other {subject}", "No file here.")
    elsewhere = ani.find_ticket(subject=f"Other {subject}")
    status, _, body = fetch(ani.api, f"/v1/tickets/{elsewhere['id']}/attachments/{file['sha256']}")
    assert status == 404 and json.loads(body)["reason"] == "ATTACHMENT_NOT_FOUND"
    anonymous = local.Api(system.gateway)
    anonymous.token = "none"
    status, _, _ = fetch(anonymous, path)
    assert status == 401
    # Who fetched it is kept.
    reads = system.sign_in("admin").get(f"/v1/reads?resource={ticket['id']}")["reads"]
    assert any(one["method"].endswith("GetTicketAttachment") and one["reader"] == "agents/ani"
               for one in reads), reads


def test_an_agent_sends_a_file(system, ani):
    customer = MailCustomer(system)
    subject = f"Form {uuid.uuid4().hex[:6]}"
    customer.write(subject, "Which form?")
    ticket = ani.find_ticket(subject=subject)
    ani.take(ticket["id"])
    form = b"%PDF-1.7\n" + os.urandom(50_000)
    status, kept = upload(ani.api, form, "?fileName=formulir.pdf", "application/pdf")
    assert status == 200 and kept["contentType"] == "application/pdf"
    ani.reply(ticket["id"], "This one.", attachments=[kept])
    mail = customer.wait_for("This one.")
    sent = list(mail.iter_attachments())
    assert [one.get_filename() for one in sent] == ["formulir.pdf"]
    assert sent[0].get_content() == form
    eventually(lambda: ani.interactions(ticket["id"])[-1]["deliveryStatus"] ==
               "DELIVERY_STATUS_ACCEPTED", what="the reply's delivery")


def test_files_have_limits_and_are_named_by_what_was_uploaded(system, ani):
    customer = MailCustomer(system)
    subject = f"Limits {uuid.uuid4().hex[:6]}"
    customer.write(subject, "Hello")
    ticket = ani.find_ticket(subject=subject)
    largest = os.urandom(25 << 20)
    status, kept = upload(ani.api, largest, "?fileName=large.bin")
    assert status == 200 and int(kept["sizeBytes"]) == len(largest)
    ani.reply(ticket["id"], "Large", attachments=[kept])
    status, _, content = fetch(ani.api, f"/v1/tickets/{ticket['id']}/attachments/{kept['sha256']}")
    assert status == 200 and content == largest
    status, problem = upload(ani.api, largest + b"x")
    assert status == 413 and problem["reason"] == "BODY_TOO_LARGE"
    status, problem = upload(ani.api, b"x", "?fileName=" + "x" * 1001)
    assert status == 400 and problem["violations"][0]["field"] == "file_name"

    made_up = {"reference": "sha256:" + "0" * 64, "fileName": "a"}
    with pytest.raises(local.ApiError) as refused:
        ani.reply(ticket["id"], "No", attachments=[made_up])
    assert refused.value.reason == "ATTACHMENT_NOT_FOUND"
    assert "attachments[0]" in refused.value.problem["detail"]
