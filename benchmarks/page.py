"""docs/benchmarks.md, from the results files."""

from pathlib import Path
from typing import Any

import msgspec

RESULTS = Path(__file__).parent / "results"
_HEAD = """# Benchmarks

Written by `make docs` from `benchmarks/results/*.json`, which `make bench` writes. Servers are measured beside each
other in one run, round by round; each figure is the best of the rounds, as machines have other work too. CPU is what
the server's process and threads used, from `/proc`, divided by requests; PostgreSQL's is told apart.
"""
_BARS = {
    ("Seawall: rules, nothing recorded", "whole, 16 connections"): 0.4,
    ("Seawall: rules, classifier, accounts, records", "whole, 16 connections"): 0.9,
    ("Seawall: rules, nothing recorded", "stream of 92 events, 4 connections"): 3.0,
}


def page(results: Path = RESULTS) -> str:
    """Return the page; a suite that was never run says so."""
    parts = [_HEAD, *(_suite(results / f"{name}.json", name, title, table) for name, title, table in _SUITES)]
    return "\n".join(parts)


def _suite(path: Path, name: str, title: str, table: Any) -> str:
    if not path.exists():
        return f'## {title}\n\nNot measured yet: `make bench ARGS="--only {name}"`.\n'
    told = msgspec.json.decode(path.read_bytes())
    machine = told["machine"]
    head = f'## {title}\n\n`make bench ARGS="--only {name}"`, {told["measured_on"]}, {machine}.\n'
    return head + "\n" + table(told["rows"])


