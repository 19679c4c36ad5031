"""How much work one question may cost, in steps rather than seconds.

Steps make a verdict the same on every machine; time would not.
"""

from __future__ import annotations

from compat.errors import BudgetSpent

__all__ = ["DEFAULT_STEPS", "Budget"]

DEFAULT_STEPS = 200_000


class Budget:
    """A count of steps that a format spends while it answers.

    Without ``witnesses`` a format may leave them out, to answer sooner.
    """

    __slots__ = ("left", "steps", "witnesses")

    def __init__(self, steps: int = DEFAULT_STEPS, *, witnesses: bool = True) -> None:
        self.steps = steps
        self.left = steps
        self.witnesses = witnesses

    def spend(self, steps: int = 1) -> None:
        """Take ``steps`` off the budget, or raise `BudgetSpent`."""
        self.left -= steps
        if self.left < 0:
            raise BudgetSpent(self.steps)
