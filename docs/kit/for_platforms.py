"""The part of the API's document that a platform's key opens, to generate a small client from. Python 3.9, nothing else.

    curl -s http://127.0.0.1:8080/api/v1/openapi.json | python3 docs/kit/for_platforms.py > platforms.json

It keeps the operations that take a key, the one that exchanges a key for a token, and what these refer to.
"""

import json
import sys

TOKEN = "issue_platform_token"


def refers(value):
    """Each reference within a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "$ref":
                yield inner
            else:
                yield from refers(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refers(inner)


def is_for_platforms(operation):
    ways = operation.get("security", [])
    return operation["operationId"] == TOKEN or any("platform_key" in way for way in ways)


def for_platforms(document):
    paths = {}
    for path, item in document["paths"].items():
        kept = {method: it for method, it in item.items() if is_for_platforms(it)}
        if kept:
            paths[path] = kept
    components = {"securitySchemes": document["components"]["securitySchemes"]}
    waiting = list(refers(paths))
    while waiting:
        _, _, kind, name = waiting.pop().split("/")
        if name not in components.setdefault(kind, {}):
            components[kind][name] = document["components"][kind][name]
            waiting.extend(refers(components[kind][name]))
    return {**document, "paths": paths, "components": components}


if __name__ == "__main__":
    json.dump(for_platforms(json.load(sys.stdin)), sys.stdout, ensure_ascii=False, indent=2)
