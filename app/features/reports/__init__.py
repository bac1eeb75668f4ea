"""What a month brought: sums that hold to the fen, each the sum of the list behind it."""
