"""The console: a page that is built from ``app/`` into ``dist/``, and served beside the HTTP API that it uses."""
