"""Counts of a JUnit report, as junitparser reads them: what the file says, and what its cases give."""

import json
import sys

from junitparser import JUnitXml

suites = JUnitXml.fromfile(sys.argv[1])
said = {"tests": suites.tests, "failures": suites.failures, "errors": suites.errors, "skipped": suites.skipped}
names = [(case.classname, case.name) for suite in suites for case in suite]
suites.update_statistics()
counted = {"tests": suites.tests, "failures": suites.failures, "errors": suites.errors, "skipped": suites.skipped}
print(json.dumps({"said": said, "counted": counted, "names": names}))
