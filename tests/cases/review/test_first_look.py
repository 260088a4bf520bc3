"""What a supervisor sees first, on both stores."""

import asyncio

from tests.cases.desk import Desk
from tests.cases.review.screen import WIDE, caseload_of, sitting


def test_the_first_look_shows_queues_list_and_the_file_of_the_first_case(desk: Desk) -> None:
    async def morning() -> None:
        with caseload_of(desk) as caseload:
            async with sitting(caseload, WIDE) as seat:
                assert "1 Flagged 174" in seat.flowing
                assert "Case 68: PT Bangka Niaga" in seat.text
                await seat.press("j")
                assert "Case 34: PT Makmur Digital" in seat.text, "the file of the next case"

    asyncio.run(morning())
