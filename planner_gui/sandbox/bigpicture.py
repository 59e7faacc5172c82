"""The pretend BigPicture: a site on the Data Center of the company, and a Cloud site of Labs.

The Data Center answers bare, as the older documents read, at the newer base path (or, by the fault "old-base", only at
the older one), and wants a JSESSIONID beside the token. The Cloud wraps every answer in `cargo` and can move
(fault "relocate"): its old place then answers 401, and where-am-i names the new one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from planner_gui.sandbox.bigpicture_records import AGGREGATIONS, EFFORT_MODES, FIELDS, Site
from planner_gui.sandbox.faults import Faults
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.web import Handler, Json, Refused, Service, answer, body_of, day_of, object_of

NEW_BASE = "/jira/rest/bigpicture/1.0"
OLD_BASE = "/jira/rest/softwareplant-bigpicture/1.0"
SESSION = "/jira/rest/auth/1/session"
CLOUD = "/bp-cloud"
WHERE_AM_I = f"{CLOUD}/cloudmanager/bigpicture/where-am-i"
PLACES = ("101", "202")
REFUSED_TOKEN = "API token is missing or invalid"  # noqa: S105 - the vendor's words, no token


class _BigPicture(Service):
    """What both flavours share: everything below the base path."""

    def __init__(self, name: str, site: Site, secret: str, faults: Faults) -> None:
        self._site = site
        self._secret = secret
        self._faults = faults
        super().__init__(name, "bigpicture")

    def bases(self) -> Sequence[str]:
        """The base paths under which the routes are found."""
        raise NotImplementedError

    def wrapped(self, data: object) -> Response:
        """`data` in the flavour's envelope."""
        raise NotImplementedError

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        ppm: tuple[tuple[str, str, Handler], ...] = (
            ("GET", "/resources/{individual}/absences", self._absences),
            ("POST", "/resources/{individual}/absences", self._add),
            ("PUT", "/resources/{individual}/absences", self._replace),
            ("DELETE", "/resources/{individual}/absences", self._delete),
            ("GET", "/teams", self._teams),
            ("GET", "/boxarea/resourcetaskassignment/{box}/", self._assignments),
            ("GET", "/boxarea/task/{task}/boxes", self._boxes),
            ("GET", "/boxarea/task/{task}/field/aggregations", self._aggregation),
            ("GET", "/box/field/definition", self._definition),
            ("POST", "/box/{box}/selectedFields", self._selected),
            ("GET", "/box/box-hierarchy", self._hierarchy),
            ("GET", "/box/box-types", self._types),
        )
        return [(method, f"{base}/public/ppm{path}", handler) for base in self.bases() for method, path, handler in ppm]

    def authorise(self, request: Request) -> None:
        if request.headers.get("authorization") not in {f"APIToken {self._secret}", f"Bearer {self._secret}"}:
            raise Refused(401, REFUSED_TOKEN)

    def refusal(self, status: int, message: str) -> Response:
        return answer({"statusCode": status, "message": message if status != 401 else REFUSED_TOKEN}, status)

    async def _absences(self, request: Request) -> Response:
        return self.wrapped(self._site.absences.of(request.path_params["individual"]))

    async def _add(self, request: Request) -> Response:
        body = await object_of(request)
        return self.wrapped(self._site.absences.add(request.path_params["individual"], body))

    async def _replace(self, request: Request) -> Response:
        start = day_of(request.query_params.get("startDate"), "startDate")
        body = await object_of(request)
        return self.wrapped(self._site.absences.replace(request.path_params["individual"], start, body))

    async def _delete(self, request: Request) -> Response:
        start = day_of(request.query_params.get("startDate"), "startDate")
        self._site.absences.delete(request.path_params["individual"], start)
        return Response(status_code=204)

    async def _teams(self, request: Request) -> Response:
        boxes = request.query_params.getlist("boxIds")
        if not boxes:
            raise Refused(400, "boxIds is required")
        return self.wrapped(self._site.teams_of(boxes))

    async def _assignments(self, request: Request) -> Response:
        query, company = request.query_params, self._site.company
        mode = query.get("taskEffortMode", "ORIGINAL_EFFORT_ESTIMATE")
        if mode not in EFFORT_MODES:
            raise Refused(400, f"taskEffortMode must be one of {', '.join(EFFORT_MODES)}")
        start = _optional(query.get("startDate"), "startDate", company.start)
        end = _optional(query.get("endDate"), "endDate", company.end)
        if end < start:
            raise Refused(400, "endDate is before startDate")
        return self.wrapped(self._site.assignments(request.path_params["box"], start, end, mode))

    async def _boxes(self, request: Request) -> Response:
        return self.wrapped(self._site.boxes_of(self._site.task(request.path_params["task"])))

    async def _aggregation(self, request: Request) -> Response:
        task, query = self._site.task(request.path_params["task"]), request.query_params
        wanted = query.get("fieldId")
        if wanted not in {str(field[name]) for field in FIELDS for name in ("fieldId", "fieldName")}:
            raise Refused(400, "fieldId is missing or unknown")
        if query.get("aggregationType") not in AGGREGATIONS:
            raise Refused(400, f"aggregationType must be one of {', '.join(AGGREGATIONS)}")
        if box := query.get("boxId"):
            self._site.box(box)
        return self.wrapped({"value": sum(hours for _, hours in task.hours) + 0.5})

    async def _definition(self, request: Request) -> Response:
        return self.wrapped(FIELDS)

    async def _selected(self, request: Request) -> Response:
        body = await body_of(request)
        if not isinstance(body, dict) or not isinstance(body.get("fieldIds"), list):
            raise Refused(400, "fieldIds is required")
        return self.wrapped(self._site.field_values(request.path_params["box"], body["fieldIds"]))

    async def _hierarchy(self, request: Request) -> Response:
        return _enveloped(self._site.hierarchy(self._site.root))  # documented so, whatever the flavour

    async def _types(self, request: Request) -> Response:
        return self.wrapped([{"boxTypeId": 1, "name": "Program"}, {"boxTypeId": 2, "name": "Team"}])


