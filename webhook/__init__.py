"""The front door for providers: verify, store, acknowledge; nothing else happens here.

May import core and bot.channels. Nothing of what people wrote, and no address of theirs, is logged.
"""
