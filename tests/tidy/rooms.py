"""Who may include whom. Everything not named here is refused."""

# libs: what each may include besides itself. `testing` is for tests alone.
LIBS = {
    "base": [],
    "blob": ["base"],
    "calendar": ["base"],
    "calendar_wire": ["base", "calendar"],
    "web": ["base"],
    "language": ["base"],
    "log": ["base"],
    "metrics": ["base"],
    "sql": ["base", "log", "metrics"],
    "rpc": ["base", "log", "metrics"],
    "http": ["base", "log", "metrics"],
    "bus": ["base", "log", "metrics", "sql"],
    "connector": ["base", "log", "metrics", "sql", "rpc", "bus"],
    "service": ["base", "log", "metrics", "sql", "rpc", "http", "bus", "connector"],
    "testing": ["base"],
}
# Libraries that may include generated messages.
LIBS_WITH_MESSAGES = ["calendar_wire", "rpc", "bus", "service", "connector"]


class Room:
    """What a room of a service may include besides itself: rooms, libs, and single headers."""

    def __init__(self, rooms=(), libs=(), headers=(), messages=False):
        self.rooms = rooms
        self.libs = libs
        self.headers = headers
        self.messages = messages


# domain <- {store, wire} <- app <- {rpc, events, http} <- main
ROOMS = {
    "domain": Room(libs=["base", "calendar", "language"]),
    "store": Room(rooms=["domain"], libs=["base", "calendar", "sql", "bus"]),
    # Time as a message is the one thing that wire takes from libs/rpc.
    "wire": Room(rooms=["domain"], libs=["base", "bus", "calendar", "calendar_wire"],
                 headers=["libs/rpc/timestamp.h"], messages=True),
    "app": Room(rooms=["domain", "store"],
                libs=["base", "blob", "calendar", "sql", "bus", "log", "metrics", "web"],
                headers=["wire/events.h", "wire/originals.h", "wire/past.h", "wire/rules.h",
                         "wire/words.h"]),
    "rpc": Room(rooms=["app", "domain", "wire"],
                libs=["base", "calendar", "calendar_wire", "rpc", "log"], messages=True),
    "events": Room(rooms=["app", "domain", "wire"],
                   libs=["base", "bus", "calendar", "calendar_wire", "rpc", "log", "metrics",
                         "language", "web"],
                   messages=True),
    "http": Room(rooms=["app", "domain", "wire", "rpc", "clients"],
                 libs=["base", "http", "rpc", "log", "metrics"], messages=True),
    # The gateway's ways to its neighbours.
    "clients": Room(rooms=["domain"], libs=["base", "rpc"]),
    # E-mail: reading, receiving and sending mails, each a leaf under app.
    "mime": Room(rooms=["domain"], libs=["base"]),
    "smtp": Room(rooms=["domain"], libs=["base", "log"]),
    "send": Room(rooms=["domain", "mime"], libs=["base"]),
}

# A connector has no facts: its app speaks the contract of connectors itself, with the core.
CONNECTOR_ROOMS = {
    "app": Room(rooms=["domain", "store", "wire", "mime", "smtp", "send"],
                libs=["base", "blob", "sql", "bus", "log", "metrics", "rpc"], messages=True),
}


def room_of(path):
    """(service, room) of a file under services/; the room of main.cpp and settings is ''."""
    parts = path.split("/")
    depth = 3 if parts[1] == "channels" else 2
    return "/".join(parts[:depth]), parts[depth] if len(parts) > depth + 1 else ""


def check_include(path, header):
    """Why this file may not include this header of ours, or None."""
    is_message = header.endswith(".pb.h")
    if path.startswith("libs/"):
        lib = path.split("/")[1]
        if is_message:
            return None if lib in LIBS_WITH_MESSAGES else f"libs/{lib} knows no messages"
        if header.startswith("services/"):
            return f"libs/{lib} may not know a service"
        other = header.split("/")[1]
        if other == lib or other in LIBS.get(lib, []):
            return None
        return f"libs/{lib} may not include libs/{other}"
    if path.startswith("tests/"):
        return "tests/ speak to services over the wire" if header.startswith("services/") else None
    return _check_service(path, header, is_message)


def _check_service(path, header, is_message):
    service, name = room_of(path)
    if header.startswith("services/"):
        other_service, other = room_of(header)
        if other_service != service:
            return f"{service} may not include {other_service}: services share proto/ and libs/"
    if name == "":
        return None  # main and settings make everything of their own service
    table = CONNECTOR_ROOMS if service.startswith("services/channels/") else {}
    room = table.get(name, ROOMS.get(name))
    if room is None:
        return f"'{name}' is no room: say in rooms.py what it may include"
    if is_message:
        return None if room.messages else f"{name} knows no messages: they end in wire"
    if header.startswith("libs/"):
        lib = header.split("/")[1]
        allowed = lib in room.libs or header in room.headers
        return None if allowed else f"{name} may not include libs/{lib}"
    inside = header[len(service) + 1:]
    if other == name or other in room.rooms or inside in room.headers:
        return None
    return f"{name} may not include {inside}"
