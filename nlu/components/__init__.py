"""Our parts of Rasa's graph, for Python 3.10 inside the NLU's own environment. Import Rasa, never the app."""
