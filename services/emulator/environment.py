"""Which environment variables point the SDKs, and what of batchdag needs a place of its own, at an emulator."""

KEY = "emulator"
PROJECT = "emulator"
LOCATION = "us-central1"
STAGING = "gs://emulator/batchdag"
"""Where the provider ``vertex`` puts its files; a bucket exists as soon as it is named."""


def environment(address: str) -> dict[str, str]:
    """Return the variables for the emulator at this address, such as ``http://127.0.0.1:8377``."""
    return {
        "OPENAI_BASE_URL": f"{address}/openai/v1",
        "OPENAI_API_KEY": KEY,
        "GOOGLE_GEMINI_BASE_URL": f"{address}/gemini",
        "GEMINI_API_KEY": KEY,
        "GOOGLE_VERTEX_BASE_URL": f"{address}/vertex",
        "GOOGLE_CLOUD_PROJECT": PROJECT,
        "GOOGLE_CLOUD_LOCATION": LOCATION,
        "STORAGE_EMULATOR_HOST": f"{address}/gcs",
        "BATCHDAG_VERTEX_STAGING": STAGING,
    }
