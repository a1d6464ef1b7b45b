"""The line: what stacks, meters, sites, vehicles and gates send, kept as sent, believed as it deserves.

Rooms, each knowing those before it:

- `hj212`      packets of the national protocol, three generations, into typed values and back
- `vehicles`   on-board frames of heavy vehicles (GB 17691, HJ 1239)
- `store`      packets made durable, their values read from the hot part and from Parquet alike
- `server`     the port where sites connect: framing, acknowledgement after durability, requests, health
- `validity`   minute, hour, day and month: marks, reference oxygen, capture, transmission, substitution
- `judgement`  hours, days and yearly mass against an outlet's own dated limits
- `truth`      screens for forged data: a score and its evidence
- `simulator`  a province of plants, true and forged, as series, packets or live connections

Stamps: HJ 212 gives the **start** of a period (2051, 2061, 2031, 2041) and the instant for 2011 and 2021.
The line keeps them as sent, in UTC; whoever joins them with the hours of `ambient` (stamped with their end)
adds the period.
"""
