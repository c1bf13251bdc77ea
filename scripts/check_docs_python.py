# SPDX-License-Identifier: Apache-2.0
"""Checks that what the Python module offers is documented, and that its stub says the same.

    check_docs_python.py

Everything in tickring.__all__ and every public member of a class has a docstring. The docstring of
a method names each parameter of the stub and what it raises, or that it raises nothing; what it
refers to as `name()`, or as "the same" (the method above it in the stub), counts as said. The
docstring of a class that is no exception says which thread may use it. Stub and module have the
same members. Exit status 1 when something is missing.
"""

import ast
import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

STUB = Path(__file__).resolve().parent.parent / "core/python/tickring/_tickring.pyi"


def stub_methods(stub: str) -> dict[str, dict[str, list[str] | None]]:
    """By class and name: the parameters of a method, None for a property or an attribute."""
    found: dict[str, dict[str, list[str] | None]] = {}
    for kind in ast.parse(stub).body:
        if not isinstance(kind, ast.ClassDef):
            continue
        members = found.setdefault(kind.name, {})
        for item in kind.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                members[item.target.id] = None
            elif isinstance(item, ast.FunctionDef):
                is_property = any(getattr(d, "id", "") == "property" for d in item.decorator_list)
                every = item.args.posonlyargs + item.args.args + item.args.kwonlyargs
                names = [argument.arg for argument in every if argument.arg != "self"]
                members[item.name] = None if is_property else names
    return found


def is_public(name: str) -> bool:
    """Whether users are meant to know it."""
    return not name.startswith("_")


def said(kind: type, name: str, members: list[str], seen: frozenset[str] = frozenset()) -> str:
    """The docstring of a member with those that it refers to."""
    own = inspect.getdoc(vars(kind).get(name)) or ""
    named = {found for found in re.findall(r"(\w+)\(\)", own) if found in members}
    if re.search(r"\b[Tt]he same", own):
        named.add(members[max(members.index(name) - 1, 0)])
    seen |= {name}
    return " ".join([own, *(said(kind, other, members, seen) for other in sorted(named - seen))])


def faults_of_class(name: str, kind: type, members: dict[str, list[str] | None]) -> Iterator[str]:
    """What is missing in one class."""
    if not inspect.getdoc(kind):
        yield f"{name} has no docstring"
    elif "thread" not in (inspect.getdoc(kind) or ""):
        yield f"{name} does not say which thread may use it"
    in_module = {member for member in vars(kind) if is_public(member)}
    in_stub = {member for member in members if is_public(member)}
    for member in sorted(in_module ^ in_stub):
        where = "the stub" if member in in_module else "the module"
        yield f"{name}.{member} is missing in {where}"
    for member in sorted(in_module & in_stub):
        text = said(kind, member, list(members))
        if not text.strip():
            yield f"{name}.{member} has no docstring"
            continue
        parameters = members[member]
        for parameter in parameters or []:
            if not re.search(rf"\b{parameter}\b", text):
                yield f"{name}.{member} does not say what {parameter} is"
        if parameters is not None and not re.search(r"\b[Rr]aises\b", text):
            yield f"{name}.{member} does not say what it raises"


def faults_of(module: ModuleType, stub: str) -> Iterator[str]:
    """Everything that is missing in the module."""
    members = stub_methods(stub)
    for name in module.__all__:
        offered = getattr(module, name)
        if isinstance(offered, str):
            continue
        if not inspect.isclass(offered) or issubclass(offered, BaseException):
            # A docstring that is not inherited: each error has a condition of its own.
            if not offered.__doc__:
                yield f"{name} has no docstring"
            continue
        yield from faults_of_class(name, offered, members.get(name, {}))


def main() -> int:
    """Prints every fault; 1 when there is one."""
    import tickring

    faults = list(faults_of(tickring, STUB.read_text(encoding="utf-8")))
    for fault in faults:
        print(f"tickring: {fault}", file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
