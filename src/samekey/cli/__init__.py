"""The command line: parse, call one step, print, choose the exit code."""
