"""The log of facts as an integrator follows it: EventLog.Subscribe by a plain gRPC client."""

import base64
import hashlib
import hmac
import threading
import time
import uuid

import grpc
import pytest
from kit.customer import MailCustomer
from kit.system import eventually

SUBSCRIBE = "/muara.event.v1.EventLog/Subscribe"
PARTS = 16
SERVICE, AGENT = 8, 2  # muara.access.v1.Role


def varint(number):
    out = b""
    while number > 0x7f:
        out += bytes([number & 0x7f | 0x80])
        number >>= 7
    return out + bytes([number])


def token(system, role):
    """As muara.access.v1.Principal says, signed with the deployment's key."""
    with open(system.stack.path("secrets", "internal.keys"), encoding="utf-8") as keys:
        key = keys.readline().strip().encode()
    subject = b"services/reader"
    body = (b"\x0a" + varint(len(subject)) + subject + b"\x12\x01" + bytes([role]) +
            b"\x18" + varint(int((time.time() + 60) * 1e6)))

    def text(raw):
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
    return f"mp1.{text(body)}.{text(hmac.new(key, body, hashlib.sha256).digest())}"


def position_of(response):
    """SubscribeResponse{entry = LogEntry{position, envelope}}: the position comes first."""
    assert response[0] == 0x0a
    at = 1
    while response[at] & 0x80:
        at += 1
    at += 1
    assert response[at] == 0x08
    position, shift = 0, 0
    for byte in response[at + 1:]:
        position |= (byte & 0x7f) << shift
        shift += 7
        if not byte & 0x80:
            return position
    raise AssertionError("no position")


def subscribe(channel, system, part, role=SERVICE):
    request = b"\x08" + varint(part) + b"\x10\x01"  # from position 1
    return channel.unary_stream(SUBSCRIBE)(
        request, timeout=60, metadata=[("authorization", f"Bearer {token(system, role)}")])


def test_a_subscriber_gets_every_fact_from_the_first_on_and_then_lives_along(system):
    subject = f"Followed {uuid.uuid4().hex}"
    got = {part: [] for part in range(PARTS)}
    with grpc.insecure_channel(system.endpoints["grpc.ticket"],
                               options=[("grpc.enable_http_proxy", 0)]) as channel:
        calls = [subscribe(channel, system, part) for part in range(PARTS)]

        def follow(part):
            try:
                for response in calls[part]:
                    got[part].append(response)
            except grpc.RpcError as error:
                assert error.code() == grpc.StatusCode.CANCELLED, error

        threads = [threading.Thread(target=follow, args=(part,)) for part in range(PARTS)]
        for thread in threads:
            thread.start()
        MailCustomer(system).write(subject, "Hello")

        def seen():
            return any(subject.encode() in one for facts in got.values() for one in facts)
        eventually(seen, what="the new ticket's fact")
        for call in calls:
            call.cancel()
        for thread in threads:
            thread.join()
    for facts in got.values():
        assert [position_of(one) for one in facts] == list(range(1, len(facts) + 1))


def test_only_who_may_read_facts_subscribes(system):
    with grpc.insecure_channel(system.endpoints["grpc.ticket"],
                               options=[("grpc.enable_http_proxy", 0)]) as channel:
        with pytest.raises(grpc.RpcError) as caught:
            list(subscribe(channel, system, 0, role=AGENT))
        assert caught.value.code() == grpc.StatusCode.PERMISSION_DENIED
        with pytest.raises(grpc.RpcError) as caught:
            list(subscribe(channel, system, PARTS))
        assert caught.value.code() == grpc.StatusCode.INVALID_ARGUMENT
