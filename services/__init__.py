"""The faces towards the network: HTTP triggers and status, GraphQL, the embedding server, the cache, the console."""
