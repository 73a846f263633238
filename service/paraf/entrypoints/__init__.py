"""Thin ways in: the API, the pages, the command line."""
