"""Cloud Storage's JSON API: objects in buckets that exist as soon as they are named, below ``/gcs``."""
