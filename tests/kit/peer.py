"""Asks a service's gRPC port what every one answers: its health and its reflection. The messages
are so small that they are written and read as bytes."""

import re

import grpc

SERVING, NOT_SERVING = b"\x08\x01", b"\x08\x02"  # HealthCheckResponse.status


def _channel(address):
    return grpc.insecure_channel(address, options=[("grpc.enable_http_proxy", 0)])


def health(address):
    """The HealthCheckResponse for the whole server, or the code of the failure."""
    with _channel(address) as channel:
        try:
            return channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=5)
        except grpc.RpcError as error:
            return error.code()


def services(address):
    """The names of the services that reflection lists."""
    with _channel(address) as channel:
        listing = channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")
        answer = b"".join(listing(iter([b"\x3a\x00"]), timeout=5))  # list_services = ""
    return set(re.findall(r"[a-z]\w*(?:\.\w+)+\.[A-Z]\w+", answer.decode("latin-1")))
