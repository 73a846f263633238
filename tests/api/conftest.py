"""The service for tests of the API, from `web_service.py`."""

from web_service import either_service, service, serving

__all__ = ["either_service", "service", "serving"]
