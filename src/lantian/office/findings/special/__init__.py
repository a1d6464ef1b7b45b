"""Specialised openings: fire spots, complaints, roadside checks, scored checks, dust by weight."""
