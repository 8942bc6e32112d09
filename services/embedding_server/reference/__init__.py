"""The reference data: job postings and users of a recruiting site, made up. Only here does the server know a domain."""
