"""C++ as text: what is code, what is comment, what is a string; and where functions begin and end."""

import re

_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<mark>[^(\s]*)\(.*?\)(?P=mark)"'
    r"|\"(?:\\.|[^\"\\\n])*\"|(?<![0-9A-Za-z_])'(?:\\.|[^'\\\n])+'", re.S)


def _blank(text):
    return re.sub(r"[^\n]", " ", text)


def code_of(text):
    """The text with comments and strings blanked; lines stay where they are."""
    return _TOKEN.sub(lambda match: _blank(match.group()), text)


def strings_of(text):
    """(line, text) of every string."""
    for match in _TOKEN.finditer(text):
        if match.group()[0] in '"R':
            yield text.count("\n", 0, match.start()) + 1, match.group()


def functions_of(text):
    """(first line, number of lines) of every function; a lambda counts with its function."""
    code = re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", lambda m: _blank(m.group()), code_of(text),
                  flags=re.M)
    scopes = []  # "scope", "function" or "other"; the last with the position of its start
    start = 0
    for match in re.finditer(r"[{};]", code):
        char, at = match.group(), match.start()
        if char == "{":
            scopes.append((_kind(code[start:at], scopes), start))
        elif char == "}" and scopes:
            kind, begin = scopes.pop()
            if kind == "function":
                begin += re.match(r"(?:\s|(?:public|private|protected):)*", code[begin:at]).end()
                first = code.count("\n", 0, begin) + 1
                yield first, code.count("\n", 0, at) + 2 - first
        if not any(kind == "function" for kind, _ in scopes) or char != ";":
            start = at + 1


def _kind(head, scopes):
    if any(kind != "scope" for kind, _ in scopes):
        return "other"
    head = head.strip()
    if re.match(r"(?:template\s*<.*>\s*)?(?:inline\s+)?(namespace|class|struct|enum|union|extern)\b",
                head, re.S) and not head.endswith(")"):
        return "scope"
    return "function" if "(" in head and not re.search(r"=\s*$", head) else "other"
