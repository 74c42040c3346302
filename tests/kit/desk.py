"""Agents at the desk: the REST API and the live events of one person."""

import json
import socket
import threading
import urllib.request
import uuid

from .system import eventually, local

ApiError = local.ApiError


class Events(threading.Thread):
    """Follows GET /v1/events; what came is kept in order, with the last id for going on."""

    def __init__(self, api, last_id=None, query=""):
        super().__init__(daemon=True)
        self.events = []
        self.last_id = last_id
        self._request = urllib.request.Request(api.base + "/v1/events" + query)
        self._request.add_header("Authorization", "Bearer " + api.token)
        if last_id:
            self._request.add_header("Last-Event-ID", last_id)
        self._answer = urllib.request.urlopen(self._request, timeout=60)
        self.start()
        eventually(lambda: self.last_id, what="the first event id")

    def run(self):
        event = {}
        try:
            for raw in self._answer:
                line = raw.decode().rstrip("\n").rstrip("\r")
                if not line:
                    if "data" in event:
                        self.events.append({"event": event.get("event"),
                                            **json.loads(event["data"])})
                    self.last_id = event.get("id", self.last_id)
                    event = {}
                elif not line.startswith(":"):
                    name, _, value = line.partition(":")
                    event[name] = value.removeprefix(" ")
        except (OSError, ValueError, AttributeError):
            return

    def close(self):
        # The reader is blocked in a read: end the connection under it.
        self._answer.fp.raw._sock.shutdown(socket.SHUT_RDWR)
        self.join()

    def of(self, name, **where):
        """Events of this short fact name whose data has these ids."""
        def fits(event):
            text = json.dumps(event)
            return event["type"].endswith("." + name) and all(
                value in text for value in where.values())
        return [event for event in self.events if fits(event)]

    def wait(self, name, **where):
        return eventually(lambda: self.of(name, **where), what=f"the event {name}")[0]


class Heartbeats(threading.Thread):
    """Tells that a session is still there, until it is stopped; one that is over is followed by
    another one."""

    def __init__(self, api, agent, session, every_s=1):
        super().__init__(daemon=True)
        self._api, self._every_s = api, every_s
        self._sessions = f"/v1/agents/{agent}/sessions"
        self.session = session
        self._stopped = threading.Event()
        self.start()

    def run(self):
        while not self._stopped.wait(self._every_s):
            try:
                self._beat()
            except (ApiError, OSError):
                continue  # tried again with the next one

    def _beat(self):
        try:
            self._api.post(f"{self._sessions}/{self.session}:heartbeat")
        except ApiError as error:
            if error.reason != "SESSION_NOT_FOUND":
                raise
            self.session = self._api.post(self._sessions, {"requestId": uuid.uuid4().hex})["id"]

    def stop(self):
        self._stopped.set()
        self.join()


class Agent:
    """One signed-in agent."""

    def __init__(self, system, name):
        self.name = name
        self.api = system.sign_in(name)

    def presence(self, status, reason=""):
        wish = {"status": f"AGENT_STATUS_{status}", "reason": reason,
                "requestId": uuid.uuid4().hex}

        def said():
            try:
                return self.api.call("PUT", f"/v1/agents/{self.name}/presence", wish)
            except ApiError as error:  # routing was just started anew
                if error.reason != "PEER_UNAVAILABLE":
                    raise
        return eventually(said, what="presence")

    def start_session(self, device=""):
        return self.api.post(f"/v1/agents/{self.name}/sessions", {
            "device": device, "requestId": uuid.uuid4().hex})["id"]

    def heartbeats(self, session="default"):
        return Heartbeats(self.api, self.name, session)

    def seen(self):
        return self.api.get(f"/v1/agents/{self.name}")

    def wait_connection(self, connection, limit_s=20):
        wanted = f"AGENT_CONNECTION_{connection}"
        return eventually(lambda: self.seen()["connection"] == wanted, limit_s,
                          what=f"{self.name} to be {connection}")

    def offers(self):
        return self.api.get("/v1/offers").get("offers", [])

    def wait_offer(self, ticket_id=None):
        def mine():
            return [one for one in self.offers() if ticket_id in (None, one["workItemId"])]
        return eventually(mine, what=f"an offer to {self.name}")[0]

    def accept(self, offer):
        return self.api.post(f"/v1/offers/{offer['id']}:accept")

    def reject(self, offer):
        return self.api.post(f"/v1/offers/{offer['id']}:reject")

    def take(self, ticket_id):
        """Waits for the ticket's offer, accepts it and waits until the ticket is ours."""
        self.accept(self.wait_offer(ticket_id))
        return eventually(lambda: self.owns(ticket_id), what="the assignment")

    def owns(self, ticket_id):
        ticket = self.ticket(ticket_id)
        return ticket if ticket.get("assigneeAgentId") == self.name else None

    def ticket(self, ticket_id):
        return self.api.get(f"/v1/tickets/{ticket_id}")

    def interactions(self, ticket_id):
        return self.api.get(f"/v1/tickets/{ticket_id}/interactions").get("interactions", [])

    def reply(self, ticket_id, text, **fields):
        return self.api.post(f"/v1/tickets/{ticket_id}:reply", {"text": text, **fields})

    def resolve(self, ticket_id):
        return self.api.post(f"/v1/tickets/{ticket_id}:resolve")

    def wait_status(self, ticket_id, status):
        wanted = f"TICKET_STATUS_{status}"
        return eventually(lambda: self.ticket(ticket_id)["status"] == wanted and
                          self.ticket(ticket_id), what=f"the status {status}")

    def find_ticket(self, **where):
        """The newest ticket whose fields contain these texts."""
        def fitting():
            tickets = self.api.get("/v1/tickets").get("tickets", [])
            return [one for one in tickets
                    if all(value in str(one.get(name)) for name, value in where.items())]
        return eventually(fitting, what=f"a ticket with {where}")[0]
