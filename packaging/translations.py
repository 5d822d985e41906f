"""Collect the texts that people see, and build catalogues from translations.

``python packaging/translations.py`` writes resources/translations/alcove.pot and
compiles each LANGUAGE.po beside it into LANGUAGE/LC_MESSAGES/alcove.mo. Standard
library only, so that it runs wherever the set-up runs.
"""

from __future__ import annotations

import ast
import gettext  # noqa: F401 - the format written here is the one it reads
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"


def texts() -> dict[tuple[str, str | None], str]:
    """Return (text, plural) with the place each stands first."""
    found: dict[tuple[str, str | None], str] = {}
    for file in sorted((ROOT / "app").rglob("*.py")):
        place = file.relative_to(ROOT).as_posix()
        tree = ast.parse(file.read_text("utf-8"))
        for text, line in _called(tree):
            found.setdefault(text, f"{place}:{line}")
        if file.parent.name == "words":
            for forms, line in _tables(tree):
                found.setdefault(forms, f"{place}:{line}")
    return found


def _called(tree: ast.AST) -> Iterator[tuple[tuple[str, str | None], int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        words = [a.value for a in node.args if isinstance(a, ast.Constant)]
        words = [w for w in words if isinstance(w, str)]
        if node.func.id == "tr" and words:
            yield (words[0], None), node.lineno
        elif node.func.id == "trn" and len(words) >= 2:
            yield (words[0], words[1]), node.lineno


def _tables(tree: ast.Module) -> Iterator[tuple[tuple[str, str | None], int]]:
    """Yield the sentences of the tables in words: values, never keys.

    The pairs of a table named COUNTED are the two forms of one sentence.
    """
    for node in tree.body:
        if isinstance(node, ast.AnnAssign | ast.Assign) and node.value is not None:
            if _is_counted(node) and isinstance(node.value, ast.Dict):
                for pair in node.value.values:
                    one, many = ast.literal_eval(pair)
                    yield (one, many), pair.lineno
            else:
                yield from (((text, None), line) for text, line in _values(node.value))


def _is_counted(node: ast.AnnAssign | ast.Assign) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return any(isinstance(name, ast.Name) and name.id == "COUNTED" for name in targets)


def _values(node: ast.expr) -> Iterator[tuple[str, int]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value and (" " in node.value or node.value[:1].isupper()):
            yield node.value, node.lineno
    elif isinstance(node, ast.Dict):
        for value in node.values:
            yield from _values(value)
    elif isinstance(node, ast.Tuple | ast.List):
        for value in node.elts:
            yield from _values(value)


def template() -> str:
    """Return the catalogue to translate from."""
    lines = ['msgid ""', 'msgstr ""', '"Content-Type: text/plain; charset=UTF-8\\n"', ""]
    for (text, plural), place in sorted(texts().items(), key=lambda item: (item[1], item[0][0])):
        lines += [f"#: {place.rsplit(':', 1)[0]}", f"msgid {_quoted(text)}"]
        if plural:
            lines += [f"msgid_plural {_quoted(plural)}", 'msgstr[0] ""', 'msgstr[1] ""', ""]
        else:
            lines += ['msgstr ""', ""]
    return "\n".join(lines)


def _quoted(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{body}"'


def compile_catalogue(entries: dict[str, str]) -> bytes:
    """Return a GNU .mo file of msgid → msgstr (plural forms joined by NUL)."""
    pairs = sorted((k.encode(), v.encode()) for k, v in entries.items())
    count = len(pairs)
    head, body, offsets = 28, b"", []
    texts_at = head + 16 * count
    for index in (0, 1):
        for pair in pairs:
            offsets.append((len(pair[index]), texts_at + len(body)))
            body += pair[index] + b"\0"
    tables = b"".join(struct.pack("<II", *entry) for entry in offsets)
    header = struct.pack("<7I", 0x950412DE, 0, count, head, head + 8 * count, 0, 0)
    return header + tables + body


def read_po(text: str) -> dict[str, str]:
    """Return msgid → msgstr of a .po file; what is not translated is left out.

    So is what a tool guessed and nobody looked at yet ("fuzzy").
    """
    entries: dict[str, str] = {}
    fields: dict[str, str] = {}
    current = ""
    for line in [*text.splitlines(), ""]:
        if line.startswith('"') and current:
            fields[current] += ast.literal_eval(line)
        elif line.startswith("#,") and "fuzzy" in line:
            fields["fuzzy"] = line
        elif line.startswith("msg"):
            current, _, rest = line.partition(" ")
            fields[current] = ast.literal_eval(rest)
        elif not line.strip():
            _keep(fields, entries)
            fields, current = {}, ""
    return entries


def _keep(fields: dict[str, str], entries: dict[str, str]) -> None:
    if "msgid" not in fields or ("fuzzy" in fields and fields["msgid"]):  # the head counts always
        return
    if "msgid_plural" in fields:
        forms = [fields[k] for k in sorted(fields) if k.startswith("msgstr[")]
        if all(forms):
            entries[fields["msgid"] + "\0" + fields["msgid_plural"]] = "\0".join(forms)
    elif fields.get("msgstr"):
        entries[fields["msgid"]] = fields["msgstr"]


def main() -> int:
    """Write the template and compile every translation."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "alcove.pot").write_text(template(), "utf-8")
    for file in sorted(FOLDER.glob("*.po")):
        target = FOLDER / file.stem / "LC_MESSAGES" / "alcove.mo"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(compile_catalogue(read_po(file.read_text("utf-8"))))
        sys.stdout.write(f"{file.stem}: {target.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
