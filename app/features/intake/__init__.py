"""Taking a device in at the counter: who is it, what is broken, what did we promise?"""
