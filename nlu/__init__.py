"""Understanding of what people write: the Rasa project, in an environment of its own, and the bot's client.

Imports nothing of ours. The client (parser, keywords, understanding) needs Python 3.11 and httpx only; Rasa,
on Python 3.10, is imported by components, train and server alone.
"""
