"""What is let through, and why. One that is no longer needed is reported too."""

# (rule, path, reason)
ALLOWANCES = [
    ("print", "libs/base/check.cpp", "the last words of a process: nothing else may work any more"),
    ("print", "libs/service/host.cpp", "why a service does not start is said to who started it"),
    ("boost", "libs/http/connections.h", "the inside of libs/http, included by its four files alone"),
    ("rooms", "services/gateway/app/topic_tail.h", "reads other services' facts as live news"),
    ("rooms", "services/gateway/app/live_whispers.h", "hears what others tell live as the same news"),
    ("rooms", "services/gateway/wire/people.h", "who signs in is a value of app: there is no such thing"),
    ("rooms", "services/channels/chat/http/visit.h", "a visitor who fell behind catches up from the store"),
    ("banned", "tests/load/journey.cpp", "the pace of the load is its input, not a wait for something"),
]
