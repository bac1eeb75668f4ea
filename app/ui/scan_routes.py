"""Where a scan goes: badge, open question, page in front, or the page it belongs to; and what is said about it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication

from app.core.words import _
from app.ui.messages import Message, Mood

if TYPE_CHECKING:
    from app.core.codes import Code, Scan
    from app.ui.shell import Shell

log = logging.getLogger(__name__)


class ScanRoutes:
    """Every scan ends in exactly one message: the page's own, or one said here."""

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._code = ""
        self._said = False
        self._taken = False

    def with_code(self, message: Message) -> Message:
        """What is said while a scan is being handled begins with its number."""
        self._said = True
        if not self._code:
            return message
        return Message(f"{self._code} → {message.text}", message.mood, message.sound)

    def take(self, scan: Scan) -> None:
        """Route one scan."""
        from app.core.codes import Code, CodeKind, DamagedCode
        from app.core.errors import Reason

        if isinstance(scan, DamagedCode):
            self._wrong(Reason.CODE_DAMAGED, text=scan.digits)
        elif not isinstance(scan, Code):
            self.take_foreign(scan.text)
        elif scan.kind is CodeKind.STAFF:
            self._badge(scan)
        elif self._shell.locked():
            self._error(_("Sign in first: scan your badge or type your PIN."))
        else:
            self._code, self._said = scan.digits, False
            try:
                self._hand_on(scan)
            finally:
                self._code = ""

    def wants_foreign(self) -> bool:
        """Whether the page in front takes parts, so that a barcode that is not ours may be meant for it."""
        page = self._shell.page()
        if page is None or self._shell.locked() or QApplication.activeModalWidget() is not None:
            return False
        return page.takes_parts()

    def knows_foreign(self, text: str) -> bool:
        """Whether the page in front takes the part that has this barcode; nothing is said here."""
        from app.core.errors import ShopError

        page = self._shell.page()
        try:
            return page is not None and self.wants_foreign() and page.knows_part(text)
        except ShopError as error:
            # The field gets what was scanned; what is wrong with the records the next command says.
            log.warning("a barcode could not be looked up: %s", error.code)
            return False

    def take_foreign(self, text: str) -> None:
        """Offer a barcode that is not ours to the open question, else to the page in front."""
        from app.core.codes import Foreign
        from app.core.errors import Reason

        if self._shell.locked() or self._shell.page() is None:
            return
        if self._question_took("take_scan", Foreign(text)):
            return
        self._code, self._said = text, False
        try:
            if not self._offer(Foreign(text)) and not self._said:
                self._wrong(Reason.CODE_FOREIGN, text=text)
        finally:
            self._code = ""

    def _hand_on(self, scan: Code) -> None:
        from app.core.errors import Conflict, Reason, ShopError
        from app.core.sentences import sentence

        shell = self._shell
        if self._question_took("take_scan", scan):
            return
        page = shell.page()
        if page is not None and self._offer(scan):
            if not self._said:
                shell.say(Message(page.title(), Mood.OK))
            return
        try:
            target = shell.doors.route(scan)
        except (ShopError, Conflict) as error:
            self._error(sentence(error))
            return
        if target is None:
            self._wrong(Reason.CODE_UNKNOWN, text=scan.digits)
            return
        shown = shell.show_page(*target)
        if shown is None:
            self._error(_("Your role has no page for this barcode."))
        elif not self._said:
            shell.say(Message(shown.title(), Mood.OK))

    def _question_took(self, door: str, scan: Scan) -> bool:
        """Whether a question is open: the scan goes in by its ``door``; where there is none, or it has no use for the
        scan, the question is to be answered first. A refusal that the question says itself is use too."""
        question = QApplication.activeModalWidget()
        if question is None:
            return False
        take = getattr(question, door, None)
        if take is None or not take(scan):
            self._error(_("Answer the open question first, then scan again."))
        return True

    def _offer(self, scan: Scan) -> bool:
        """Whether the page in front used the scan; a refusal (said by the page) is use too."""
        page = self._shell.page()
        if page is None:
            return False
        self._taken = False
        done = page.run(lambda: page.take_scan(scan), self._note)
        return not done or self._taken

    def _note(self, taken: object) -> None:
        self._taken = bool(taken)

    def _badge(self, code: Code) -> None:
        from app.core.errors import ShopError
        from app.core.sentences import sentence

        shell = self._shell
        if shell.doors.sign_in is None:
            return
        if self._question_took("take_badge", code):
            return
        if shell.take_badge(code):
            return
        try:
            actor = shell.doors.sign_in.badge(code)
        except ShopError as error:
            self._error(sentence(error))
            return
        shell.sign_in_as(actor)
        shell.say(Message(_("{name} works here now.").format(name=actor.name), Mood.OK))

    def _wrong(self, reason: Any, **params: object) -> None:
        from app.core.errors import Refusal
        from app.core.sentences import sentence

        log.debug("scan refused: %s", reason)
        self._code = ""  # the sentence names the code itself
        self._error(sentence(Refusal(reason, **params)))

    def _error(self, text: str) -> None:
        self._shell.say(Message(text, Mood.ERROR))
