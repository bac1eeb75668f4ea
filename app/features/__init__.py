"""One folder per capability: what the program does for somebody.

service.py and presenter.py know no Qt; page.py is thin."""
