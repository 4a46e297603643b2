"""The same work on this program and on others for the same purpose, in one run: `python -m benchmarks.peers`."""
