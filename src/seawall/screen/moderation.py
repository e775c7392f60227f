"""Findings in the shape of OpenAI's moderation answers."""

from collections.abc import Sequence
from typing import Any

from seawall.vocabulary.categories import MAPPINGS
from seawall.vocabulary.findings import Finding

CATEGORIES = (
    "harassment", "harassment/threatening", "hate", "hate/threatening", "illicit", "illicit/violent", "self-harm",
    "self-harm/intent", "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic",
)  # fmt: skip


def moderation(screened: Sequence[Sequence[Finding]], *, id: str, model: str) -> dict[str, Any]:  # noqa: A002
    """Return one result per screened text.

    A detector that failed makes its text flagged: what was not screened did not pass. `seawall` holds what has no
    name in OpenAI's scheme.
    """
    return {"id": id, "model": model, "results": [_result(findings) for findings in screened]}


def _result(findings: Sequence[Finding]) -> dict[str, Any]:
    scores = dict.fromkeys(CATEGORIES, 0.0)
    for finding in findings:
        for name in MAPPINGS[finding.category].openai:
            scores[name] = max(scores[name], finding.score)
    flags = {name: score >= 0.5 for name, score in scores.items()}
    own = sorted({finding.category.value for finding in findings})
    return {
        "flagged": bool(findings),
        "categories": flags,
        "category_scores": scores,
        "category_applied_input_types": {name: ["text"] if flag else [] for name, flag in flags.items()},
        "seawall": {"categories": own, "failed": sorted({each.detector for each in findings if each.failed})},
    }
