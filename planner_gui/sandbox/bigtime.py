"""The pretend BigTime: log-in or API key, tasks by project and staffer, budgets, pick lists, staff, projects, clients.

Paths are taken in any case. A refused right is 405, a fault of the input 400 (seed catalogue, "Tasks").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from planner_gui.sandbox.bigtime_firm import CLIENT
from planner_gui.sandbox.bigtime_records import PRIORITIES, STATUSES, Records
from planner_gui.sandbox.organisation import Organisation
from planner_gui.sandbox.web import Handler, Json, Refused, Service, answer, object_of

BASE = "/bigtime/BigtimeData/api/v2"
FIRM = "NWND"
USER = "planner@northwind.example"


class BigTime(Service):
    """The firm's time and budget system."""

    def __init__(self, organisation: Organisation, secret: str) -> None:
        super().__init__("bigtime", "bigtime")
        self._secret = secret
        self._records = Records(organisation)
        self._sessions: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await super().__call__(dict(scope) | {"path": scope["path"].lower()}, receive, send)

    def connection(self, base_url: str) -> Json:
        options, url = {"realm": FIRM, "auth": "api-key"}, f"{base_url}{BASE}"
        return {"kind": self.kind, "name": self.name, "url": url, "options": options, "secret": self._secret}

    def routes(self) -> Sequence[tuple[str, str, Handler]]:
        paths: tuple[tuple[str, str, Handler], ...] = (
            ("POST", "/session", self._log_in),
            ("GET", "/task/listByProject/{sid:int}", self._by_project),
            ("GET", "/task/listByStaffer/{sid:int}", self._by_staffer),
            ("GET", "/task/budgetStatusByProject/{sid:int}", self._budgets),
            ("POST", "/task/detail", self._create),
            ("GET", "/task/detail/{sid:int}", self._task),
            ("POST", "/task/detail/{sid:int}", self._update),
            ("DELETE", "/task/detail/{sid:int}", self._delete),
            ("GET", "/picklist/projects", self._pick_projects),
            ("GET", "/picklist/staff", self._pick_staff),
            ("GET", "/picklist/clients", self._pick_clients),
            ("GET", "/picklist/taskStatus", self._pick_statuses),
            ("GET", "/picklist/taskPriority", self._pick_priorities),
            ("GET", "/staff", self._staff),
            ("GET", "/staff/detail/{sid:int}", self._one_staffer),
            ("GET", "/project", self._projects),
            ("GET", "/project/detail/{sid:int}", self._one_project),
            ("GET", "/client", self._clients),
        )
        return [(method, f"{BASE}{path}".lower(), handler) for method, path, handler in paths]

    def authorise(self, request: Request) -> None:
        if request.url.path.endswith("/session"):
            return
        headers = request.headers
        known = headers.get("x-auth-token") in self._sessions or headers.get("x-auth-apitoken") == self._secret
        if not known or headers.get("x-auth-realm") != FIRM:
            raise Refused(401, "Authorization has been denied for this request.")

    def refusal(self, status: int, message: str) -> Response:
        return answer({"Message": message}, status)

    async def _log_in(self, request: Request) -> Response:
        sent = {str(name).lower(): value for name, value in (await object_of(request)).items()}
        if (sent.get("userid"), sent.get("pwd")) != (USER, self._secret) or sent.get("firm", FIRM) != FIRM:
            raise Refused(401, "The user name or password is wrong.")
        token = f"session-{len(self._sessions) + 1}-of-{self._secret}"
        self._sessions.add(token)
        return answer({"token": token, "firm": FIRM, "staffsid": min(self._records.staff), "userid": USER})

    async def _by_project(self, request: Request) -> Response:
        return answer(self._records.of_project(request.path_params["sid"], _asked(request, "showCompleted")))

    async def _by_staffer(self, request: Request) -> Response:
        return answer(self._records.of_staffer(request.path_params["sid"], _asked(request, "showCompleted")))

    async def _budgets(self, request: Request) -> Response:
        return answer(self._records.budgets(request.path_params["sid"]))

    async def _task(self, request: Request) -> Response:
        return answer(self._records.task(request.path_params["sid"]))

    async def _create(self, request: Request) -> Response:
        return answer(self._records.create(await object_of(request)))

    async def _update(self, request: Request) -> Response:
        sid, body = request.path_params["sid"], await object_of(request)
        return answer(self._records.create(body) if sid == 0 else self._records.update(sid, body))

    async def _delete(self, request: Request) -> Response:
        self._records.delete(request.path_params["sid"])
        return answer(None)

    async def _pick_projects(self, request: Request) -> Response:
        return answer(_picks((str(sid), bean["DisplayName"]) for sid, bean in self._records.projects.items()))

    async def _pick_staff(self, request: Request) -> Response:
        staff = self._records.staff.items()
        return answer(_picks((str(sid), bean["FullName"]) for sid, bean in staff if not bean["IsInactive"]))

    async def _pick_clients(self, request: Request) -> Response:
        return answer(_picks([(str(CLIENT), "Northwind")]))

    async def _pick_statuses(self, request: Request) -> Response:
        return answer(_picks((str(key), name) for key, name in STATUSES.items()))

    async def _pick_priorities(self, request: Request) -> Response:
        return answer(_picks((name, name.title()) for name in PRIORITIES))

    async def _staff(self, request: Request) -> Response:
        inactive = _asked(request, "ShowInactive")
        return answer([bean for bean in self._records.staff.values() if inactive or not bean["IsInactive"]])

    async def _one_staffer(self, request: Request) -> Response:
        return answer(self._found(self._records.staff, request.path_params["sid"], "Staff"))

    async def _projects(self, request: Request) -> Response:
        return answer(list(self._records.projects.values()))

    async def _one_project(self, request: Request) -> Response:
        return answer(self._found(self._records.projects, request.path_params["sid"], "Project"))

    async def _clients(self, request: Request) -> Response:
        return answer([{"SystemId": CLIENT, "Nm": "Northwind", "ClientId": "NWND"}])

    def _found(self, beans: dict[int, Json], sid: int, what: str) -> Json:
        if sid not in beans:
            raise Refused(404, f"{what} {sid} was not found")
        return beans[sid]


def _asked(request: Request, name: str) -> bool:
    """Whether a switch of the query, in any case, is on."""
    query = {key.lower(): value.lower() for key, value in request.query_params.items()}
    return query.get(name.lower()) == "true"


def _picks(pairs: Iterable[tuple[str, str]]) -> list[Json]:
    return [{"Id": key, "Name": name, "Group": "", "IsInactive": False} for key, name in pairs]
