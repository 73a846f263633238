"""Forms of steps: JSON Schema in, checked values, drawn fields and sentences out.

Knows schemas and values; must not know the engine, the database or the web. A layer beside engine,
storage and documents, used by every way in.
"""

from paraf.forms.drawing import Field, Option, fields
from paraf.forms.posted import parse_posted
from paraf.forms.schema import check_schema, schema_digest
from paraf.forms.validation import engine_fields, validate

__all__ = [
    "Field",
    "Option",
    "check_schema",
    "engine_fields",
    "fields",
    "parse_posted",
    "schema_digest",
    "validate",
]
