"""Lists that leave the office: confirmed cases only, as CSV, XLSX or JSON."""
