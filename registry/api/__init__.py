"""The HTTP API: parse a request, call one service function, encode."""
