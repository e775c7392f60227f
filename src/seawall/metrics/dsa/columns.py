"""Columns of the forms, letter for letter: some end in a space there. Nothing here is made up by Seawall."""

_ABOUT = ("Applicability", "Service", "Reporting period")
_OTHER = 'Description of the sub-category "Other"'
_ITEMS = "Number of specific items of information included in the total number of notices"
_TRUSTED = " (Trusted Flagger notices)"
_TERMS = "Number of actions taken on the basis of the terms and conditions of the service"
_LAW = "Number of actions taken on the basis of the law"

RECEIVED = "Number of notices received "
RECEIVED_TRUSTED = "Number of notices received from Trusted flaggers"
ITEMS = _ITEMS
ITEMS_TRUSTED = f"{_ITEMS} by Trusted Flaggers{_TRUSTED}"
MEDIAN, MEDIAN_TRUSTED = "Median time to take action", f"Median time to take action{_TRUSTED}"
ON_LAW, ON_LAW_TRUSTED = _LAW, f"{_LAW}{_TRUSTED}"
ON_TERMS, ON_TERMS_TRUSTED = _TERMS, f"{_TERMS}{_TRUSTED}"
MEASURES = "Number of measures taken at the provider's own initiative "
AUTOMATED = "Number of measures taken after detection with solely automated means "
PROVISION_SUSPENSION = "Provision of the service Suspension"
ACCOUNT_SUSPENSION, ACCOUNT_TERMINATION = "Account restriction Suspension", "Account restriction Termination"
ILLEGAL = "Category of illegal content"
AGAINST_TERMS = "Category of incompatibility with the provider's terms and conditions"

_NOTICES = (
    RECEIVED, RECEIVED_TRUSTED, ITEMS, ITEMS_TRUSTED, MEDIAN, MEDIAN_TRUSTED, ON_LAW, ON_LAW_TRUSTED, ON_TERMS,
    ON_TERMS_TRUSTED,
)  # fmt: skip
_MEASURES = (
    MEASURES, AUTOMATED, "Visibility restriction Removal", "Visibility restriction Disable",
    "Visibility restriction Demoted", "Visibility restriction Age restricted",
    "Visibility restriction Interaction restricted", "Visibility restriction Labelled ", "Visibility restriction Other",
    "Monetary restriction Suspension", "Monetary restriction Termination", "Monetary restriction Other",
    PROVISION_SUSPENSION, "Provision of the service Termination", ACCOUNT_SUSPENSION, ACCOUNT_TERMINATION,
)  # fmt: skip
IDENTIFICATION = ("Applicability", "Service", "Indicator", "Value")
NOTICES = (*_ABOUT, ILLEGAL, _OTHER, *_NOTICES, *(f"Contextual information on {each}" for each in _NOTICES))
_TAKEN = (*_MEASURES, *(f"Contextual Information on {each}" for each in _MEASURES))
OWN_ILLEGAL = (*_ABOUT, ILLEGAL, _OTHER, *_TAKEN)
OWN_TERMS = (*_ABOUT, AGAINST_TERMS, _OTHER, *_TAKEN)
INDICATORS = (*_ABOUT, "Section", "Indicator", "Scope", "Value", "Contextual Information")
NUMBERS_OF_NOTICES, NUMBERS_OF_MEASURES = _NOTICES, _MEASURES
