"""skops archives whose bytes depend on nothing but what is in them."""

import io
import json
import zipfile

# The earliest time stamp that a zip can hold: the same model gives the same bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)


def repeatable(data: bytes) -> bytes:
    """Return a skops archive with memory addresses and time stamps replaced.

    skops names objects and array files by `id(object)`; numbers in order of appearance serve as
    well and are the same in every run.
    """
    numbers: dict[int, int] = {}
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(packed, "w") as target:
        schema = _renumbered(json.loads(source.read("schema.json")), numbers)
        _add(target, "schema.json", json.dumps(schema, separators=(",", ":")).encode())
        stored = set(source.namelist())
        for address, number in numbers.items():
            if f"{address}.npy" in stored:
                _add(target, f"{number}.npy", source.read(f"{address}.npy"))
    return packed.getvalue()


def _renumbered(node: object, numbers: dict[int, int]) -> object:
    """Return the schema with every `__id__` and array file name replaced by a running number."""
    if isinstance(node, list):
        return [_renumbered(child, numbers) for child in node]
    if not isinstance(node, dict):
        return node
    if "__id__" in node:
        number = numbers.setdefault(node["__id__"], len(numbers))
        node = node | {"__id__": number} | ({"file": f"{number}.npy"} if "file" in node else {})
    return {key: _renumbered(child, numbers) for key, child in node.items()}


def _add(target: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=EPOCH)
    target.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
