"""Gemini on Vertex: contents, embeddings and batch prediction jobs with their files in Cloud Storage."""
