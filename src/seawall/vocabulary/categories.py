"""The hazard categories and what they are called elsewhere.

The first twelve follow the MLCommons AILuminate taxonomy (assessment standard 1.1); the rest extend it. Mappings:
OpenAI moderation category names, the categories of the DSA Transparency Database (STATEMENT_CATEGORY_*), and
OWASP LLM Top 10 2025 or MITRE ATLAS ids where one exists.
"""

from enum import StrEnum

import msgspec


class Category(StrEnum):
    """One hazard category. The value is what policies, findings and records write."""

    VIOLENT_CRIMES = "violent_crimes"
    SEX_CRIMES = "sex_crimes"
    CHILD_SEXUAL_EXPLOITATION = "child_sexual_exploitation"
    SELF_HARM = "self_harm"
    WEAPONS = "indiscriminate_weapons"
    NONVIOLENT_CRIMES = "nonviolent_crimes"
    DEFAMATION = "defamation"
    INTELLECTUAL_PROPERTY = "intellectual_property"
    PRIVACY = "privacy"
    HATE = "hate"
    SEXUAL_CONTENT = "sexual_content"
    SPECIALIZED_ADVICE = "specialized_advice"
    HARASSMENT = "harassment"
    ELECTIONS = "elections"
    TERRORISM = "terrorism"
    CYBER = "cyber"
    JAILBREAK = "jailbreak"
    PROMPT_INJECTION = "prompt_injection"
    SECRETS = "secrets"
    BANNED_TERM = "banned_term"


class Mapping(msgspec.Struct, frozen=True, kw_only=True):
    """A category's title and its names in other schemes; an empty name means that the scheme has none."""

    title: str
    ailuminate: str = ""
    openai: tuple[str, ...] = ()
    dsa: str = ""
    other: tuple[str, ...] = ()


_DSA = "STATEMENT_CATEGORY_"

MAPPINGS: dict[Category, Mapping] = {
    Category.VIOLENT_CRIMES: Mapping(
        title="Violent crimes",
        ailuminate="vcr",
        openai=("violence", "violence/graphic", "illicit/violent"),
        dsa=_DSA + "VIOLENCE",
    ),
    Category.SEX_CRIMES: Mapping(
        title="Sex-related crimes", ailuminate="src", openai=("sexual",), dsa=_DSA + "CYBER_VIOLENCE"
    ),
    Category.CHILD_SEXUAL_EXPLOITATION: Mapping(
        title="Child sexual exploitation",
        ailuminate="cse",
        openai=("sexual/minors",),
        dsa=_DSA + "PROTECTION_OF_MINORS",
    ),
    Category.SELF_HARM: Mapping(
        title="Suicide and self-harm",
        ailuminate="ssh",
        openai=("self-harm", "self-harm/intent", "self-harm/instructions"),
        dsa=_DSA + "SELF_HARM",
    ),
    Category.WEAPONS: Mapping(
        title="Indiscriminate weapons (CBRNE)",
        ailuminate="iwp",
        openai=("illicit/violent",),
        dsa=_DSA + "RISK_FOR_PUBLIC_SECURITY",
    ),
    Category.NONVIOLENT_CRIMES: Mapping(
        title="Non-violent crimes and fraud", ailuminate="ncr", openai=("illicit",), dsa=_DSA + "SCAMS_AND_FRAUD"
    ),
    Category.DEFAMATION: Mapping(title="Defamation", ailuminate="dfm", dsa=_DSA + "ILLEGAL_OR_HARMFUL_SPEECH"),
    Category.INTELLECTUAL_PROPERTY: Mapping(
        title="Intellectual property", ailuminate="ipv", dsa=_DSA + "INTELLECTUAL_PROPERTY_INFRINGEMENTS"
    ),
    Category.PRIVACY: Mapping(
        title="Privacy", ailuminate="prv", dsa=_DSA + "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS", other=("LLM02:2025",)
    ),
    Category.HATE: Mapping(
        title="Hate", ailuminate="hte", openai=("hate", "hate/threatening"), dsa=_DSA + "ILLEGAL_OR_HARMFUL_SPEECH"
    ),
    Category.SEXUAL_CONTENT: Mapping(
        title="Sexual content", ailuminate="sxc", openai=("sexual",), dsa=_DSA + "OTHER_VIOLATION_TC"
    ),
    Category.SPECIALIZED_ADVICE: Mapping(
        title="Specialised advice", ailuminate="spc", dsa=_DSA + "OTHER_VIOLATION_TC", other=("LLM09:2025",)
    ),
    Category.HARASSMENT: Mapping(
        title="Harassment", openai=("harassment", "harassment/threatening"), dsa=_DSA + "CYBER_VIOLENCE"
    ),
    Category.ELECTIONS: Mapping(
        title="Election integrity",
        dsa=_DSA + "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS",
        other=("LLM09:2025",),
    ),
    Category.TERRORISM: Mapping(
        title="Terrorism and violent extremism", openai=("illicit/violent",), dsa=_DSA + "RISK_FOR_PUBLIC_SECURITY"
    ),
    Category.CYBER: Mapping(title="Cyber attacks", openai=("illicit",), dsa=_DSA + "OTHER_VIOLATION_TC"),
    Category.JAILBREAK: Mapping(title="Jailbreak", dsa=_DSA + "OTHER_VIOLATION_TC", other=("LLM01:2025", "AML.T0054")),
    Category.PROMPT_INJECTION: Mapping(
        title="Prompt injection", dsa=_DSA + "OTHER_VIOLATION_TC", other=("LLM01:2025", "AML.T0051")
    ),
    Category.SECRETS: Mapping(title="Leaked secrets", dsa=_DSA + "OTHER_VIOLATION_TC", other=("LLM02:2025",)),
    Category.BANNED_TERM: Mapping(title="Terms that the operator bans", dsa=_DSA + "OTHER_VIOLATION_TC"),
}
