"""What a shop and a brand's head office say to each other: events, answers, their JSON form and the seal on it.

Both sides import these modules, so that neither can drift; standard library only. The readable list of every field
is the manual's chapter "headoffice", which a test compares with the classes here.
"""
