"""The technician's bench: what is next, what do I know, what may I do?"""
