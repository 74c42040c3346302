"""The gateway's REST API as a person with a program would use it."""

import json
import urllib.error
import urllib.request


class ApiError(Exception):
    """What the gateway answered instead of success."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem.get('reason')}: {problem.get('detail')}")
        self.status = status
        self.problem = problem
        self.reason = problem.get("reason")


class Api:
    """The REST API as one signed-in person."""

    def __init__(self, base):
        self.base = base
        self.token = None

    def login(self, username, password, **_):
        self.token = self.call("POST", "/v1/sessions",
                               {"username": username, "password": password})["token"]
        return self

    def call(self, method, path, body=None, headers=None, timeout_s=30):
        request = urllib.request.Request(
            self.base + path, method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json", **(headers or {})})
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            try:
                problem = json.loads(error.read())
            except ValueError:
                problem = {}
            raise ApiError(error.code, problem) from None

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None, **headers):
        return self.call("POST", path, body or {}, headers)

    def ensure(self, path, body, request_id):
        """Made, or there already."""
        try:
            self.call("POST", path, {**body, "requestId": request_id})
        except ApiError as error:
            if error.status != 409:
                raise
