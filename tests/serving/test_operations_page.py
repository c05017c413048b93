"""docs/operations.md: each alert has its heading there, and each heading's parts are whole."""

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
RULES = yaml.safe_load((ROOT / "k8s/components/monitoring/prometheusrule.yaml").read_text("utf-8"))
ALERTS = [rule["alert"] for group in RULES["spec"]["groups"] for rule in group["rules"]]
SECTIONS = dict(re.findall(r"^## (Modiste\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def test_every_alert_has_a_heading_and_every_heading_an_alert() -> None:
    assert sorted(SECTIONS) == sorted(ALERTS)


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_what_it_means_what_users_see_where_to_look_and_what_to_do(
    alert: str,
) -> None:
    for part in ("**Means**", "**Users see**", "**Look**", "**Do**"):
        assert part in SECTIONS[alert]


def test_links_within_the_page_lead_to_headings() -> None:
    headings = {
        re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= headings
