"""The one place that speaks SQL: tables, transactions and the append-only history."""
