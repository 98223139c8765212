"""How the references of the examples are written: lines of a name and its numbers, separated by tabs."""

import pathlib

import mpmath


def write(script, numbers):
    script = pathlib.Path(script)
    lines = [f"# Written by {script.name}; do not edit."]
    for name, values in numbers.items():
        lines.append("\t".join([name, *(mpmath.nstr(value, 20) for value in values)]))
    script.with_suffix(".tsv").write_text("\n".join(lines) + "\n")
