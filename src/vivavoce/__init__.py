"""Self-hosted AI voice interviews of job candidates."""