def _gateway(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| server | load | CPU ms a request | bar | requests a second and core | PostgreSQL CPU ms | p50 ms | p99 ms "
        "| resident MB | of its workers | failed |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        bar = _BARS.get((row["server"], row["case"]))
        lines.append(
            f"| {row['server']} | {row['case']} | {row['cpu_ms']:.3f} | {f'≤ {bar}' if bar else '–'} "
            f"| {row['requests_per_core_s']:,} | {row['database_cpu_ms'] or '–'} | {row['p50_ms']} | {row['p99_ms']} "
            f"| {row['resident_mb']} | {row.get('children_mb') or '–'} | {row['failed']} |"
        )
    return "\n".join([*lines, "", _GATEWAY_NOTE, "", *_proportions(rows), ""])


# What LiteLLM cost where the bars were set: the middle of 14 to 16 ms, and of 86 to 112 ms for a stream.
_REFERENCE = {"whole, 16 connections": 15.0, "stream of 92 events, 4 connections": 99.0}


def _proportions(rows: list[dict[str, Any]]) -> list[str]:
    """Return the table that compares with LiteLLM in the same run, as the bars stand to LiteLLM where they were set."""
    cost = {(row["server"], row["case"]): row["cpu_ms"] for row in rows}
    peers = {case: ms for (server, case), ms in cost.items() if server.startswith("LiteLLM")}
    lines = [
        "| server | load | of LiteLLM's CPU in this run | bar, of LiteLLM's where it was set |",
        "|---|---|---|---|",
    ]
    for (server, case), bar in _BARS.items():
        if (server, case) in cost and case in peers:
            ours, wanted = cost[server, case] / peers[case], bar / _REFERENCE[case]
            lines.append(f"| {server} | {case} | {ours:.1%} | ≤ {wanted:.1%} |")
    return lines if len(lines) > 2 else []


_GATEWAY_NOTE = (
    "Workers are those of the accurate tier, a process of its own (`accurate_workers`). "
    "A request has 784 characters in and about 1.4 kB out. *Nothing recorded* exists in the benchmark only, not as a "
    "setting: it stands beside peers that keep no record. The bars were set on a quiet machine, where the bare proxy "
    "took 0.13 ms at 16 connections and LiteLLM 14 to 16 ms: where these are slower, compare ratios."
)


def _screening(rows: list[dict[str, Any]]) -> str:
    lines = ["| what | characters | p50 µs | p99 µs |", "|---|---|---|---|"]
    lines += [f"| {row['what']} | {row['characters']} | {row['p50_us']} | {row['p99_us']} |" for row in rows]
    return "\n".join([*lines, ""])


def _rights(rows: list[dict[str, Any]]) -> str:
    lines = ["| decision | p50 µs | bar | p99 µs |", "|---|---|---|---|"]
    for row in rows:
        bar = "≤ 200" if row["what"].startswith("allowed") else "–"
        lines.append(f"| {row['what']} | {row['p50_us']} | {bar} | {row['p99_us']} |")
    note = "A refusal takes up to three decisions, as it says what is missing."
    return "\n".join([*lines, "", note, ""])


def _values(rows: list[dict[str, Any]]) -> str:
    lines = ["| what | figure |", "|---|---|"]
    lines += [f"| {row['what']} | {row['value']:,} {row['unit']} |" for row in rows]
    return "\n".join([*lines, ""])


def _tiers(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| exchanges that need no further tier | p50 ms | p99 ms | p50 moved by ms | others a second | gateway CPU ms "
        "| pool CPU ms | total CPU ms | pool CPU ms for each that reaches it | failed |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row['case']} | {row['p50_ms']} | {row['p99_ms']} | {_moved(row['moved_ms'])} | {row['others_a_second']} "
        f"| {row['gateway_cpu_ms']} | {row['pool_cpu_ms']} | {row['total_cpu_ms']} "
        f"| {row['pool_cpu_ms_each_asked'] or '–'} | {row['failed']} |"
        for row in rows
        if "case" in row
    ]
    single = _screening([row for row in rows if "what" in row])
    return "\n".join([single, *lines, "", _TIERS_NOTE, ""])


def _pages(rows: list[dict[str, Any]]) -> str:
    lines = [
        "| page | p50 ms | p95 ms | bar | CPU ms of the web process | CPU ms of PostgreSQL | kB |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        bar = f"≤ {row['bar_ms']}" if row["bar_ms"] else "–"
        lines.append(
            f"| {row['page']} | {row['p50_ms']} | {row['p95_ms']} | {bar} | {row['web_cpu_ms']} "
            f"| {row['database_cpu_ms']} | {row['kilobytes']} |"
        )
    return "\n".join([*lines, "", _PAGES_NOTE, ""])


_PAGES_NOTE = (
    "Over 1,000,000 exchanges of a year, 150,000 accounts, 100,000 cases of which a twelfth is not settled, and the "
    "records of all that. One reader asks for one page after the other, 200 times after ten to warm up; the web "
    "process, PostgreSQL and the reader share the machine. Bars are for 95 of 100 requests."
)


def _year(rows: list[dict[str, Any]]) -> str:
    lines = ["| what | figure | bar |", "|---|---|---|"]
    for row in rows:
        bar = "–" if row["bar"] is None else f"≤ {row['bar']} {row['unit']}".rstrip()
        lines.append(f"| {row['what']} | {row['value']:,} {row['unit']}".rstrip() + f" | {bar} |")
    return "\n".join([*lines, "", _YEAR_NOTE, ""])


_YEAR_NOTE = (
    "A year by a clock that is moved: every decision, case, appeal and reversal is a record of the real ledger, every "
    "month and half-year is closed, all frameworks are adopted, activities are stated as often as they are due, and "
    "an edition is published every quarter. Evaluations and releases are fixtures and say so. Every number on the hub "
    "is counted again from the bodies by code that shares nothing with what counted it first; one that differs fails "
    "the run."
)


def _moved(told: list[float] | None) -> str:
    return "–" if told is None else f"{told[0]:+.2f} ({told[1]:+.2f} to {told[2]:+.2f})"


_TIERS_NOTE = (
    "Latencies are those of plain exchanges of 784 characters on one connection, which need no further tier; CPU is "
    "for each exchange of that time, the others' among them. At most 0.5 % of ordinary exchanges may reach the "
    "accurate tier, so that line is what it costs everybody else; *moved* is against the same traffic of which none "
    "does, the mean over the rounds with its 95 % interval. The last two lines are the worst case: its pool is a "
    "process of its own, which yields to others, but where load, database, stub, gateway and a pool that is never "
    "idle share two cores, all of them wait for each other."
)
_SUITES = (
    ("gateway", "Gateway, beside a bare proxy and LiteLLM", _gateway),
    ("streams", "Many slow streams on one process", _values),
    ("screening", "Screening in process", _screening),
    ("rights", "Decisions on rights, in process", _rights),
    ("tiers", "The accurate tier, and everybody else", _tiers),
    ("ledger", "Ledger", _values),
    ("pages", "Pages of the console, over a year of work", _pages),
    ("year", "A year of operation, and its hub", _year),
)
