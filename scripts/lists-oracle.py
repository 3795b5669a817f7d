#!/usr/bin/env python3
"""Asks the index of sites 100,000 questions and a plain reading of the same lists the same ones: not one may differ.

    scripts/lists-oracle.py UT1-FOLDER [--program target/debug/schoolgate] [--mapping lists/ut1.toml] [--questions 100000]

The plain reading knows nothing of the program: every line of every `domains` and `urls` file goes into one dictionary,
and a question is looked up with all its parents. The questions are drawn with a fixed seed: names of the list, names
under them, near misses (a letter changed, added, missing or swapped), parents of names of the list, names made up,
and pages under and beside the listed paths.
"""

import argparse
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import tomllib

HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})+$")
KEPT_ESCAPES = {ord(letter) for letter in "/?#%&\\"}


def plain(text, is_path):
    """Undoes the escapes of ordinary letters; everything in lower case."""
    out, place, data = [], 0, text.encode()
    while place < len(data):
        byte, ordinary = data[place], None
        match = re.match(rb"%([0-9a-fA-F]{2})", data[place : place + 3])
        if match:
            byte, place = int(match[1], 16), place + 2
            ordinary = 0x21 <= byte <= 0x7E and byte not in KEPT_ESCAPES
        elif is_path and byte == ord("\\"):
            byte, ordinary = ord("/"), True
        else:
            ordinary = 0x21 <= byte <= 0x7E and byte != ord("%")
        out.append(chr(byte).lower() if ordinary else f"%{byte:02x}")
        place += 1
    return "".join(out)


def canonical(path):
    path = path.partition("#")[0]
    path, _, query = path.partition("?")
    segments = []
    for segment in plain(path, True).split("/"):
        if segment == "..":
            segments = segments[:-1]
        elif segment not in ("", "."):
            segments.append(segment)
    joined = "".join("/" + segment for segment in segments)
    return joined + ("?" + plain(query, False) if query else "")


def read_lists(folder, mapping):
    """Every entry and the set of our categories that it is in."""
    entries = {}
    for kind in ("domains", "urls"):
        for file in sorted(folder.glob(f"*/{kind}")):
            ours = mapping.get(file.parent.name, [])
            for line in file.read_bytes().decode(errors="replace").splitlines():
                line = line.strip()
                if not line or line.startswith("#") or not ours:
                    continue
                host = re.split(r"[/?#\\]", line, maxsplit=1)[0]
                rest = line[len(host) :]
                host = host.lower().removesuffix(".").removeprefix(".")
                if not HOST.match(host):
                    continue
                path = canonical(rest)
                if "#" in rest and not path or len(path) > 768:
                    continue
                entries.setdefault((host, path), set()).update(ours)
    return entries


def is_address(host):
    return re.fullmatch(r"\d+\.\d+\.\d+\.\d+", host) is not None


def answer(entries, question):
    host, slash, rest = question.partition("/")
    path = canonical(slash + rest)
    names = [host.lower()]
    while not is_address(names[0]) and "." in names[-1]:
        names.append(names[-1].partition(".")[2])
    before_query, mark, query = path.partition("?")
    beginnings, segments = [""], before_query.split("/")[1:]
    beginnings += ["/" + "/".join(segments[: count + 1]) for count in range(len(segments))]
    if mark:
        parts = query.split("&")
        beginnings += [f"{before_query}?{'&'.join(parts[: count + 1])}" for count in range(len(parts))]
    found = set()
    for name in names:
        for beginning in beginnings:
            found |= entries.get((name, beginning), set())
    return found


