"""Feedback on commitments: what anybody thinks of a promise of the organisation, answered by a person, and counted.

    form of the portal -> taken -> answered, once -> told by link or letter;  what is to be public -> the hub

What people write, where they are reached, what they are answered and what of it is public lie in the vault; rows and
records hold ids, codes and times. What may be spoken of comes as an argument: this room does not know the register.
"""

from seawall.cases.feedback.model import Answer, AnsweredAlready, Feedback, Given, NoSuchFeedback, Opened, Public

__all__ = ["Answer", "AnsweredAlready", "Feedback", "Given", "NoSuchFeedback", "Opened", "Public"]
