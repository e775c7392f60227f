"""The words of releases, as pages show them."""

from seawall.risk import Applies, Part, Refusal, Risk, Withdrawal

APPLIES: dict[str, str] = {
    Applies.INTERNAL_DEPLOY: "use inside",
    Applies.EXTERNAL_DEPLOY: "use by others",
    Applies.WEIGHTS_RELEASE: "release of the weights",
}
RISKS: dict[str, str] = {
    Risk.NOT_REACHED: "no threshold is reached",
    Risk.APPROACHING: "a threshold is near",
    Risk.CANNOT_RULE_OUT: "a threshold cannot be ruled out",
    Risk.REACHED: "a threshold is reached",
    Risk.REACHED_PRECAUTIONARY: "taken as reached, to be careful",
}
PARTS: dict[str, str] = {
    Part.DETERMINATION: "determination of the risk",
    Part.CAPABILITY_REPORT: "report on capabilities",
    Part.SAFEGUARDS_REPORT: "report on safeguards",
    Part.OTHER: "other document",
}
STATES = {
    "proposed": "proposed",
    "signed_off": "signed off",
    "refused": "refused",
    "withdrawn": "withdrawn",
    "lapsed": "lapsed",
}
REFUSALS: dict[str, str] = {
    Refusal.RISK_TOO_HIGH: "the risk is too high",
    Refusal.EVIDENCE_LACKING: "evidence is lacking",
    Refusal.SAFEGUARDS_LACKING: "safeguards are lacking",
    Refusal.OTHER: "something else",
}
WITHDRAWALS: dict[str, str] = {
    Withdrawal.SUPERSEDED: "another release takes its place",
    Withdrawal.NEW_FINDING: "something new was found",
    Withdrawal.INCIDENT: "an incident",
    Withdrawal.MISTAKE: "it was a mistake",
    Withdrawal.OTHER: "something else",
}
REASONS: dict[str, str] = {**REFUSALS, **WITHDRAWALS}
