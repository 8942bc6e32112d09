"""The console: a page in the browser over the HTTP API. Its sources are in ``app``, what is built of them in ``dist``."""
