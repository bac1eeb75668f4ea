"""The commands of the command line, by what they are about: each module has their arguments and runs them.

arguments   the parser in the user's language, arguments that several commands take
terminal    the shop's folder and services, exit codes, sentences, JSON, progress
playing     demo, day, bench
looking     doctor, report, find
papers      paper
files       import, export
backups     backup, restore
offices     sync, headoffice

``app.cli`` registers them and loads a module when one of its commands is given: the window's start waits for none.
"""
