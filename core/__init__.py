"""The nouns of Puente and the rules about them: settings, database, encryption, and verbs such as
`cases.refer`.

Imports nothing of ours and no web, chat, SMS or NLU library, so that every other room may stand on it.
"""
