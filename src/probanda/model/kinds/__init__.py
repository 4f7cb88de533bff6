"""Entry kinds, one file each: what the act says in clear, what it hides, and what it is about.

Each kind is a frozen value with `KIND`, `act()`, which gives what the vault records, and `read()`, which
gives the value back from an entry and the fields disclosed with it. A hidden field that was withheld is None.

Source: spec/kinds.md.
"""
