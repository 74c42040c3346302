"""The rules of the tree. Each takes a path and its text and yields (line, reason)."""

import re

import rooms
from source import code_of, functions_of, strings_of

LINES_MAX = 400
MAIN_LINES_MAX = 60
FUNCTION_LINES_MAX = 60
BOOST_FILES_MAX = 4

BANNED_NAMES = re.compile(r"(?:^|[/_.-])(util|utils|common|manager|helper|helpers)(?=[/_.-])")
BANNED_EVERYWHERE = [
    (r"\b(?:sleep_for|sleep_until|usleep|nanosleep|sleep)\s*\(",
     "no sleeping: wait for the thing itself, up to a limit"),
    (r"\bstd::system\b|(?<![\w:.>])system\s*\(", "no shell: libs/testing/process.h starts programs"),
    (r"\bstd::regex\b|#\s*include <regex>", "std::regex runs out of stack on hostile input"),
    (r"\busing\s+namespace\s+std\s*;", "name what you use"),
    (r"\bthrow\b", "errors are values: Result<T>"),
    (r"\bGTEST_SKIP\b|\bDISABLED_\w", "a test runs or it goes"),
]
PRINTING = re.compile(r"\b(?:std::)?(?:printf|fprintf|puts|fputs)\s*\(|\bstd::(?:cout|cerr|clog)\b")
MARKERS = re.compile(r"\b(TODO|FIXME|XXX)\b")
CAST = re.compile(r"[\w$)'\"]::(text|int|int4|int8|integer|bigint|bytea|jsonb?|uuid|boolean|numeric"
                  r"|varchar|real|double|timestamptz?|regclass)\b", re.I)


def is_cpp(path):
    return path.endswith((".h", ".cpp"))


def is_test(path):
    """A test or what tests stand on: free of rooms, not of the other rules."""
    name = path.rsplit("/", 1)[-1]
    return (path.startswith("tests/") or path.startswith("libs/testing/") or
            re.search(r"_(test|fixture)\.(h|cpp)$", name) is not None or
            name.startswith("scripted_") or "/corpus/" in path)


def _lines(text, pattern, reason):
    for match in re.finditer(pattern, text):
        yield text.count("\n", 0, match.start()) + 1, reason


def names(path, text):
    found = BANNED_NAMES.search(path)
    if found:
        yield 1, f"'{found.group(1)}' says nothing: name the file by what is in it"


def size(path, text):
    count = text.count("\n")
    if is_cpp(path) or path.endswith((".py", ".proto", ".ts", ".tsx")):
        if count > LINES_MAX:
            yield LINES_MAX + 1, f"{count} lines: at most {LINES_MAX}, split it along a seam"
    if path.startswith("services/") and path.endswith("/main.cpp") and count > MAIN_LINES_MAX:
        yield MAIN_LINES_MAX + 1, f"{count} lines: a main has at most {MAIN_LINES_MAX}"


def function_size(path, text):
    if not is_cpp(path):
        return
    for line, count in functions_of(text):
        if count > FUNCTION_LINES_MAX:
            yield line, f"a function of {count} lines: at most {FUNCTION_LINES_MAX}"


def header(path, text):
    if not path.endswith(".h"):
        return
    if not text.startswith("//"):
        yield 1, "a header opens by saying what it is"
    if not re.search(r"^#pragma once$", text, re.M):
        yield 1, "a header has #pragma once"


def banned(path, text):
    if not is_cpp(path):
        return
    code = code_of(text)
    for pattern, reason in BANNED_EVERYWHERE:
        yield from _lines(code, pattern, reason)


def printing(path, text):
    if is_cpp(path) and not is_test(path) and not path.endswith("/main.cpp"):
        yield from _lines(code_of(text), PRINTING, "logs go through libs/log")


def markers(path, text):
    if not path.startswith("tests/tidy/"):
        yield from _lines(text, MARKERS, "do it, or say in ARCHITECTURE.md why not")


def casts(path, text):
    if not is_cpp(path):
        return
    for line, string in strings_of(text):
        if CAST.search(string):
            yield line, "SQLite reads `$1::text` as another parameter: CAST($1 AS TEXT)"


def includes(path, text):
    """Rooms, and the libraries that only one place may know."""
    if not is_cpp(path):
        return
    for number, line in enumerate(text.splitlines(), 1):
        ours = re.match(r'#include "((?:libs|services|muara|google)/[^"]+)"', line)
        if ours and not is_test(path):
            reason = rooms.check_include(path, ours.group(1))
            if reason:
                yield number, reason
        elif ours and _other_service(path, ours.group(1)):
            yield number, "no test includes another service"
        if "libs/testing/" in line and ours and not is_test(path):
            yield number, "libs/testing is for tests alone"


def _other_service(path, included):
    if not (path.startswith("services/") and included.startswith("services/")):
        return path.startswith("libs/") and included.startswith("services/")
    return rooms.room_of(path)[0] != rooms.room_of(included)[0]


def grpc(path, text):
    if is_cpp(path) and not path.startswith("libs/rpc/"):
        yield from _lines(text, r'(?m)^#include [<"]grpc', "gRPC's headers are for libs/rpc alone")


def hiredis(path, text):
    if is_cpp(path) and not path.startswith("libs/bus/"):
        yield from _lines(text, r'(?m)^#include [<"]hiredis', "Redis is reached by libs/bus alone")


_BOOST = r'(?m)^#include [<"]boost/(?:beast|asio)'


def boost(path, text):
    if is_cpp(path) and not path.endswith(".cpp"):
        yield from _lines(text, _BOOST, "25 s of CPU for every file that includes this header")
    if is_cpp(path) and not path.startswith("libs/http/"):
        yield from _lines(text, _BOOST, "Beast and Asio are for libs/http alone")


def boost_files(files):
    """Over the whole tree: (path, line, reason)."""
    users = [path for path, text in files.items()
             if path.startswith("libs/http/") and path.endswith(".cpp") and re.search(_BOOST, text)]
    for path in sorted(users)[BOOST_FILES_MAX:]:
        yield path, 1, f"{len(users)} files with Beast or Asio: at most {BOOST_FILES_MAX}"


RULES = {
    "names": names,
    "size": size,
    "function": function_size,
    "header": header,
    "banned": banned,
    "print": printing,
    "marker": markers,
    "cast": casts,
    "rooms": includes,
    "grpc": grpc,
    "hiredis": hiredis,
    "boost": boost,
}
