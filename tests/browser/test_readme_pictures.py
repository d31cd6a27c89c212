"""The three pictures that README shows. ``make screenshots`` keeps them in docs/images; otherwise they are only made."""

import os
from pathlib import Path

import pytest

from tests.browser import people

FOLDER = os.environ.get("SCREENSHOTS", "")
MOST_BYTES = 150_000
PICTURES = {
    "pool": ("/manage/pool", people.MANAGER),
    "ally": ("/ally/", people.ALLY),
    "programme": ("/programmes/2023-pilot/", people.VISITOR),
}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_of_1280_by_800_points_is_light_to_load(visits, tmp_path, name):
    path, who = PICTURES[name]
    file = Path(FOLDER or tmp_path) / f"{name}.png"
    file.parent.mkdir(parents=True, exist_ok=True)

    visits.open(path, who=who).screenshot(path=file)

    assert file.read_bytes()[16:24] == (1280).to_bytes(4, "big") + (800).to_bytes(4, "big")
    assert file.stat().st_size <= MOST_BYTES
