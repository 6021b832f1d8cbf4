"""What learning from verdicts gives on real data: `python -m bench.learn EXPERIMENT --data DIR`."""
