# SPDX-License-Identifier: Apache-2.0
"""Checks that what the C and C++ headers offer is documented, by the comments that clang attaches.

    check_docs.py HEADER...

Every function, type, enumerator and public member has a comment, or stands without a blank line
under one that has. Beyond that
- a C function names its parameters; a C++ one that answers a Code, or a C one that answers int or a
  pointer, names the errors (TICKRING_X, kX, an errno) or says that it cannot fail. "The same" takes
  over what the function before it says;
- the comment of the file, of the class or of the function says which thread may call. A C function
  that takes no handle has to be named there, or to say so itself.
Exit status 1 when something is missing.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Node = dict[str, Any]
ERRORS = re.compile(r"TICKRING_[A-Z]|\bk[A-Z]\w+|\bE[A-Z]{3,}\b|[Cc]annot fail")
TYPES = {"EnumDecl", "CXXRecordDecl", "RecordDecl", "ClassTemplateDecl"}
FUNCTIONS = {"FunctionDecl", "CXXMethodDecl", "FunctionTemplateDecl"}
LEAVES = {"EnumConstantDecl", "FieldDecl", "VarDecl"}
UNNAMED = re.compile(r"^operator|^~|^_")


def text_of(node: Node) -> str:
    """The words of a comment."""
    return node.get("text", "") + " ".join(text_of(part) for part in node.get("inner", []))


def comment_of(node: Node) -> str:
    """The comment that clang has attached; empty when there is none."""
    comments = [part for part in node.get("inner", []) if part["kind"] == "FullComment"]
    return " ".join(text_of(comment) for comment in comments)


def opening_comment(source: str) -> str:
    """What stands at the top of the file."""
    found = re.match(r"(\s*//[^\n]*|\s*/\*.*?\*/)+", source, re.DOTALL)
    return found.group() if found else ""


@dataclass
class Declaration:
    """One thing that a header offers; `doc` includes what it takes over from its neighbours."""

    name: str
    kind: str
    line: int
    doc: str
    answer: str
    parameters: list[tuple[str, str]]
    owner: str  # the comment of its class


def expanded(place: Node) -> Node:
    """A place in the file, also of what a macro begins."""
    return place.get("expansionLoc", place)


def function_of(node: Node) -> Node:
    """The function that a template is of, or the node itself."""
    inner = [part for part in node.get("inner", []) if part["kind"] in FUNCTIONS | TYPES]
    return inner[0] if node["kind"] in {"FunctionTemplateDecl", "ClassTemplateDecl"} else node


class Header:
    """The declarations of one header."""

    def __init__(self, path: Path, tree: Node) -> None:
        """Reads them out of clang's tree of the header."""
        self.path, self.source = path, path.read_text(encoding="utf-8")
        self.opening = opening_comment(self.source)
        self.last_doc, self.last_end = "", -1
        self.declarations: list[Declaration] = []
        self.is_here = False
        self.line = 0
        for node in tree.get("inner", []):
            self.enter(node)
            if self.is_here:
                self.visit(node, "")

    def enter(self, node: Node) -> None:
        """clang names file and line of a place only where they change."""
        for place in (node.get("loc", {}), node.get("range", {}).get("begin", {})):
            where = expanded(place)
            if "file" in where:
                self.is_here = Path(where["file"]) == self.path

    def line_of(self, offset: int) -> int:
        """Counted from 1."""
        return self.source.count("\n", 0, offset) + 1

    def visit(self, node: Node, owner: str) -> None:
        """Takes note of a declaration and of what is public in it."""
        if node["kind"] in {"NamespaceDecl", "LinkageSpecDecl"}:
            if node.get("name") != "detail":
                for part in node.get("inner", []):
                    self.enter(part)
                    self.visit(part, "")
            return
        if node["kind"] not in TYPES | FUNCTIONS | LEAVES or node.get("isImplicit"):
            return
        name = node.get("name", "")
        if (
            not name
            or UNNAMED.match(name)
            or node.get("previousDecl")
            or "parentDeclContextId" in node
        ):
            return
        inner = function_of(node)
        if node["kind"] in TYPES and not inner.get("inner"):
            return  # declared only
        doc = self.note(node, inner, owner)
        if node["kind"] in TYPES:
            self.visit_members(inner, doc)

    def visit_members(self, record: Node, doc: str) -> None:
        """What is public in a class, or all of an enum."""
        is_public = record["kind"] != "CXXRecordDecl" or record.get("tagUsed") != "class"
        self.last_end = -1  # a comment above a type is not one for its members, or for what follows
        for part in record["inner"]:
            if part["kind"] == "AccessSpecDecl":
                is_public = part["access"] == "public"
            elif is_public:
                self.visit(part, doc)
        self.last_end = -1

    def note(self, node: Node, inner: Node, owner: str) -> str:
        """Its comment, or that of the line above; "the same" adds that of the one before."""
        place = node["range"]
        begin = self.line_of(expanded(place["begin"])["offset"])
        doc = comment_of(node) or comment_of(inner)
        if not doc and node["kind"] not in TYPES and 0 <= begin - self.last_end <= 1:
            doc = self.last_doc
        elif re.match(r"\W*(Producer|Consumer)?\W*[Tt]he same", doc):
            doc += " " + self.last_doc
        self.last_doc, self.last_end = doc, self.line_of(expanded(place["end"])["offset"])
        parameters = [
            (part.get("name", ""), part["type"]["qualType"])
            for part in inner.get("inner", [])
            if part["kind"] == "ParmVarDecl"
        ]
        answer = inner.get("type", {}).get("qualType", "").split("(")[0].strip()
        kind = node["kind"]
        self.declarations.append(
            Declaration(node["name"], kind, begin, doc, answer, parameters, owner)
        )
        return doc


