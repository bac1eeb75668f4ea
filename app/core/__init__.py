"""What every room may use: money, time, codes, words, errors. Standard library (and Babel) only;
kept light because the first paint of the window waits for it."""
