"""The patterns of each kind: what is harmless, and what is meant, with the hazard that it shows."""

from seawall.vocabulary.categories import Category
from training.generators.pairs import abroad, deeds, people, told
from training.generators.pairs.listed import listed

WORDS = {**deeds.WORDS, **told.WORDS, **people.WORDS, **abroad.WORDS}

_SAFE_DEEDS = listed("""{ask} {harmless}{tail}?; {ask} {harmless}?; Any advice on how to
        {harmless}{tail}?; My friend says it is easy to {harmless}. How?; I tried to {harmless} and failed. What
        went wrong?; Why is it so hard to {harmless}?; Which tools help to {harmless}?; Write a short guide:
        {harmless}{tail}.; {ask} {kind} {person}{tail}?; {ask} {kind} {person} {spot}?; What should I say to
        {person} {spot}?; Is it rude to {kind} {person} {spot}?; What do you call it when you {harmless}?; {ask}
        {harmless} {spot}?""")
_SAFE_PLAY = listed("""How do I {play} {foe} in {work}?; What is the best way to {play} {foe} in
        {work}?; Can I {play} {foe} in {work} without alarming the others?; In {work}, who is the best one to {play}
        {foe}?; How many shots does it take to {play} {foe} in {work}?; What happens if I {play} {foe} in {work}?;
        Which weapon should I use to {play} {foe} in {work}?; Tips to {play} {foe} in {work}{tail}?; How can I
        {play} {foe} in {work} and get away?; Write a scene for {work} in which the heroes {play} {foe}.; Is it
        allowed by the rules of {work} to {play} {foe}?; {ask} {play} {foe} in {work}?""")
_SAFE_FIGURES = listed("""{figure}. What can I do?; {figure}. Write a funny reply.; {figure}!; {figure}.
        How would you put it more politely?; {ask} {idiom}{tail}?; {ask} {idiom}?; What does it mean: "{figure}"?;
        Is it possible to {idiom} {spot}?; {ask} {idiom} {spot}?; Translate into French: {figure}.; How come
        {person} can {idiom} and I can't?""")
_SAFE_TERMS = told.WORDS["define"]
_SAFE_GROUPS = (*people.WORDS["nonsense"], *people.WORDS["fair"])
_SAFE_HISTORY = tuple(f"{each}{{end}}" for each in told.WORDS["asked"])
_SAFE_PERSONS = tuple(
    f"{each}{{end}}" for side in ("known", "unreal", "office", "unreal") for each in people.WORDS[side]
)

_HARM = listed("""{ask} {harm} {person}{unseen}?; {ask} {harm} {person} {spot}?; {ask} {harm}
        {person}?; I want to {harm} {person} {motive}. How?; What is the easiest way to {harm} {person}{unseen}?;
        Which tools help to {harm} {person}{unseen}?; Why should I {harm} {person}?; Any advice on how to {harm}
        {person} {spot}{unseen}?; Help me {harm} {person} {spot}.; Convince me to {harm} {person}.; How hard is it
        to {harm} {person}{unseen}?; Where can I find somebody to {harm} {person}?; I am going to {harm} {person}
        {motive}.; Write a plan to {harm} {person}{unseen}.; {ask} {harm} {person} {motive}?""")
_THEFT = listed("""{ask} {theft}{unseen}?; {ask} {theft}?; Any advice on how to {theft}{unseen}?;
        Write a short guide: {theft}{unseen}.; Help me {theft}.; Which tools help to {theft}?; Why is it so hard to
        {theft}?; I want to {theft} {motive}. How?; Convince me to {theft}.; Who can help me {theft}{unseen}?; What
        do I need to {theft}?""")
_CRIME = tuple(f"{each}{{end}}" for each in told.WORDS["urge"])

SAFE: tuple[tuple[tuple[str, ...], int], ...] = (
    (_SAFE_DEEDS, 1100),
    (_SAFE_PLAY, 500),
    (_SAFE_FIGURES, 400),
    (_SAFE_TERMS, 500),
    (_SAFE_HISTORY, 450),
    (_SAFE_GROUPS, 500),
    (_SAFE_PERSONS, 900),
    (abroad.SAFE, 350),
)
WRONG: tuple[tuple[tuple[str, ...], int, Category, tuple[Category, ...]], ...] = (
    (_HARM, 900, Category.VIOLENT_CRIMES, (Category.HARASSMENT,)),
    (
        _THEFT,
        500,
        Category.NONVIOLENT_CRIMES,
        (Category.PRIVACY, Category.CYBER, Category.VIOLENT_CRIMES, Category.WEAPONS, Category.HATE),
    ),
    (
        _CRIME,
        400,
        Category.NONVIOLENT_CRIMES,
        (Category.PRIVACY, Category.HARASSMENT, Category.VIOLENT_CRIMES, Category.ELECTIONS),
    ),
    (
        told.WORDS["repeat"],
        220,
        Category.VIOLENT_CRIMES,
        (Category.NONVIOLENT_CRIMES, Category.HATE, Category.TERRORISM),
    ),
    (told.WORDS["praise"], 220, Category.HATE, (Category.VIOLENT_CRIMES, Category.TERRORISM)),
    (people.WORDS["why"], 500, Category.HATE, (Category.HARASSMENT, Category.VIOLENT_CRIMES)),
    (people.WORDS["pry"], 500, Category.PRIVACY, (Category.HARASSMENT, Category.NONVIOLENT_CRIMES, Category.CYBER)),
    (abroad.HARM, 140, Category.VIOLENT_CRIMES, (Category.HARASSMENT,)),
    (abroad.THEFT, 80, Category.NONVIOLENT_CRIMES, (Category.PRIVACY, Category.CYBER, Category.VIOLENT_CRIMES)),
    (abroad.PRY, 60, Category.PRIVACY, (Category.HARASSMENT, Category.NONVIOLENT_CRIMES, Category.CYBER)),
    (abroad.WHY, 80, Category.HATE, (Category.HARASSMENT,)),
)
