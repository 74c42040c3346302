"""Customers: one who writes mails with swaks and reads a mailbox, one who chats by WebSocket."""

import email
import email.policy
import glob
import json
import os
import re
import subprocess
import uuid

from .system import eventually, local

from websocket import WebSocket  # beside the stack


def swaks(server, sender, subject, body, to=local.MAILBOX, headers=(), data=None, protocol="SMTP"):
    """Sends a mail by the real client; its exit code and what the server said."""
    command = ["swaks", "--server", server, "--from", sender, "--to", to, "--protocol", protocol,
               "--timeout", "60"]
    if data is not None:
        command += ["--data", "-"]
    else:
        command += ["--header", f"Subject: {subject}", "--body", body]
        for header in headers:
            command += ["--header", header]
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout


class MailCustomer:
    """Writes to the support mailbox and reads what comes back."""

    def __init__(self, system, address=None):
        self.system = system
        self.address = address or f"sari.{uuid.uuid4().hex[:8]}@example.org"
        self.door = system.endpoints["smtp"]

    def write(self, subject, body, to=local.MAILBOX, headers=()):
        headers = [f"Message-Id: <{uuid.uuid4().hex}@example.org>", *headers]
        code, said = swaks(self.door, self.address, subject, body, to, headers)
        assert code == 0, said

    def answer(self, mail, body):
        """As a mail client does: to Reply-To, with the thread's headers and a quote."""
        quoted = "\n".join("> " + line for line in text_of(mail).splitlines())
        self.write("Re: " + mail["Subject"].removeprefix("Re: "),
                   f"{body}\n\nOn Mon, Mar 2, 2026 at 9:00 AM Muara Support wrote:\n{quoted}\n",
                   to=email.utils.parseaddr(str(mail["Reply-To"]))[1],
                   headers=[f"In-Reply-To: {mail['Message-ID']}",
                            f"References: {mail['Message-ID']}"])

    def mails(self):
        """All received, in order."""
        folder = os.path.join(self.system.stack.path("mail"), self.address)
        found = []
        for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.eml"))):
            with open(path, "rb") as file:
                found.append(email.message_from_binary_file(file, policy=email.policy.default))
        return found

    def wait_for(self, text, count=1):
        """The last of `count` mails with this text."""
        def matching():
            found = [mail for mail in self.mails() if text in text_of(mail)]
            return found if len(found) >= count else None
        return eventually(matching, what=f"a mail with '{text}'")[-1]


def text_of(mail):
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""


def link_in(mail):
    return re.search(r"http://\S+/s/\S+", text_of(mail)).group(0)


class ChatCustomer:
    """Chats by the documented protocol; keeps every message by its sequence."""

    def __init__(self, system, name="Sari"):
        self.system = system
        self.name = name
        self.session = ""
        self.token = ""
        self.sequence = 0
        self.messages = []
        self.socket = None

    def open(self):
        self.socket = WebSocket(self.system.endpoints["chat"])
        self._send({"type": "hello", "session": self.session, "token": self.token,
                    "name": self.name, "resume": {"seq": self.sequence}})
        welcome = self.receive("welcome")
        self.session, self.token = welcome["session"], welcome["token"] or self.token
        return self

    def close(self):
        self.socket.close()

    def _send(self, frame):
        self.socket.send(json.dumps(frame))

    def receive(self, kind, limit_s=20):
        """The next frame of this type; messages on the way are kept."""
        while True:
            frame = json.loads(self.socket.receive(limit_s))
            if frame["type"] == "message":
                self.messages.append(frame)
                self.sequence = max(self.sequence, frame["seq"])
            if frame["type"] == kind:
                return frame

    def say(self, text, cid=None):
        cid = cid or uuid.uuid4().hex
        self._send({"type": "message", "cid": cid, "text": text})
        ack = self.receive("ack")
        assert ack["cid"] == cid
        self.sequence = max(self.sequence, ack["seq"])
        return ack

    def wait_for(self, text):
        for message in self.messages:
            if text in message["text"]:
                return message
        while True:
            message = self.receive("message")
            if text in message["text"]:
                return message
