"""What the shop hands out and hangs on devices: frozen forms in, PDF out.

``forms`` is what a service freezes (no PDF library is loaded for it); ``press.render`` prints it.
"""
