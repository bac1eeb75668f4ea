"""The two sounds of the counter: *ok* and *wrong*. Told apart with the eyes elsewhere; can be silenced.

Played by the system's own player where there is one (no QtMultimedia: it weighs more than the program),
else by the system's beep: one for ok, three for wrong.
"""

from __future__ import annotations

import io
import math
import shutil
import struct
import subprocess
import sys
import tempfile
import wave
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.ui import keep


class Sound(StrEnum):
    """What is heard."""

    OK = "ok"
    WRONG = "wrong"


#: (Hertz, milliseconds): one short high tone; two low ones.
_TONES: dict[Sound, tuple[tuple[int, int], ...]] = {
    Sound.OK: ((1320, 70),),
    Sound.WRONG: ((330, 120), (0, 40), (262, 180)),
}
_RATE = 22_050
_KEY = "silent"


def silent() -> bool:
    """Whether the user wants no sounds."""
    return bool(keep.number(_KEY))


def set_silent(on: bool) -> None:
    """Silence or allow sounds; kept."""
    keep.put(_KEY, int(on))


def play(sound: Sound) -> None:
    """Play without waiting; never fails."""
    if silent() or QGuiApplication.platformName() in ("offscreen", "minimal"):
        return
    try:
        if not _play_wave(sound):
            _beep(3 if sound is Sound.WRONG else 1)
    except OSError:
        _beep(1)


def wave_bytes(sound: Sound) -> bytes:
    """The sound as a WAV file, mono, 16 bit."""
    frames = bytearray()
    for hertz, length_ms in _TONES[sound]:
        count = _RATE * length_ms // 1000
        for at in range(count):
            # Soft edges: a tone that is cut off clicks.
            edge = min(1.0, at / 200, (count - at) / 200)
            frames += struct.pack("<h", round(12_000 * edge * math.sin(2 * math.pi * hertz * at / _RATE)))
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(bytes(frames))
    return buffer.getvalue()


def _play_wave(sound: Sound) -> bool:
    if sys.platform == "win32":
        import winsound

        winsound.PlaySound(str(_file(sound)), winsound.SND_FILENAME | winsound.SND_ASYNC)
        return True
    player = _player()
    if player is None:
        return False
    subprocess.Popen(
        [*player, str(_file(sound))],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return True


@lru_cache(maxsize=1)
def _player() -> tuple[str, ...] | None:
    for name, *options in (("afplay",), ("pw-play",), ("paplay",), ("aplay", "-q")):
        found = shutil.which(name)
        if found:
            return (found, *options)
    return None


@lru_cache(maxsize=2)
def _file(sound: Sound) -> Path:
    folder = Path(tempfile.gettempdir()) / "xiuhu-sounds"
    folder.mkdir(exist_ok=True)
    file = folder / f"{sound}.wav"
    file.write_bytes(wave_bytes(sound))
    return file


def _beep(times: int) -> None:
    QApplication.beep()
    if times > 1:
        QTimer.singleShot(150, lambda: _beep(times - 1))
