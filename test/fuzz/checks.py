"""What Schemathesis is told of the contract that OpenAPI cannot say."""

import re
from datetime import datetime, timedelta, timezone

import schemathesis
from schemathesis.specs.openapi.checks import positive_data_acceptance

TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)(?:\.\d{1,9})? ?(Z|[+-]\d\d:?\d\d)(?: [A-Z]{1,5})?", re.ASCII)


@schemathesis.check
def positive_data_acceptance_whatever_the_clock_says(ctx, response, case):
    # A schema cannot say "from 15 minutes to five years ahead": where `expire_at` is not, 400 is the right answer.
    # All else is left to Schemathesis' own check.
    if response.status_code == 400 and response.json()["message"].startswith("expire_at '") and not_ahead(case.body):
        return None
    return positive_data_acceptance(ctx, response, case)


def not_ahead(body):
    text = body.get("expire_at") if isinstance(body, dict) else None
    if not isinstance(text, str):
        return False
    found = TIME.fullmatch(text)
    try:
        day, time, zone = found.groups()
        offset = "+0000" if zone == "Z" else zone.replace(":", "")
        at = datetime.strptime(f"{day} {time} {offset}", "%Y-%m-%d %H:%M:%S %z")
    except (AttributeError, ValueError):
        # A time that is none, such as 30 February.
        return True
    ahead = at - datetime.now(timezone.utc)
    # A little less than the window: what lies at its edges is right either way.
    return not timedelta(minutes=16) < ahead < timedelta(days=5 * 365)
