"""The processes: roles and how their parts are put together, heartbeat, leader election, health, metrics, daily jobs.

The one room that may know all others. It decides nothing about what a mother reads.
"""
