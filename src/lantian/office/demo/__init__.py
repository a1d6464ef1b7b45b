"""The demonstration province: Shanxi's region names with simulated air, our own plan documents, and people to sign in as.

Nothing in it is real but the names and codes of the divisions. Every observation, station, document number and
figure is made here, from a fixed seed, so that the same end hour gives the same province.
"""
