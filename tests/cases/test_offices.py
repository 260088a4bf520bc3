"""A case without an office for its province is listed, never lost."""

import pytest

from cases.offices import Headed, serves, without_office
from cases.summary import NoOffice
from rules.configuration import Office

OFFICES = (
    Office("disnaker-babel", "disnaker", ("19",), "Disnaker Babel"),
    Office("kejari-bandung", "kejaksaan", ("32.04", "32.73"), "Kejari"),
)


@pytest.mark.parametrize(
    ("office", "queue", "province", "takes"),
    [
        (0, "disnaker", "19", True),
        (0, "kejaksaan", "19", False),
        (0, "disnaker", "1", False),
        (0, "disnaker", "", False),
        (1, "kejaksaan", "32", True),
        (1, "kejaksaan", "33", False),
    ],
)
def test_an_office_takes_its_queue_and_its_regions(office: int, queue: str, province: str, takes: bool) -> None:
    assert serves(OFFICES[office], queue, province) is takes


def test_what_no_office_takes_is_listed_by_queue_and_province() -> None:
    headed = (
        Headed("kejaksaan", "19", 2),
        Headed("disnaker", "19", 5),
        Headed("disnaker", "21", 0),
        Headed("disnaker", "", 1),
    )
    assert without_office(headed, OFFICES) == (NoOffice("disnaker", "", 1), NoOffice("kejaksaan", "19", 2))
