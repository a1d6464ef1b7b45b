"""The demonstration province: Shanxi's region names, simulated air, plan documents of our own, people.

Nothing in it is real but the names and codes of the divisions. Every observation, station, document number
and figure is made here, from a fixed seed, so that the same end hour gives the same province.
"""
