"""Rules about accounts as they are written: a file, its checks, and the expressions in it.

    text -> read -> RuleSet (rules in order, what they count) -> holds(facts) -> yes, no, or an error

Expressions are CEL. Nothing here knows a database: the facts come as values, the counts by the counters' places.
"""
