"""Fire spots: satellite pixels become fires, known heat is set aside, somebody goes there."""
