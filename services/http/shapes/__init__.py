"""What the routes take and give, as pydantic models: the OpenAPI document is made from these."""
