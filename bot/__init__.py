"""One message in → one turn → replies: routing, rendering, channels, sending, workers, simulator.

May import core, flows and nlu's client; only webhook and admin may import from here, and of it only
`bot.channels` (webhook) and `bot.render` (admin, for previews).
"""
