# What a machine needs, and installing.
