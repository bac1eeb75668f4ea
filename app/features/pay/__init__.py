"""What staff earn beside their wage and how long they worked: rules, statements of a month, reports of a day
(domain.md §9)."""
