"""One build of the synthetic case, as its tests see it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from probanda.twin import Manifest


@dataclass(frozen=True, slots=True)
class Twin:
    """One build: where it lies and what it says of itself."""

    folder: Path
    material: Path
    manifest: Manifest

    def text(self, path: str) -> str:
        return (self.material / path).read_bytes().decode()
