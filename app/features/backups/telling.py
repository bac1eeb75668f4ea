"""Backups in words, the same on the screen and on the command line."""

from __future__ import annotations

from app.core import formats
from app.core.clock import DEFAULT_ZONE
from app.core.labels import label
from app.core.sentences import sentence
from app.core.words import N_, _, ngettext
from app.features.backups.snapshots import BackupRow, Report
from app.features.checkup.snapshots import CHECK_WORDS
from app.store.backup.manifest import Manifest
from app.store.backup.restoring import NAMED, Losses

#: Said at every start after a restore, until the owner agrees that data leave the shop again.
RESTORED = N_(
    "A backup was restored. Look at Owner → Backups, and confirm there that brands may be told again."
)


def size_text(size: int) -> str:
    """Bytes as people say them."""
    for unit, power in (("GB", 30), ("MB", 20)):
        if size >= 1 << power:
            return f"{size / (1 << power):.1f} {unit}"
    return f"{max(1, size >> 10)} KB"


def backup_line(manifest: Manifest, zone: str = DEFAULT_ZONE) -> str:
    """Which backup: its moment, its shop, its newest order."""
    return _("Backup {number} of {when} ({kind}): {shop}, {orders}, newest {order}").format(
        number=manifest.number,
        when=formats.moment(manifest.made_at, zone),
        kind=label(manifest.kind),
        shop=manifest.shop_name or "-",
        orders=ngettext("{n} order", "{n} orders", manifest.orders).format(n=manifest.orders),
        order=manifest.last_order or "-",
    )


def findings_line(findings: tuple[str, ...]) -> str:
    """The checks that found something in a copy; "" where none did."""
    if not findings:
        return ""
    names = ", ".join(_(CHECK_WORDS.get(name, name)) for name in findings)
    return _("The backup is whole, but in the records not everything agrees: {checks}.").format(checks=names)


def loss_lines(lost: Losses) -> list[str]:
    """What the present records have and the backup has not, one subject a line."""
    if not lost.readable:
        return [_("The present records cannot be read: what is missing in the backup is not known.")]
    if lost.new:
        return [_("Nothing is lost: there is no shop on this computer yet.")]
    lines = []
    if lost.other_shop:
        lines.append(_("Attention: this is the backup of another shop. All of this shop's records go."))
    if lost.orders:
        text = ngettext("{n} order is lost: {numbers}", "{n} orders are lost: {numbers}", lost.orders)
        lines.append(text.format(n=lost.orders, numbers=_numbers(lost.order_numbers, lost.orders)))
    if lost.moved:
        text = ngettext(
            "{n} order goes back to how it was then", "{n} orders go back to how they were then", lost.moved
        )
        lines.append(text.format(n=lost.moved))
    if lost.payments:
        text = ngettext(
            "{n} payment is lost, {amount} in all", "{n} payments are lost, {amount} in all", lost.payments
        )
        lines.append(text.format(n=lost.payments, amount=formats.money(lost.paid)))
    if lost.invoices:
        text = ngettext(
            "{n} invoice over {amount} is lost: {numbers}",
            "{n} invoices over {amount} are lost: {numbers}",
            lost.invoices,
        )
        lines.append(
            text.format(
                n=lost.invoices,
                amount=formats.money(lost.billed),
                numbers=_numbers(lost.invoice_numbers, lost.invoices),
            )
        )
    if not lines and lost.entries:
        text = ngettext("{n} smaller entry is lost", "{n} smaller entries are lost", lost.entries)
        lines.append(text.format(n=lost.entries))
    return lines or [_("Nothing is lost: the backup has everything.")]


def report_lines(report: Report) -> list[str]:
    """What a run did."""
    lines = [
        _("Backed up and checked: {file} ({size}, {orders}).").format(
            file=report.file,
            size=size_text(report.size),
            orders=ngettext("{n} order", "{n} orders", report.orders).format(n=report.orders),
        )
    ]
    if report.findings:
        lines.append(findings_line(report.findings))
    if report.second_file:
        lines.append(_("Copied to the second place and read back: {file}").format(file=report.second_file))
    if report.second_fault is not None:
        lines.append(second_fault_line(report.second_fault))
    return lines


def second_fault_line(fault: Exception) -> str:
    """Why there is no copy at the second place this time."""
    from app.core.errors import Fault, Reason, ShopError

    if isinstance(fault, ShopError) and fault.code is Fault.FOLDER_UNUSABLE:
        return _("The second place is not there now (stick not plugged in?). The backup here is made.")
    if isinstance(fault, ShopError) and fault.code is Reason.BACKUP_PASSWORD_NEEDED:
        return _("This computer does not know the backups' password any more. Set it again under Backups.")
    why = sentence(fault) if isinstance(fault, ShopError) else type(fault).__name__
    return _("No copy at the second place: {why}").format(why=why)


def row_state(row: BackupRow) -> str:
    """One word for a backup in a list."""
    if not row.good:
        return _("Damaged")
    if row.findings:
        return _("With findings")
    return _("Locked") if row.locked and row.orders is None else _("Checked")


def _numbers(named: tuple[str, ...], count: int) -> str:
    more = count - min(len(named), NAMED)
    return ", ".join(named) + (" …" if more > 0 else "")
