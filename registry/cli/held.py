"""What the options hold every file to, before the project file is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from compat.levels import Level
from compat.policy import Policy
from registry.cli.judge import Terms
from registry.cli.scene import Scene

__all__ = ["Held"]


@dataclass(frozen=True, slots=True)
class Held:
    """The options of the command; None leaves it to the project file."""

    subject: str | None = None
    level: Level | None = None
    policy: Policy | None = None

    def terms(self, place: Scene, path: str) -> Terms:
        """Return what ``path`` is held to: options first, then the project."""
        inside = place.workspace.inside(path)
        settings = place.project.settings(inside)
        subject = settings.subject.value if settings.subject else None
        return Terms(
            inside,
            self.level or Level(settings.level.value),
            self.policy or Policy(settings.policy.value),
            place.project,
            datetime.now(UTC).date(),
            self.subject or subject,
        )
