"""Keys, tokens and passwords that open something."""

from seawall.screen.detector import Detector
from seawall.vocabulary.categories import Category

# Written in two halves, so that nobody's scanner takes an example for a leak.
_AWS, _GITHUB, _PEM = "AK" + "IA", "gh" + "p_", "-----BEGIN " + "PRIVATE KEY-----"

DETECTOR = Detector(
    name="secrets",
    category=Category.SECRETS,
    finds="private keys, tokens of well-known services, connection strings with a password",
    patterns=(
        r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
        r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b",
        r"\bgithub_pat_[A-Za-z0-9_]{60,120}\b",
        r"\bglpat-[A-Za-z0-9_-]{20,40}\b",
        r"\bxox[abprs]-[A-Za-z0-9-]{10,120}\b",
        r"\bAIza[A-Za-z0-9_-]{35}\b",
        r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,120}\b",
        r"\bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{20,200}\b",
        r"\bsw_[A-Za-z0-9_-]{43}\b",
        r"\bhf_[A-Za-z0-9]{30,60}\b",
        r"\bnpm_[A-Za-z0-9]{36}\b",
        r"\bpypi-[A-Za-z0-9_-]{50,250}\b",
        r"\beyJ[A-Za-z0-9_-]{10,600}\.eyJ[A-Za-z0-9_-]{10,1200}\.[A-Za-z0-9_-]{10,600}\b",
        r"\b(?:postgres|postgresql|mysql|mongodb|redis|amqp)(?:\+[a-z]{1,10})?://[^\s:@/]{1,60}:[^\s@/]{3,80}@[A-Za-z0-9.-]{1,120}",
        r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s]{1,3500}-----END [A-Z ]{0,20}PRIVATE KEY-----)?",
    ),
    max_span=3700,
    hits=(
        _AWS + "ABCDEFGHIJKLMNOP",
        _GITHUB + "a1B2" * 9,
        "sk-" + "ant-" + "api03-" + "abcDEF123_" * 4,
        "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0In0." + "c2lnbmF0dXJl0001",
        "postgresql://" + "app:hunter22@db.internal",
        _PEM,
    ),
    misses=(
        "the key to a good soup is patience",
        "AKIA is a prefix",
        "sk-short",
        "postgresql://localhost/app",
        "see ghp_ in the manual",
    ),
    measured="not measured; the forms are those that the services publish",
)
