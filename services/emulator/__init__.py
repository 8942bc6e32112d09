"""A local server that speaks the OpenAI, Gemini, Vertex and Cloud Storage routes, keeps books, and fails on demand."""
