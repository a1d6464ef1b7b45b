"""People: users, units and roles; what each may see (`scope`) and do (`rules`); the log of what was done."""
