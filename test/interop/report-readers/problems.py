"""Prints what an XML Schema has against a JUnit report, one line each; nothing for a valid report."""
import sys

import xmlschema

schema, report = sys.argv[1:]
for error in xmlschema.XMLSchema(schema).iter_errors(report):
    print(f"{error.path}: {error.reason}")
