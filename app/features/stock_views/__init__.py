"""Views of the stock: lists with sums, ABC curve, what does not move, what moves fast, value on a past date, usage."""
