"""Every command that the API offers too, in an order in which each finds what it works on."""

from typing import NamedTuple


class Step(NamedTuple):
    """One command line. `keeps` names what is taken from its JSON by a path; `others` that the API wants approvals."""

    words: str
    keeps: str = ""
    at: str = ""
    others: bool = False
    host: str = ""
    api: str = ""

    @property
    def name(self) -> str:
        """Return the command alone."""
        return " ".join(self.words.split()[:2])


STEPS = (
    Step("projects create trial", "trial", "id"),
    Step("projects set trial --country DE"),
    Step("projects set trial --zero-retention", others=True),
    Step("projects model-add trial small --base-url https://up.test --limit-field max_completion_tokens", others=True),
    Step("projects list"),
    Step("projects show trial"),
    Step("people add Bob --address bob@people.test --role auditor", "bob", "id"),
    Step("people add Una", "una", "id"),
    Step("people add Robot --service --of {bob}", "robot", "id"),
    Step("people list"),
    Step("people show {bob}"),
    Step("people roles {bob} --grant legal --withdraw auditor"),
    Step("people link {bob}"),
    Step("people deactivate {una}"),
    Step("people activate {una}"),
    Step("keys create trial laptop --owner {bob}", "key", "key"),
    Step("keys create trial clinic --zero-retention", others=True),
    Step("keys list --project trial"),
    Step("organisations add Acme", "organisation", "id"),
    Step("organisations list"),
    Step("organisations assign {organisation} trial"),
    Step("organisations show Acme"),
    Step("organisations ban Acme --did Resold", others=True),
    Step("organisations reinstate Acme"),
    Step("organisations assign Acme trial --remove"),
    Step("tokens create {robot} nightly --owner {bob}", "token", "token.id"),
    Step("tokens list"),
    Step("tokens end {token}"),
    Step("directories add corp", host="--owner {bob}"),
    Step("directories list"),
    Step("directories rotate corp"),
    Step("directories groups corp"),
    Step("directories map corp {group} --role reviewer"),
    Step("directories end corp"),
    Step(
        "testers add Institute --purpose Jailbreaks --project trial --owner {bob} --ends 2999-01-01 --model small "
        "--address 192.0.2.0/24 --requests 9",
        "engagement",
        "id",
        others=True,
    ),
    Step("testers list"),
    Step("testers validate {engagement} {una} --checked employer"),
    Step("testers key {engagement} {una} laptop --requests 3"),
    Step("testers show {engagement}"),
    Step("testers statement {engagement}"),
    Step("testers restore {engagement}"),
    Step("testers remove {engagement} {una}"),
    Step("testers end {engagement}"),
    Step("privacy request --wish correct --person {una}", "wrong", "id"),
    Step("privacy list"),
    Step("privacy check {wrong} --how in_person"),
    Step("privacy correct {wrong} --name Una", host="--by host:other", api="{other}"),
    Step("privacy request --wish export --person {una}", "export", "id"),
    Step("privacy check {export} --how in_person"),
    Step("privacy export {export} {folder}/una.jsonl", host="--by host:other", api="{other}"),
    Step("privacy show {export}"),
    Step("privacy request --wish delete --person {una}", "delete", "id"),
    Step("privacy check {delete} --how in_person"),
    Step("privacy delete {delete} --yes", host="--by host:other", api="{other}"),
    Step("privacy request --wish opt_out --project trial", "out", "id"),
    Step("privacy check {out} --how in_person"),
    Step("privacy opt-out {out}", host="--by host:other", api="{other}"),
    Step("privacy request --wish opt_out --account ac_00000000000000000000000000", "no", "id"),
    Step("privacy refuse {no} --reason-code not_who_they_say"),
    Step("privacy retention"),
    Step("recertify begin --ahead 400", "campaign", "campaign.id"),
    Step("recertify campaigns"),
    Step("recertify report {campaign}"),
    Step("recertify confirm {confirmed}", api="{other}"),
    Step("recertify withdraw {withdrawn}", api="{other}"),
    Step("accounts meet {key} --end-user somebody", "account", "of"),
    Step("accounts restrict {account} --per-minute 3 --days 2 --reason-code by_hand"),
    Step("accounts restrict {account} --no-tools --no-media --no-model small --reason-code by_hand"),
    Step("accounts warn {account} --days 2 --reason-code by_hand"),
    Step("accounts label {account} see_with_care --days 2 --reason-code by_hand"),
    Step("accounts unlabel {account} see_with_care --reason-code by_hand"),
    Step("accounts suspend {account} --reason-code by_hand"),
    Step("accounts ban {account} --reason-code by_hand"),
    Step("accounts reinstate {account} --reason-code by_hand"),
    Step("accounts reverse {decision} --reason-code appeal_upheld"),
    Step("accounts list"),
    Step("accounts list --state good"),
    Step("accounts list --label see_with_care --key {key}"),
    Step("accounts show {account}"),
    Step("accounts history {account} --limit 3"),
    Step("rules preview {folder}/watched.yaml"),
    Step("rules publish {folder}/watched.yaml"),
    Step("rules enforce {folder}/acting.yaml", others=True),
    Step("rules show"),
    Step("rules list"),
    Step("rules came burst"),
    Step("policy list"),
    Step("policy publish {folder}/policy", others=True),
    Step("policy show"),
    Step("policy diff 1 2"),
    Step("access explain {bob} policy.read Policy"),
    Step("access explain {key} policy.read Policy"),
    Step("access actions"),
    Step("access check"),
    Step("webhooks add demo https://product.example/hook --kind notice.laid", "hook", "id"),
    Step("webhooks list"),
    Step("webhooks test {hook}"),
    Step("webhooks list --waiting", "delivery", "0.delivery"),
    Step("webhooks replay {delivery}"),
    Step("webhooks rotate {hook}"),
    Step("webhooks end {hook}"),
    Step("notices list"),
    Step("filers list"),
    Step("filers warn {reporter} --files notices --reason-code insults"),
    Step("filers suspend {reporter} --files notices --reason-code insults"),
    Step("filers lift {filer} --reason-code wrong_mark"),
    Step(
        f"activities add P045 --kind audit --title Looked --begins 2026-01-01 --document-digest {'0' * 64}",
        "activity",
        "id",
    ),
    Step("activities import {folder}/activities.csv"),
    Step("activities list"),
    Step("activities withdraw {activity} --reason-code mistake"),
    Step("commitments status"),
    Step("commitments explain P045"),
    Step("commitments due --days 400"),
    Step("commitments export --format json --out {folder}/register.json"),
    Step("hub add {folder}/notes.md", others=True),
    Step("hub publish", others=True),
    Step(
        "releases propose small 1.0 --for internal_deploy --risk not_reached --expires 2999-01-01 "
        "--document determination {folder}/stated.txt",
        "release",
        "id",
    ),
    Step("releases attach {release} other {folder}/more.txt", "document", "documents.0.sha256"),
    Step("releases document {release} {document} {folder}/read.txt"),
    Step("releases list"),
    Step("releases show {release}"),
    Step(
        "releases sign-off {release} --lacking thresholds --lacking evaluations --lacking safeguards "
        "--lacking capability_report",
        others=True,
        host="--by host:other",
        # Whoever proposed it has no say in it, not even that of asking.
        api="{other}",
    ),
    Step("releases withdraw {release} --reason-code superseded"),
    Step(
        "releases propose small 2.0 --for weights_release --risk reached --expires 2999-01-01 "
        "--document determination {folder}/stated.txt",
        "second",
        "id",
    ),
    Step("releases refuse {second} --reason-code risk_too_high --reason No"),
    Step(
        "audit stream-add webhook https://siem.example/in --secret-env STREAM_SECRET --kind person.*",
        "stream",
        "stream",
        others=True,
    ),
    Step("audit stream-remove {stream}"),
    Step("audit search --newest --limit 5"),
    Step("audit export --out {folder}/out.jsonl --kind key.*"),
    Step("audit streams"),
    Step("metrics show 2025-11"),
    Step("metrics export 2025-11 --form json --out {folder}/november.json"),
    Step("metrics close 2025-11", others=True),
    Step("metrics list"),
    Step("feedback list"),
    Step("feedback show {feedback}"),
    Step("feedback answer {feedback} --words Thanks. --public Soon."),
    Step("metrics transparency-report 2025-11 --provider Example --service Chat --out {folder}/report"),
    Step("projects model-remove trial small"),
    Step("keys revoke {key}"),
    Step("projects archive trial --yes"),
)
READS = {"list", "show", "groups", "retention", "campaigns", "report", "diff", "explain", "actions", "search",
         "streams", "history", "preview", "came", "status", "due"}  # fmt: skip


def reads(step: Step) -> bool:
    """Tell whether a command changes nothing."""
    group, name = step.name.split()
    if name in ("check", "export"):
        return (group, name) not in (("privacy", "check"), ("privacy", "export"), ("audit", "export"))
    return name in READS or (group, name) == ("metrics", "transparency-report")
