"""The papers people carry: form F-1.02, slips, receipts, calendar files.

Everything takes plain frozen dataclasses and knows no table, so that a route, a test or a
command can fill them.
"""
