"""Who acts while things break: senders who insist as mail servers and chat pages do, agents who
answer what they are given, and a history of what each of them was promised."""

import json
import random
import smtplib
import socket
import threading
import time
import uuid
from email.message import EmailMessage

from kit.desk import Agent
from kit.system import local

from websocket import Closed, WebSocket  # beside the stack

PASSING = (429, 500, 502, 503, 504)


class Actor(threading.Thread):
    """Goes on until it is told to stop; what it could not finish it says in `problems`."""

    def __init__(self, stop):
        super().__init__(daemon=True)
        self.stop = stop
        self.problems = []

    def run(self):
        try:
            self.act()
        except Exception as error:  # a bug of the test or of the system: both must be seen
            self.problems.append(f"{type(self).__name__}: {error!r}")


class MailSender(Actor):
    """As a mail server: the same mail again and again until it was taken."""

    def __init__(self, system, stop, number):
        super().__init__(stop)
        self.address = f"sender{number}-{uuid.uuid4().hex[:6]}@example.org"
        self.at = system.endpoints["smtp"]
        self.accepted = []

    def act(self):
        host, port = self.at.split(":")
        while not self.stop.is_set():
            name = f"mail-{uuid.uuid4().hex}"
            mail = EmailMessage()
            mail["From"], mail["To"] = self.address, local.MAILBOX
            mail["Subject"], mail["Message-ID"] = name, f"<{name}@example.org>"
            mail.set_content(f"Question {name}")
            while not self._taken(host, int(port), mail):
                time.sleep(0.05)
            self.accepted.append(name)
            time.sleep(random.uniform(0.05, 0.2))

    def _taken(self, host, port, mail):
        try:
            with smtplib.SMTP(host, port, timeout=10) as smtp:
                smtp.send_message(mail)
                return True
        except smtplib.SMTPResponseException as error:
            assert 400 <= error.smtp_code < 500, error
            return False
        except smtplib.SMTPRecipientsRefused as error:
            assert all(400 <= code < 500 for code, _ in error.recipients.values()), error
            return False
        except (OSError, smtplib.SMTPException):
            return False


class ChatSender(Actor):
    """As the chat page: resends what was not acknowledged and resumes by sequence."""

    def __init__(self, system, stop, number):
        super().__init__(stop)
        self.at = system.endpoints["chat"]
        self.name = f"chatter{number}"
        self.session = self.token = ""
        self.sequence = 0
        self.accepted = []   # texts, in the order of their acknowledgement
        self.received = []   # (seq, id, text) of what we wrote to them
        self.socket = None

    def act(self):
        while not self.stop.is_set():
            text = f"chat-{uuid.uuid4().hex}"
            self._insist(uuid.uuid4().hex, text)
            self.accepted.append(text)
            self._listen(random.uniform(0.05, 0.2))
        # What is still on its way is fetched by the checker, with a new socket.

    def listen_for(self, limit_s):
        self._listen(limit_s)

    def _insist(self, cid, text):
        while True:
            try:
                self._open()
                self.socket.send(json.dumps({"type": "message", "cid": cid, "text": text}))
                while True:
                    frame = self._frame(5)
                    if frame["type"] == "ack" and frame["cid"] == cid:
                        return
                    if frame["type"] == "nack" and frame["cid"] == cid:
                        time.sleep(0.05)
                        break
            except (OSError, Closed, TimeoutError):
                self._drop()
                time.sleep(0.05)

    def _listen(self, limit_s):
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            try:
                self._open()
                self._frame(max(0.01, end - time.monotonic()))
            except TimeoutError:
                return
            except (OSError, Closed):
                self._drop()
                time.sleep(0.05)

    def _open(self):
        if self.socket:
            return
        self.socket = WebSocket(self.at, timeout_s=5)
        self.socket.send(json.dumps({
            "type": "hello", "session": self.session, "token": self.token, "name": self.name,
            "resume": {"seq": self.sequence}}))
        while True:
            frame = self._frame(5)
            if frame["type"] == "welcome":
                self.session, self.token = frame["session"], frame["token"] or self.token
                return
            assert frame["type"] in ("message", "resync", "error"), frame
            if frame["type"] == "error":
                raise Closed(1011)

    def _frame(self, limit_s):
        frame = json.loads(self.socket.receive(limit_s))
        if frame["type"] == "message":
            if frame["seq"] > self.sequence and frame["from"] == "agent":
                self.received.append((frame["seq"], frame["id"], frame["text"]))
            self.sequence = max(self.sequence, frame["seq"])
        if frame["type"] == "ack":
            self.sequence = max(self.sequence, frame["seq"])
        return frame

    def _drop(self):
        if self.socket:
            try:
                self.socket.close()
            except OSError:
                pass
        self.socket = None


class BusyAgent(Actor):
    """Accepts every offer and answers every ticket of theirs twice, insisting under one key."""

    def __init__(self, system, stop, name):
        super().__init__(stop)
        self.agent = Agent(system, name)
        self.name = name
        self.replies = {}  # ticket -> texts, in the order written
        self.resolved = []

    def act(self):
        self._insist(lambda: self.agent.presence("AVAILABLE"))
        while not self.stop.is_set():
            offers = self._insist(self.agent.offers) or []
            for offer in offers:
                self._serve(offer)
            time.sleep(0.05)

    def _serve(self, offer):
        ticket = offer["workItemId"]
        key = uuid.uuid4().hex
        accepted = self._insist(lambda: self.agent.api.post(
            f"/v1/offers/{offer['id']}:accept", {"requestId": key}))
        if not accepted:
            return  # it ran out meanwhile
        for number in (1, 2):
            text = f"reply-{number}-{uuid.uuid4().hex}"
            reply_key = uuid.uuid4().hex
            written = self._insist(lambda: self.agent.reply(ticket, text, requestId=reply_key))
            if written:
                self.replies.setdefault(ticket, []).append(text)
        # Frees the agent for the next one.
        resolve_key = uuid.uuid4().hex
        if self._insist(lambda: self.agent.api.post(f"/v1/tickets/{ticket}:resolve",
                                                    {"requestId": resolve_key})):
            self.resolved.append(ticket)

    def _insist(self, call):
        """Tries under the same key until it is done or refused for good (None)."""
        while True:
            try:
                return call()
            except local.ApiError as error:
                if error.status not in PASSING:
                    return None
            except (OSError, socket.timeout, ValueError):
                pass
            time.sleep(0.05)
