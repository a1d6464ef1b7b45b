"""Lists of tasks: of one task, one county, one unit; calendar, Gantt, print and Excel."""
