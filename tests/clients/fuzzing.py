"""What schemathesis is told: the ids of things that exist, and how every error has to look.

`FUZZED_IDS` is a JSON object: for each path parameter, the id to use in all requests but those that delete.
"""

import json
import os
from typing import Any

import schemathesis

IDS: dict[str, str] = json.loads(os.environ["FUZZED_IDS"])


@schemathesis.hook
def map_path_parameters(context: schemathesis.HookContext, path_parameters: dict[str, Any]) -> dict[str, Any]:
    if context.operation.method == "delete":
        return path_parameters
    return {name: IDS.get(name, value) for name, value in (path_parameters or {}).items()}


@schemathesis.hook
def filter_body(context: schemathesis.HookContext, body: Any) -> bool:
    # The document lets files in for this purpose, but none out.
    return not isinstance(body, dict) or body.get("purpose") != "evals"


@schemathesis.check
def errors_in_the_envelope(
    ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    if response.status_code < 400:
        return
    assert response.headers["content-type"] == ["application/json"], response.headers
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}, error
    assert error["message"], error


@schemathesis.check
def request_ids(ctx: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case) -> None:
    assert response.headers["x-request-id"], response.headers
