"""A day at the desk in half a minute: see deploy/local/demo."""

import argparse
import collections
import hashlib
import json
import os
import random
import re
import smtplib
import sys
import threading
import time
import urllib.request
import uuid
from email.message import EmailMessage

from stack import MAILBOX, ROOT, Api, ApiError, Stack
from websocket import Closed, WebSocket

CASES = [
    ("en", "Where is my parcel?", "Hello, I ordered a lamp last week and it has not arrived yet. "
     "Could you tell me where it is?", "It left our warehouse yesterday and arrives tomorrow."),
    ("id", "Paket belum sampai", "Halo, paket saya belum sampai sejak minggu lalu. Mohon dibantu "
     "cek posisinya, terima kasih.", "Paket Anda sedang diantar kurir dan akan tiba hari ini."),
    ("en", "Refund for order 8841", "The cup arrived broken. I would like my money back, please.",
     "We are sorry! The refund is on its way to your card."),
    ("id", "Lupa kata sandi", "Saya tidak bisa masuk ke akun saya karena lupa kata sandi. Bagaimana "
     "cara menggantinya?", "Silakan klik 'Lupa kata sandi', tautannya sudah kami kirim."),
    ("en", "Wrong size", "The shoes are too small. Can I change them for a bigger pair?",
     "Of course. We have sent you a label for the way back."),
    ("id", "Tagihan ganda", "Kartu saya ditagih dua kali untuk pesanan yang sama. Tolong "
     "dikembalikan satu.", "Benar, itu kesalahan kami. Dana kembali dalam tiga hari."),
]
NAMES = ["Sari", "Tom", "Dewi", "Anna", "Joko", "Emma", "Rini", "Paul", "Agus", "Lucy"]
LOCK = threading.Lock()
BEGAN = time.monotonic()


def tell(who, what):
    with LOCK:
        print(f"{time.monotonic() - BEGAN:5.1f} s  {who:<24} {what}", flush=True)


def cut(text, size=60):
    line = " ".join(text.split())
    return line if len(line) <= size else line[:size - 1] + "…"


class Day:
    """What everyone shares: the system's doors and what has happened."""

    def __init__(self, stack):
        self.stack = stack
        self.at = stack.endpoints()
        self.counts = collections.Counter()
        self.over = threading.Event()

    def count(self, what):
        with LOCK:
            self.counts[what] += 1


def wait_for(condition, limit_s=40):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    return None


def by_mail(day, name, case):
    language, subject, question, _ = case
    address = f"{name.lower()}.{uuid.uuid4().hex[:4]}@example.org"
    mail = EmailMessage()
    mail["From"], mail["To"] = f"{name} <{address}>", MAILBOX
    mail["Subject"], mail["Message-ID"] = subject, f"<{uuid.uuid4().hex}@example.org>"
    mail.set_content(question + "\n\n-- \n" + name + "\n")
    host, port = day.at["smtp"].split(":")
    with smtplib.SMTP(host, int(port), timeout=20) as smtp:
        smtp.send_message(mail)
    tell(f"{name} (mail, {language})", "writes: " + cut(question))
    day.count("mails written")
    folder = day.stack.path("mail", address)

    def survey():
        for entry in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, entry), encoding="utf-8", errors="replace") as file:
                found = re.search(r"http://\S+/s/[\w-]+", file.read().replace("=\n", ""))
                if found:
                    return found.group(0)
        return None
    link = wait_for(survey)
    if not link:
        return tell(f"{name} (mail, {language})", "is still waiting at the end of the day")
    score = random.choice([5, 5, 4, 4, 3, 1])
    request = urllib.request.Request(link, data=f"score={score}".encode(), method="POST", headers={
        "Content-Type": "application/x-www-form-urlencoded"})
    urllib.request.urlopen(request, timeout=20).close()
    tell(f"{name} (mail, {language})", f"was answered, and gives {score} of 5")
    return day.count("scores by link")


def by_chat(day, name, case):
    language, _, question, _ = case
    socket = WebSocket(day.at["chat"])
    socket.send(json.dumps({"type": "hello", "session": "", "token": "", "name": name,
                            "resume": {"seq": 0}}))
    socket.send(json.dumps({"type": "message", "cid": uuid.uuid4().hex, "text": question}))
    tell(f"{name} (chat, {language})", "writes: " + cut(question))
    day.count("chats written")
    try:
        while True:
            frame = json.loads(socket.receive(40))
            if frame["type"] == "message" and frame.get("choices"):
                score = random.choice([5, 4, 4, 2])
                socket.send(json.dumps({"type": "message", "cid": uuid.uuid4().hex,
                                        "text": str(score)}))
                socket.receive(10)
                tell(f"{name} (chat, {language})", f"was answered, and gives {score} of 5")
                day.count("scores by chat")
                return
            if frame["type"] == "message" and frame["from"] == "agent":
                tell(f"{name} (chat, {language})", "reads: " + cut(frame["text"]))
    except (Closed, TimeoutError):
        tell(f"{name} (chat, {language})", "is still waiting at the end of the day")
    finally:
        socket.close()


