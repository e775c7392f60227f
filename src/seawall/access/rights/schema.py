"""The Cedar schema of the rules, made from the list of actions, so that the two cannot differ."""

from seawall.access.rights.actions import ACTIONS, KINDS

_HEAD = """entity Role;
entity Person in [Role] { active: Bool, service: Bool, human: String };
entity Application { active: Bool, service: Bool, human: String };
type Asked = { passkey_seconds: Long, approved: Bool };
action "fresh";
action "two_party";
"""


def schema() -> str:
    """Return the schema in Cedar's own notation."""
    things = [f"entity {kind} {{ readers?: Set<Person> }};" for kind in KINDS if kind not in ("Person", "Approval")]
    things.append("entity Approval { readers?: Set<Person>, requester: String };")
    return _HEAD + "\n".join([*things, *map(_action, range(len(ACTIONS)))]) + "\n"


def _action(place: int) -> str:
    action = ACTIONS[place]
    groups = [f'"{name}"' for name in action.groups]
    inside = f" in [{', '.join(groups)}]" if groups else ""
    applies = f"principal: [Person, Application], resource: [{action.kind}], context: Asked"
    return f'action "{action.name}"{inside} appliesTo {{ {applies} }};'
