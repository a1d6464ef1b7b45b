"""The office: people, records and pages on Django, over the kernel's numbers.

Apps, each with the same rooms (`models rules actions views api urls templates migrations`):

* `frame`       the shell: page layout, navigation, panels, tags, charts, the simulated-data banner
* `regions`     the region register and its tree
* `people`      users, units, roles, THE scope (`people.scope`) and the action log (`people.actions`)
* `plans`       plans, clauses, targets, tasks
* `monitoring`  stations, air data, targets' status, explanations
* `portal`      what the public sees
"""
