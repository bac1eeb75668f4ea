"""What the program costs beside its floors, in one run, interleaved (``xiuhu bench``; limits of the shop's promises).

measure   medians, p99 and ratios        shops     filling a shop with any number of orders
lives     an order's whole life          reads     card, lists, finder
papers    PDFs                           windows   start, memory, scrolling (each in a process of its own)
"""
