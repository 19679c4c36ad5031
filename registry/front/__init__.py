"""The front door: answers that are ready as bytes, given before Flask is asked.

`answers` keeps them, `watch` says whether they still hold, `recorder` fills them
from what Flask answered, and `asgi` and `wsgi` are the door for either kind of
worker. docs/explain/consistency.md says why a kept answer is never stale.
"""
