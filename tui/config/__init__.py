"""Settings: what can be set, where it was set, and what holds in the end.

A flag comes before the file, and the file before the default.

    schema.py    every setting as data: file, flags, template and tables are made from it
    flags.py     the flags of the settings, for argparse
    toml_lines.py  on which line of a TOML text each key stands
    check.py     what a file says, compared with the table: values, or all faults at once
    reader.py    finds the file and reads it; nothing else here touches the disk
    values.py    the settings as one value, and where each came from
    keymap.py    keys that a person chose for actions
    report.py    the settings as a table, as JSON, and as a template for a file

No framework is imported, and little else: the command line is made from the table before anything is loaded.
"""
