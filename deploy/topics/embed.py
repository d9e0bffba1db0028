#!/usr/bin/env python3
"""Put files into the program: an assembler file whose symbols are their bytes, read-only and mapped with the rest.

usage: embed.py OUT.S OUT.d NAME=PATTERN…

NAME and NAME_end stand around the bytes of the files that match, by name, a form feed behind each. OUT.d tells ninja
which files and folders to watch; the sum in the first line changes with the bytes, so that the assembler runs again.
"""
import glob
import hashlib
import os
import sys


def main():
    out, watch, *given = sys.argv[1:]
    lines, total, watched = [], hashlib.sha256(), []
    for one in given:
        name, _, pattern = one.partition("=")
        lines += [".balign 16", f".globl {name}", f"{name}:"]
        if glob.has_magic(pattern):  # what comes or goes there counts too
            watched.append(os.path.dirname(pattern))
        for path in sorted(glob.glob(pattern)):
            watched.append(path)
            with open(path, "rb") as file:
                total.update(file.read())
            lines += [f'.incbin "{path}"', '.ascii "\\n\\f\\n"']
        lines += [f".globl {name}_end", f"{name}_end:", ".byte 0"]
    with open(out, "w", encoding="utf-8") as file:
        file.write(f"/* {total.hexdigest()} */\n.section .rodata.shipped, \"a\"\n" + "\n".join(lines) +
                   "\n.section .note.GNU-stack, \"\", %progbits\n")
    with open(watch, "w", encoding="utf-8") as file:
        file.write(os.path.basename(out) + ": " + " ".join(path.replace(" ", "\\ ") for path in watched) + "\n")


if __name__ == "__main__":
    main()