def draw(entries, count, seed):
    """The questions, each a host or a host with a path."""
    chance = random.Random(seed)
    hosts = sorted(host for host, path in entries if not path and not is_address(host))
    pages = sorted((host, path) for host, path in entries if path)
    labels = sorted({label for host in hosts[::7] for label in host.split(".")})
    endings = sorted({host.rpartition(".")[2] for host in hosts})
    letters = "abcdefghijklmnopqrstuvwxyz0123456789-"

    def near(name):
        place = chance.randrange(len(name))
        kind = chance.randrange(4)
        if kind == 0:
            return name[:place] + chance.choice(letters) + name[place + 1 :]
        if kind == 1:
            return name[:place] + chance.choice(letters) + name[place:]
        if kind == 2:
            return name[:place] + name[place + 1 :]
        return name[:place] + name[place : place + 2][::-1] + name[place + 2 :]

    kinds = {
        "member": lambda: chance.choice(hosts),
        "under a member": lambda: chance.choice(labels) + "." + chance.choice(hosts),
        "far under a member": lambda: f"{chance.choice(labels)}.www.{chance.choice(hosts)}",
        "near miss": lambda: near(chance.choice(hosts)),
        "glued to a member": lambda: chance.choice(labels) + chance.choice(hosts),
        "parent of a member": lambda: chance.choice(hosts).partition(".")[2],
        "made up": lambda: f"{chance.choice(labels)}{chance.choice(labels)}.{chance.choice(endings)}",
        "address": lambda: chance.choice(addresses),
    }
    addresses = sorted({host for host, _ in entries if is_address(host)}) + [f"192.0.2.{last}" for last in range(200)]
    if pages:
        kinds |= {
            "page": lambda: "".join(chance.choice(pages)),
            "under a page": lambda: "".join(chance.choice(pages)) + chance.choice(["/", "/more", "?x=1", "&x=1", "//a/.."]),
            "beside a page": lambda: near("x".join(chance.choice(pages)).replace("x/", "/", 1)),
            "page, spelt otherwise": lambda: "".join(chance.choice(pages)).upper().replace("E", "%65").replace("%E", "%e"),
            "page of a name under": lambda: "www." + "".join(chance.choice(pages)),
        }
    names = sorted(kinds)
    questions = set()
    while len(questions) < count:
        question = kinds[chance.choice(names)]()
        host = question.partition("/")[0]
        last = host.rpartition(".")[2]
        usable = HOST.match(host.lower()) and (is_address(host) or not re.fullmatch(r"\d+|0x[0-9a-f]*", last))
        if usable and "xn--" not in host.lower() and question == question.strip() and not re.search(r"\s", question):
            questions.add(question)
    return sorted(questions)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--program", default="target/debug/schoolgate")
    parser.add_argument("--mapping", default="lists/ut1.toml")
    parser.add_argument("--questions", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=20_260_901)
    options = parser.parse_args()

    mapping = tomllib.loads(pathlib.Path(options.mapping).read_text())["categories"]
    entries = read_lists(options.folder, mapping)
    questions = draw(entries, options.questions, options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        index = f"{scratch}/sites.index"
        build = [options.program, "lists", "build", str(options.folder), "-o", index, "--mapping", options.mapping]
        subprocess.run(build, check=True, stdout=subprocess.DEVNULL)
        asked = subprocess.run(
            [options.program, "lists", "lookup", "--index", index, "--stdin"],
            input="\n".join(questions) + "\n",
            capture_output=True,
            text=True,
        )
    if asked.returncode not in (0, 1):
        sys.exit(f"{options.program} failed: {asked.stderr}")
    told = asked.stdout.splitlines()
    if len(told) != len(questions):
        sys.exit(f"{len(questions)} questions, {len(told)} answers\n{asked.stderr[:1000]}")
    differences = listed = 0
    for question, line in zip(questions, told):
        name, _, categories = line.partition("\t")
        expected, got = answer(entries, question), set(filter(None, categories.split(",")))
        listed += bool(expected)
        if name != question or got != expected:
            differences += 1
            if differences <= 20:
                print(f"{question}: the lists say {sorted(expected)}, the index {sorted(got)}")
    print(f"{len(entries)} entries, {len(questions)} questions ({listed} listed), {differences} differences")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
