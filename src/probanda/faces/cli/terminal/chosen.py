"""From what was typed to an item that this reader may read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probanda.model.policy import Action, Reader
from probanda.work.session import require

if TYPE_CHECKING:
    from probanda.base import Base
    from probanda.views.answers import Item


def readable_item(base: Base, reader: Reader, name: str) -> Item:
    """The item that `name` means.

    Raises:
        NotFound: nothing that this reader may see, or several.
        Refused: it may be seen and not read.
    """
    from probanda.views.finding import find_item

    item = find_item(base.views, reader, name)
    require(reader, Action.READ, item.protection)
    return item
