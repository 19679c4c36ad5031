"""Regular expressions as automata: never a backtracking engine."""
