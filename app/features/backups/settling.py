"""After a restore: the journal says so, nothing is sent until the owner agrees, and who was erased stays so."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy import select

from app.core.changes import Kind
from app.core.enums import Command, Role
from app.core.errors import EnvironmentFault
from app.core.rights import Actor, Ctx
from app.features.privacy.service import replay_erasures
from app.model import Setting, Staff
from app.store.audit import reanchor
from app.store.backup.restoring import Restored, forget_restored, read_restored, thin_replaced
from app.store.door import AlreadyBooked, Store

_OWNER = (
    select(Staff.id, Staff.name)
    .where(Staff.role == Role.OWNER)
    .order_by(Staff.active.desc(), Staff.id)
    .limit(1)
)


def settle(store: Store) -> Restored | None:
    """Do what follows from a restore that was just done; what is cut off here is done at the next start.

    Called with every store that is opened to write. Raises ``EnvironmentFault``.
    """
    restored = read_restored(store.folder)
    if restored is None:
        return None
    with store.read() as reading:
        owner = reading.execute(_OWNER).one_or_none()
    if owner is not None:
        actor = Actor(owner.id, owner.name, Role.OWNER)
        with suppress(AlreadyBooked), store.write(Command.RESTORE, Ctx(actor, restored.operation)) as tx:
            tx.session.merge(Setting(key="sync_paused", value=True))
            tx.journal(
                backup=restored.manifest.sha256,
                made_at=restored.manifest.made_at.isoformat(timespec="seconds"),
                restored_at=restored.at.isoformat(timespec="seconds"),
                head=restored.manifest.journal_head,
            )
            tx.changed(Kind.SETTING, 0)
    # Customers whose data were erased since the backup are in it: they are erased once more.
    replay_erasures(store, restored.replaced)
    with suppress(EnvironmentFault):
        # This computer remembers a journal that went on further: from here on it vouches for the restored one.
        reanchor(store)
    forget_restored(store.folder)
    thin_replaced(store.folder, restored)
    return restored
