"""Plans: documents, their clauses, targets and tasks; who must do what by when, and how far it is."""
