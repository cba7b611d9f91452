"""The panel for staff: a Flask app with one blueprint per noun, usable on a phone and without JavaScript.

May import core, flows and bot.render; never webhook.
"""
