"""The hub: what the organisation promises and does, as a static site that anyone can check.

    public records + documents + figures -> pages -> manifest -> record `hub.published` -> proof beside the site

Building is pure: the same inputs give the same bytes. What is shown comes from the published ledger and from what
`app` hands over as the values of `inputs`; this room knows neither cases nor content. Only `publishing` loads the
store. Checking a site (`verify`) needs its files and the ledger's key, and nothing of the server.
"""
