"""Supply chain: SBOM writing and quality, advisories, versions, matching, VEX, patches."""
