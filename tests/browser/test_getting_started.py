"""The lines of the pages for developers run in the demo as they stand, and a client generated from the contract tells the same."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE, PORTAL = ROOT / "docs/api/getting-started.md", ROOT / "docs/api/national-portal.md"
LINES = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture
def told(site, tmp_path):
    """What each block of a page prints, run one after the other in one shell."""

    def of(page: Path) -> list[str]:
        blocks = [one.replace("http://localhost:8000", site) for one in LINES.findall(page.read_text(encoding="utf-8"))]
        marked = "\n".join(f"echo '--- {number}'\n{block}" for number, block in enumerate(blocks))
        ran = subprocess.run(
            ["sh", "-eu", "-c", marked], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        assert ran.returncode == 0, ran.stderr
        return [one.partition("\n")[2].strip() for one in ran.stdout.split("--- ")[1:]]

    return of


def test_every_line_of_the_page_runs_as_it_stands(told):
    _env, itself, notices, pool, secrets, announced, events, refused = told(PAGE)
    assert set(json.loads(events)) == {"data", "next", "has_more"}
    assert json.loads(itself)["scopes"]
    assert [set(one) for one in json.loads(notices)["data"]] == [{"id", "number", "due_on", "amount", "paid"}] * 2
    assert json.loads(pool)["amounts"]["committed"] == {"amount": "1000000000.00", "currency": "EUR"}
    assert secrets.endswith("the same secret")
    assert json.loads(announced)["code"] == "notice_not_owed"
    assert json.loads(refused)["errors"][0]["pointer"] == "?colour"


def test_every_line_of_the_page_of_national_portals_runs_as_it_stands(told):
    _token, form, tried, _begun, sent, file, evidence = told(PORTAL)
    assert [one["title_en"] for one in json.loads(form)["sections"]] == [
        "Your proposal",
        "How far it is",
        "Who you are",
    ]
    (result,) = json.loads(tried)["results"]
    assert (result["outcome"], result["application"]) == ("refused", None)
    assert "/items/0/answers/2.1" in {one["pointer"] for one in result["errors"]}
    assert (json.loads(sent)["state"], json.loads(sent)["to_correct"]) == ("submitted", [])
    assert json.loads(file)["application"] == json.loads(sent)["id"]
    assert (json.loads(evidence)["name"], json.loads(evidence)["evidence"]) == ("trial.csv", None)


def test_a_generated_client_tells_the_story(site, tmp_path):
    made = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--path", str(ROOT / "docs/api/openapi.json")),
            *("--output-path", str(tmp_path / "generated"), "--meta", "none"),
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    story = tmp_path / "story.py"
    story.write_text(STORY, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, str(story), site], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["1000000000.00", "EUR", "notice_not_owed"]


STORY = """
import json, sys, uuid
import httpx
from generated import AuthenticatedClient
from generated.api.fund import list_funds, get_funds_pool
from generated.api.capital_calls import list_notices, post_receipt_notices
from generated.models import ReceiptNoticeInRequest

site = sys.argv[1]
env = dict(line.split("=", 1) for line in httpx.get(f"{site}/demo/treasury.env").text.split())
asked = httpx.post(f"{site}/api/oauth/token", data={"grant_type": "client_credentials"}, auth=(env["CLIENT_ID"], env["CLIENT_SECRET"]))
client = AuthenticatedClient(base_url=site, token=asked.json()["access_token"])
fund = list_funds.sync(client=client).data[0]
pool = get_funds_pool.sync(fund.id, client=client)
print(pool.amounts.committed.amount, pool.amounts.committed.currency)
notice = list_notices.sync(client=client).data[0]
body = ReceiptNoticeInRequest.from_dict({"notice": notice.id, "amount": {"amount": "1.00", "currency": "EUR"}, "value_on": "2026-11-23", "reference": "x"})
answer = post_receipt_notices.sync_detailed(client=client, body=body, idempotency_key=str(uuid.uuid4()))
print(json.loads(answer.content)["code"])
"""
