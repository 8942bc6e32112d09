"""Asking a provider for one answer for each item, and never paying for one twice.

build (items) → plan (requests, cache, budget) → jobs or live (the calls) → ingest (answers, books) → course (outcome).
"""
