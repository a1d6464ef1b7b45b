"""The registers of the office: one file a register, one folder a field of work.

A file here is found by itself; `lantian.office.registers` makes everything else of it.
"""
