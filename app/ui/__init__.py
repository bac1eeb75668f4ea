"""The Qt parts every page shares. Nothing here knows records or services: texts, snapshots and callables come in.

theme, tokens, sheet, icons   the look: colours, sizes, fonts, light/dark/scale live
chips                         one colour, icon and word per status; tones (done, waits, late, info, calm)
fields                        form rows: line, text, phone, money, quantity, date, choice, chips, PIN, signature, photos
saving                        where a file is to be written
search_field                  the line above a list that is searched while one types
tables                        the one table (paged, sorted, empty/error/loading) and its columns
curtain                       the window as it is painted first, before anything else is loaded
page, page_stack, finder_box  a page's base class; the pages one in front; the search box
shell                         the main window around the pages (with bars, user_menu, scan_routes)
scanner                       bursts of a keyboard wedge become scans, wherever the focus is
messages, sounds              banners, questions, crash dialog; the two sounds
tasks                         work beside the window: progress, cancel
printing                      preview, print, save as PDF
sign_in                       staff tiles, PIN pad, badge
keep                          widths and geometry that a window remembers
"""
