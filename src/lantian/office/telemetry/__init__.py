"""The line in the office: devices, stacks, marks and corrections, validity reports; `alarms` judges them.

from lantian.office.telemetry import door
door.line()            # the kernel's store of this office, opened once a process

from lantian.office.telemetry import daily
daily.steps.register("judge", 20, step)     # joins `lantian office line`
"""