class BigPictureServer(_BigPicture):
    """The Data Center site."""

    def __init__(self, organisation: Organisation, secret: str, faults: Faults) -> None:
        self._session = hashlib.sha256(secret.encode()).hexdigest()[:32].upper()
        super().__init__("bigpicture", Site(organisation, labs=False), secret, faults)

    def connection(self, base_url: str) -> Json:
        options = {"flavour": "server", "cookie": "yes"}
        secret = f"{self._secret}\n{self._session}"
        return {"kind": self.kind, "name": self.name, "url": f"{base_url}/jira", "options": options, "secret": secret}

    def bases(self) -> Sequence[str]:
        return NEW_BASE, OLD_BASE

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        return (*super().routes(), ("POST", SESSION, self._log_in))

    def authorise(self, request: Request) -> None:
        if request.url.path == SESSION:
            return
        served = OLD_BASE if self._faults.holds(self.name, "old-base") else NEW_BASE
        if not request.url.path.startswith(served + "/"):
            raise Refused(404, "There is nothing at this address")
        super().authorise(request)
        if request.cookies.get("JSESSIONID") != self._session:
            raise Refused(401, REFUSED_TOKEN)

    def wrapped(self, data: object) -> Response:
        return answer(data)

    async def _log_in(self, request: Request) -> Response:
        """Jira's own way to a JSESSIONID; the password is the token."""
        body = await object_of(request)
        if body.get("username") != "planner" or body.get("password") != self._secret:
            return answer({"errorMessages": ["Login failed"], "errors": {}}, 401)
        return answer({"session": {"name": "JSESSIONID", "value": self._session}})


class BigPictureCloud(_BigPicture):
    """The Cloud site of Labs, which knows where it is."""

    def __init__(self, organisation: Organisation, secret: str, faults: Faults, base_url: str) -> None:
        self._base_url = base_url
        super().__init__("bigpicture-labs", Site(organisation, labs=True), secret, faults)

    def connection(self, base_url: str) -> Json:
        options = {"flavour": "cloud", "scheme": "Bearer", "site": "labs", "cloud-manager": f"{base_url}{WHERE_AM_I}"}
        url = f"{base_url}{CLOUD}"
        return {"kind": self.kind, "name": self.name, "url": url, "options": options, "secret": self._secret}

    def bases(self) -> Sequence[str]:
        return [f"{CLOUD}/bigpicture/jiracloud/{place}/rest" for place in PLACES]

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        return (*super().routes(), ("GET", WHERE_AM_I, self._where))

    def authorise(self, request: Request) -> None:
        path = request.url.path
        if path != WHERE_AM_I and f"/jiracloud/{self._place()}/" not in path:
            raise Refused(401, REFUSED_TOKEN)  # the documented answer of a server that was moved away from
        super().authorise(request)

    def wrapped(self, data: object) -> Response:
        return _enveloped(data)

    def _place(self) -> str:
        return PLACES[self._faults.holds(self.name, "relocate")]

    async def _where(self, request: Request) -> Response:
        return answer({"location": f"{self._base_url}{CLOUD}/bigpicture/jiracloud/{self._place()}"})


def _enveloped(data: object) -> Response:
    return answer({"currentVersion": 1, "latestVersion": 1, "cargo": data})


def _optional(text: str | None, what: str, default: date) -> date:
    return default if text is None else day_of(text, what)
