"""Understanding of what people write: the Rasa project (own Python 3.10 environment) and the client that the bot uses.

Imports nothing of ours. The client (parser, keywords, understanding) needs Python 3.11 and httpx only; Rasa is imported by
components, train and server alone.
"""
