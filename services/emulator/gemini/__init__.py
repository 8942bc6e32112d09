"""The Gemini developer API: contents, embeddings, files and batches, below ``/gemini/v1`` and ``/gemini/v1beta``."""
