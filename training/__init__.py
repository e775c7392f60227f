"""Programs that make and measure the classifiers' weights. They run from a checkout; they are not in the package.

sources -> rows (masked labels, split) -> fit -> quantise -> calibrate -> test -> weights.npy and weights.json
"""
