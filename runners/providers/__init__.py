"""The providers of LLM answers: one narrow protocol, and each provider behind it."""
