"""A Qdrant for tests: the REST interface over the official client's local mode.

usage: qdrant-server.py PORT_FILE API_KEY [OPENAPI_JSON]

Listens on a free port of 127.0.0.1 and writes it to PORT_FILE. Every request's body is validated against Qdrant's OpenAPI document when
that is given; a body that does not fit is answered with 400 and counted at GET /rejections.
"""

import json
import os
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

from jsonschema import Draft202012Validator
from qdrant_client import QdrantClient, models

PORT_FILE, API_KEY = sys.argv[1], sys.argv[2]
OPENAPI = json.load(open(sys.argv[3])) if len(sys.argv) > 3 else None
client = QdrantClient(":memory:")
lock = Lock()
rejections = []


def as_json_schema(node):
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, and an object takes no fields that are not named."""
    if isinstance(node, list):
        return [as_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"nullable"}:
        return {"type": "null"}
    out = {key: as_json_schema(value) for key, value in node.items() if key not in ("nullable", "example", "format")}
    if node.get("nullable") and "type" in node:
        out["type"] = [node["type"], "null"]
    if "properties" in node and "additionalProperties" not in node and "allOf" not in node:
        out["additionalProperties"] = False
    return out


SCHEMAS = {"components": as_json_schema(OPENAPI["components"])} if OPENAPI else {}


def validator(path, method):
    """The validator of a request's body; None where none is expected."""
    for pattern, operations in OPENAPI["paths"].items():
        if re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", pattern), path) and method in operations:
            body = operations[method].get("requestBody")
            schema = body and as_json_schema(body["content"]["application/json"]["schema"])
            return Draft202012Validator({**schema, **SCHEMAS}) if body else None
    raise LookupError(f"{method} {path} is not in the OpenAPI document")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, result):
        document = {"result": result, "status": "ok", "time": 0.0}
        if status != 200:
            document = {"status": {"error": result}, "time": 0.0}
        data = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        length = int(self.headers.get("content-length") or 0)
        raw = self.rfile.read(length)
        path, method = self.path.split("?")[0], self.command.lower()
        if path == "/rejections":
            return self.answer(200, rejections)
        if API_KEY and self.headers.get("api-key") != API_KEY:
            return self.answer(401, "Must provide an API key or an Authorization bearer token")
        try:
            body = json.loads(raw) if raw else None
            if OPENAPI and (check := validator(path, method)):
                check.validate(body)
        except Exception as error:
            rejections.append(f"{method} {path}: {str(error).splitlines()[0]}")
            return self.answer(400, str(error).splitlines()[0])
        try:
            with lock:
                self.answer(200, self.carry_out(method, path.split("/")[2:], body))
        except KeyError as error:
            self.answer(404, f"Not found: Collection `{error.args[0]}` doesn't exist!")
        except Exception as error:
            self.answer(400, f"Wrong input: {error}")

    do_GET = do_PUT = do_POST = do_DELETE = handle_any

    def carry_out(self, method, parts, body):
        name, rest = parts[0], parts[1:]
        if rest == ["exists"]:
            return {"exists": client.collection_exists(name)}
        if method == "put" and not rest:
            vectors = models.VectorParams(**body["vectors"])
            return client.create_collection(name, vectors_config=vectors)
        if not client.collection_exists(name):
            if method == "delete" and not rest:
                return False
            raise KeyError(name)
        if method == "delete" and not rest:
            return client.delete_collection(name)
        if rest == ["index"]:
            client.create_payload_index(name, body["field_name"], body["field_schema"])
            return {"operation_id": 0, "status": "completed"}
        if method == "put" and rest == ["points"]:
            client.upsert(name, [models.PointStruct(**point) for point in body["points"]])
            return {"operation_id": 0, "status": "completed"}
        if rest == ["points", "query"]:
            found = client.query_points(
                name,
                query=body["query"],
                query_filter=models.Filter(**body["filter"]),
                limit=body["limit"],
                score_threshold=body.get("score_threshold"),
                with_payload=body.get("with_payload", False),
                with_vectors=body.get("with_vector", False),
            )
            return {"points": [point.model_dump(mode="json", exclude_none=True) for point in found.points]}
        if rest == ["points", "count"]:
            return {"count": client.count(name, exact=body.get("exact", True)).count}
        raise LookupError("/".join(rest))


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(PORT_FILE + ".new", "w") as file:
    file.write(str(server.server_address[1]))
os.rename(PORT_FILE + ".new", PORT_FILE)
server.serve_forever()
