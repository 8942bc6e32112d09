"""The OpenAI API: chat completions, responses, embeddings, files and batches, below ``/openai/v1``."""
