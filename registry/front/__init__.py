"""The front door: answers that are ready as bytes, given before Flask is asked.

`answers` keeps them, `recorder` fills them from what Flask answered, and `watch`
and `looks` say whether they still hold. `protocol`, `asgi` and `wsgi` are the door:
on an event loop before a request is a task, as a task, and on threads; `posted` says
which POST requests have answers that can be kept. `worker` is the process around it;
`listener` accepts its part of the connections, by what `shares` tells of the others.
docs/explain/consistency.md says why a kept answer is never stale.
"""