def by_form(day, name, case):
    """Another system hands in a web form, with an API key."""
    _, subject, question, _ = case
    admin = Api("http://" + day.at["gateway"]).login(
        **day.stack._load("credentials.json")["admin"])
    key = admin.post("/v1/apiKeys", {"displayName": "web form", "roles": ["ROLE_INTEGRATOR"],
                                     "days": 1})
    form = Api("http://" + day.at["gateway"])
    form.token = key["secret"]
    form.post("/v1/interactions:submit", {"submissions": [{
        "idempotencyKey": uuid.uuid4().hex,
        "payloadDigest": hashlib.sha256(question.encode()).hexdigest(),
        "channel": "CHANNEL_API", "endpoint": "form",
        "sender": {"kind": "CONTACT_POINT_KIND_EMAIL", "displayName": name,
                   "value": f"{name.lower()}@example.org"},
        "content": {"subject": subject, "text": question}}]})
    tell(f"{name} (web form)", "writes: " + cut(question))
    day.count("forms handed in")
    admin.post(f"/v1/apiKeys/{key['apiKey']['id']}:revoke")


def at_the_desk(day, api, credentials):
    """An agent: takes what is offered, reads it, answers and resolves it."""
    who = f"{credentials['username']} (agent)"
    agent = f"/v1/agents/{credentials['agent_id']}"

    def be(status):
        api.call("PUT", agent + "/presence", {"status": f"AGENT_STATUS_{status}",
                                              "requestId": uuid.uuid4().hex})
    session = start_session(api, agent)
    threading.Thread(target=stay, daemon=True, args=(day, api, agent, session)).start()
    be("AVAILABLE")
    tell(who, "is available")
    while not day.over.is_set():
        for offer in api.get("/v1/offers").get("offers", []):
            try:
                serve(day, api, who, offer)
            except ApiError as error:
                tell(who, f"could not: {error}")
        time.sleep(0.2)
    be("OFFLINE")
    api.call("DELETE", f"{agent}/sessions/{session['id']}")


def start_session(api, agent):
    return api.post(agent + "/sessions", {"device": "demo", "requestId": uuid.uuid4().hex})


def stay(day, api, agent, session):
    """Who is not heard of gets nothing new, and is lost after a while. `session` is the current
    one: where it is over, as after a long sleep of this machine, another one begins."""
    while not day.over.wait(session["heartbeatSeconds"]):
        try:
            session.update(api.post(f"{agent}/sessions/{session['id']}:heartbeat"))
        except ApiError as error:
            if error.reason == "SESSION_NOT_FOUND":
                begin_again(api, agent, session)
        except OSError:
            continue  # tried again with the next one


def begin_again(api, agent, session):
    try:
        session.update(start_session(api, agent))
    except (ApiError, OSError):
        return  # tried again with the next heartbeat


def serve(day, api, who, offer):
    api.post(f"/v1/offers/{offer['id']}:accept")
    ticket = offer["workItemId"]
    wait_for(lambda: api.get(f"/v1/tickets/{ticket}").get("assigneeAgentId"))
    question = api.get(f"/v1/tickets/{ticket}/interactions")["interactions"][0]["content"]["text"]
    tell(who, f"takes {offer['ticketReference']}: {cut(offer['subject'], 40)}")
    time.sleep(random.uniform(0.3, 1.2))
    answer = next((one[3] for one in CASES if one[2][:30] in question), "Thank you for writing.")
    if offer["channel"] != "CHANNEL_API":
        api.post(f"/v1/tickets/{ticket}:reply", {"text": answer})
        tell(who, f"answers {offer['ticketReference']}: {cut(answer, 40)}")
    api.post(f"/v1/tickets/{ticket}:resolve")
    day.count("tickets resolved")


def main():
    parser = argparse.ArgumentParser(prog="deploy/local/demo")
    parser.add_argument("--customers", type=int, default=12, help="how many write (default: 12)")
    parser.add_argument("--folder", default=os.path.join(ROOT, ".muara"),
                        help="of the running system (default: .muara)")
    arguments = parser.parse_args()
    stack = Stack(arguments.folder) if os.path.isdir(arguments.folder) else None
    credentials = stack and stack._load("credentials.json")
    if not credentials or not stack.process("gateway").pid():
        print("demo: nothing is running; start it with deploy/local/up", file=sys.stderr)
        return 1
    day = Day(stack)
    desks = [threading.Thread(target=at_the_desk, daemon=True, args=(
                 day, Api("http://" + day.at["gateway"]).login(**one), one))
             for one in credentials["agents"] if one["role"] == "agent"]
    doors = [by_mail, by_chat, by_mail, by_chat, by_form]
    customers = []
    for desk in desks:
        desk.start()
    for number in range(arguments.customers):
        customers.append(threading.Thread(target=doors[number % len(doors)], daemon=True, args=(
            day, NAMES[number % len(NAMES)], CASES[number % len(CASES)])))
        customers[-1].start()
        time.sleep(random.uniform(0.2, 0.8))
    for customer in customers:
        customer.join()
    day.over.set()
    for desk in desks:
        desk.join()
    supervisor = next(one for one in credentials["agents"] if one["role"] == "supervisor")
    scores = Api("http://" + day.at["gateway"]).login(**supervisor).get("/v1/scores")
    print("\nThe day: " + ", ".join(f"{count} {what}" for what, count in day.counts.items()))
    print(f"CSAT of the last 30 days: {scores.get('csat', 0):.0%} of {scores.get('answered', 0)} "
          f"answers ({scores['csatFormula']}: fours and fives / answers)")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\ndemo: the day was cut short", file=sys.stderr)
        sys.exit(1)
    except (ApiError, OSError) as failure:
        print(f"demo: {failure}", file=sys.stderr)
        sys.exit(1)
