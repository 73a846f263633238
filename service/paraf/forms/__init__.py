"""Forms of the steps: a JSON Schema subset, validated the same way for every way in."""
