"""The one wall around SpiffWorkflow and lxml: routes are read here, and cases take their steps here."""
