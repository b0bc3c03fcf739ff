"""Errors as HTTP answers: the status that the error names, and a JSON body that says the next move."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from catalog.errors import Busy
from lineage.errors import LakeproofError
from lineage.openlineage import InvalidEvent
from lineage.openlineage.faults import Fault, render_found, render_path


class Route(APIRoute):
    """A route whose errors become JSON `{error, next_move, faults}`, in whichever app it is mounted."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except LakeproofError as error:
                return self.answer_to(error)
            except RequestValidationError as error:
                return self.answer_to(self.misread(error))

        return answer

    def answer_to(self, error: LakeproofError) -> Response:
        """The answer to a request that ended in error."""
        return error_response(error)

    def misread(self, error: RequestValidationError) -> LakeproofError:
        """The error of a request whose parameters cannot be read."""
        return _invalid_parameters(error)


def error_response(error: LakeproofError, *, status: int | None = None) -> JSONResponse:
    """The answer to a request that ended in error."""
    status = status or error.http_status
    faults = error.faults if isinstance(error, InvalidEvent | InvalidParameters) else ()
    return JSONResponse(
        {
            "error": error.message,
            "next_move": error.next_move,
            "faults": [fault.to_json() for fault in faults],
        },
        status_code=status,
        headers=_headers(error, status),
    )


def _headers(error: LakeproofError, status: int) -> dict[str, str] | None:
    if isinstance(error, Busy):
        return {"Retry-After": str(error.retry_after)}
    return {"WWW-Authenticate": "Bearer"} if status == 401 else None


class InvalidParameters(LakeproofError):
    """A path or query parameter that cannot be read."""

    http_status = 422

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(
            f"the request cannot be read: {'; '.join(str(fault) for fault in faults)}",
            next_move="see /docs for what each parameter may be",
        )


def _invalid_parameters(error: RequestValidationError) -> InvalidParameters:
    return InvalidParameters(
        tuple(
            Fault(
                path=render_path(tuple(each["loc"])),
                found=render_found(each.get("input")),
                wanted=each["msg"],
            )
            for each in error.errors()
        )
    )
