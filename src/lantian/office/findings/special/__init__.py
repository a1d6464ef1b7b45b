"""Specialised openings of findings: fire spots, complaints, roadside checks, scored checks, dust by weight."""
