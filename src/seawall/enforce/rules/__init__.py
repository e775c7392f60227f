"""Rules about accounts at work: what they count, which are in force, what they did, and what a draft would have done.

    decision -> job -> enter (trigger, sightings) -> facts at that moment -> each rule -> act under a decision, or note
    reverse(decision) -> its sightings go -> every later firing is asked again -> what does not hold is reversed too

Never on the live path. Facts can be had as of any trigger, so a preview asks the past exactly what a worker asks now.
How a rule is written stands in `policy.accounts`.
"""
