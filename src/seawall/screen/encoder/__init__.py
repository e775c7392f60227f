"""The accurate tier: a small encoder, fine-tuned for hazard categories, stacked on the linear classifier.

    text -> word pieces -> windows -> MiniLM (int8, onnxruntime) -> with the linear sum -> calibrated probability

`EncoderClassifier.load()` opens the shipped model; `.scores(text)` answers in some milliseconds on one thread, and
`.batch_scores(texts)` is for many. It is for the texts that the fast tier is unsure of. Trained on English above all.
"""

from seawall.screen.encoder.classifier import EncoderClassifier
from seawall.screen.encoder.manifest import EncoderManifest

__all__ = ["EncoderClassifier", "EncoderManifest"]
