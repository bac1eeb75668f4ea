"""Where records are kept: the engine, the write door, migrations, the search index, photos, keys.

``Store.open(folder, clock)`` is the entrance; ``store.read()`` and ``store.write(command, ctx)`` are the
two doors.
"""
