"""What Seawall is made of and how it is handed over: bills of materials, licences, advisories, signed releases.

python -m supply.sbom [--check]        sbom/*.json from requirements/*.txt, and whether every licence is allowed
python -m supply.audit [--quick]       known vulnerabilities of what is locked; what cannot be asked is unknown
python -m supply.release KEY           dist/ with a wheel, an sdist, SHA256SUMS and its signature
python -m supply.verify DIST KEY       what whoever downloads them checks
"""
