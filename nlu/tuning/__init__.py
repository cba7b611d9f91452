"""Fine-tunes multilingual-e5-small on the examples: `make nlu-tune`, about half an hour.

The result, `nlu/adapter.npz`, lies in the repository: `make nlu` merges it and is done in minutes.
"""