def takes_a_handle(declaration: Declaration) -> bool:
    """Whether the rule about a bus or a recorder covers the call."""
    return any(
        re.search(r"tickring_(bus|recorder)_t \*", kind) for _, kind in declaration.parameters
    )


def faults_of_function(header: Header, it: Declaration) -> Iterator[str]:
    """What the documentation of a function lacks."""
    is_c = header.path.suffix == ".h"
    for name, kind in it.parameters if is_c else []:
        if not re.search(r"_(bus|recorder)_t \*$", kind) and name not in it.doc:
            yield f"does not say what {name} is"
    may_fail = it.answer in {"int", "Code"} or (is_c and it.answer.endswith("*"))
    if may_fail and not ERRORS.search(it.doc):
        yield "names no error, nor says that it cannot fail"
    if "thread" in it.doc or "thread" in it.owner:
        return
    if "thread" not in header.opening or (
        is_c and not takes_a_handle(it) and f"{it.name}()" not in header.opening
    ):
        yield "does not say which thread may call it"


def faults_of(header: Header) -> Iterator[str]:
    """Everything that is missing in a header."""
    for it in header.declarations:
        where = f"{header.path}:{it.line}: {it.name}"
        if not it.doc:
            yield f"{where} is not documented"
        elif it.kind in FUNCTIONS:
            yield from (f"{where} {fault}" for fault in faults_of_function(header, it))


def parse(path: Path, include: list[Path]) -> Header:
    """Has clang read a header."""
    language = ["-x", "c", "-std=c11"] if path.suffix == ".h" else ["-x", "c++", "-std=c++20"]
    command = ["clang-19", *language, "-fsyntax-only", "-fparse-all-comments"]
    command += ["-Wno-pragma-once-outside-header", "-Xclang", "-ast-dump=json"]
    command += [f"-I{folder}" for folder in include] + [str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return Header(path, json.loads(done.stdout))


def main() -> int:
    """Prints every fault; 1 when there is one."""
    paths = [Path(name) for name in sys.argv[1:]]
    include = sorted({path.parent.parent for path in paths})
    faults = [fault for path in paths for fault in faults_of(parse(path, include))]
    for fault in faults:
        print(fault, file=sys.stderr)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
