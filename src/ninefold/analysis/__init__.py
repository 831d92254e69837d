"""Steps 2 to 5, pure: needs, partition, exposure, threats, levels, residual risk, paths, choice of measures. No I/O."""
