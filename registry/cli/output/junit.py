"""JUnit XML: a suite for each file, a case for each issue or for the success."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from registry.cli.results import Grade, Issue, Outcome, Result

__all__ = ["render"]

_BANNED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(results: Sequence[Result]) -> str:
    """Return a ``testsuites`` document, in the form that CI servers read."""
    suites = "".join(map(_suite, results))
    errors = [issue for each in results for issue in _errors(each)]
    broken = sum(1 for each in results for _ in _errors(each) if _broken(each))
    cases = sum(max(1, len(each.issues)) for each in results)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="dovetail" tests="{cases}" '
        f'failures="{len(errors) - broken}" errors="{broken}">\n'
        f"{suites}</testsuites>\n"
    )


def _suite(result: Result) -> str:
    errors = len(_errors(result))
    broken = errors if _broken(result) else 0
    cases = "".join(_case(result, each) for each in result.issues) or (
        f"    <testcase name={_attribute(result.outcome.value)} "
        f'classname={_attribute(result.file)} time="0"/>\n'
    )
    return (
        f"  <testsuite name={_attribute(result.file)} "
        f'tests="{max(1, len(result.issues))}" failures="{errors - broken}" '
        f'errors="{broken}" skipped="0" time="0">\n{cases}  </testsuite>\n'
    )


def _case(result: Result, issue: Issue) -> str:
    name = f"{issue.rule} {issue.at}".rstrip()
    head = (
        f"    <testcase name={_attribute(name)} "
        f'classname={_attribute(issue.file)} time="0"'
    )
    text = _text(issue)
    if issue.grade is not Grade.ERROR:
        body = f"      <system-out>{escape(text)}</system-out>\n"
    else:
        tag = "error" if _broken(result) else "failure"
        message, kind = _attribute(issue.message), _attribute(issue.rule)
        body = f"      <{tag} message={message} type={kind}>{escape(text)}</{tag}>\n"
    return f"{head}>\n{body}    </testcase>\n"


def _text(issue: Issue) -> str:
    where = issue.file
    if issue.location is not None:
        where += f":{issue.location.line}:{issue.location.column}"
    parts = [f"{where}: {issue.message}", issue.why, issue.advice]
    if issue.accepted:
        parts.append(f"Accepted: {issue.accepted}")
    return _BANNED.sub("\N{REPLACEMENT CHARACTER}", "\n".join(filter(None, parts)))


def _errors(result: Result) -> list[Issue]:
    return [each for each in result.issues if each.grade is Grade.ERROR]


def _broken(result: Result) -> bool:
    """Whether the file could not be checked at all: JUnit's *error*."""
    return result.outcome in (Outcome.FAILED, Outcome.UNKNOWN)


def _attribute(text: str) -> str:
    return quoteattr(_BANNED.sub("\N{REPLACEMENT CHARACTER}", text), {"\n": "&#10;"})
