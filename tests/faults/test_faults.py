"""Under load everything is killed, paused, wiped and trimmed, or restarted in an orderly way; then:
every acknowledged message is there once, every reply was delivered once, order is kept.

MUARA_FAULT_SEED orders the faults in another way; MUARA_FAULT_ROUNDS makes it longer.
"""

import glob
import email
import email.policy
import os
import threading
from collections import Counter

import pytest

from kit.customer import text_of
from kit.system import System, eventually

from actors import BusyAgent, ChatSender, MailSender
from breakage import Breakage
from history import all_pages, checkpoint_lags, dead_letters, log_problems, rows

SEED = int(os.environ.get("MUARA_FAULT_SEED", "20261"))
CHATTERS = int(os.environ.get("MUARA_FAULT_CHATTERS", "2"))
ROUNDS = int(os.environ.get("MUARA_FAULT_ROUNDS", "1"))


@pytest.fixture(params=["sqlite", "postgres"])
def system(request):
    running = System(request.param)
    yield running
    running.close()


def mails_to(system, address):
    """In the order of filing, the copies of one Message-ID counted once."""
    folder = os.path.join(system.stack.path("mail"), address)
    seen, texts = set(), []
    for path in sorted(glob.glob(os.path.join(glob.escape(folder), "*.eml"))):
        with open(path, "rb") as file:
            mail = email.message_from_binary_file(file, policy=email.policy.default)
        if mail["Message-ID"] not in seen:
            seen.add(mail["Message-ID"])
            texts.append(text_of(mail).splitlines()[0])
    return texts


def settled(system, api):
    """Nothing is on its way any more."""
    if checkpoint_lags(system.stack):
        return False
    waiting = rows(system.stack, "notification", "SELECT COUNT(*) FROM delivery WHERE state <= 2")
    return waiting == [[0]] and rows(system.stack, "routing",
                                     "SELECT COUNT(*) FROM assign_command") == [[0]]


def run_under(trouble, system):
    stop = threading.Event()
    mailers = [MailSender(system, stop, number) for number in range(3)]
    chatters = [ChatSender(system, stop, number) for number in range(CHATTERS)]
    agents = [BusyAgent(system, stop, name) for name in ("ani", "budi")]
    actors = mailers + chatters + agents
    for actor in actors:
        actor.start()
    breakage = Breakage(system, SEED)
    for _ in range(ROUNDS):
        trouble(breakage)
    stop.set()
    for actor in actors:
        actor.join(timeout=60)
        assert not actor.is_alive(), f"{type(actor).__name__} did not come to an end"
    assert not [problem for actor in actors for problem in actor.problems]
    return mailers, chatters, agents


@pytest.mark.parametrize("trouble", [Breakage.all_once, Breakage.restart_all],
                         ids=["breakage", "restarts"])
def test_nothing_is_lost_doubled_or_reordered(system, trouble):
    print("seed", SEED)
    mailers, chatters, agents = run_under(trouble, system)
    api = system.sign_in("admin")
    eventually(lambda: settled(system, api), limit_s=90, what="a quiet system")

    tickets = all_pages(api, "/v1/tickets", "tickets")
    stored = {ticket["id"]: all_pages(api, f"/v1/tickets/{ticket['id']}/interactions",
                                      "interactions") for ticket in tickets}
    inbound = Counter()
    for interactions in stored.values():
        assert [one["sequence"] for one in interactions] == list(range(1, len(interactions) + 1))
        for one in interactions:
            if one["direction"] == "DIRECTION_INBOUND":
                inbound[one["content"].get("text", "").split()[-1]] += 1

    # Every acknowledged message, exactly once.
    promised = [name for sender in mailers + chatters for name in sender.accepted]
    assert len(promised) > 20
    print(f"{len(promised)} messages acknowledged, {len(tickets)} tickets, "
          f"{sum(len(agent.resolved) for agent in agents)} resolved")
    assert not [name for name in promised if inbound[name] != 1]

    # Every reply delivered once, in the order written.
    replies = {ticket: texts for agent in agents for ticket, texts in agent.replies.items()}
    assert replies
    by_id = {ticket["id"]: ticket for ticket in tickets}
    for mailer in mailers:
        got = [text for text in mails_to(system, mailer.address) if text.startswith("reply-")]
        assert not [text for text, count in Counter(got).items() if count > 1]
        for ticket, texts in replies.items():
            if by_id[ticket]["contactName"] == mailer.address:
                assert [text for text in got if text in texts] == texts
    for chatter in chatters:
        chatter.listen_for(3)
        sequences = [sequence for sequence, _, _ in chatter.received]
        assert sequences == sorted(set(sequences))
        got = [text for _, _, text in chatter.received if text.startswith("reply-")]
        assert not [text for text, count in Counter(got).items() if count > 1]
        for ticket, texts in replies.items():
            if by_id[ticket]["contactName"] == chatter.name:
                assert [text for text in got if text in texts] == texts
        own = [one["content"]["text"] for interactions in stored.values() for one in interactions
               if one.get("conversation") == chatter.session and
               one["direction"] == "DIRECTION_INBOUND" and one["content"]["text"] in
               chatter.accepted]
        assert Counter(own) == Counter(chatter.accepted)

    # The logs are whole, nothing was given up, capacity is what the work says.
    assert not log_problems(system.stack)
    assert not dead_letters(system.stack)
    assert rows(system.stack, "routing", "SELECT COUNT(*) FROM offer o JOIN offer p ON "
                "o.work_item_id = p.work_item_id AND o.id < p.id AND o.status = 1 AND "
                "p.status = 1") == [[0]]
    for agent_id, used in rows(system.stack, "routing", "SELECT id, used FROM agent"):
        held = rows(system.stack, "routing", "SELECT COALESCE(SUM(weight), 0) FROM work_item "
                    f"WHERE agent_id = '{agent_id}' AND status IN (2, 3, 6)")
        assert held == [[used]], agent_id
