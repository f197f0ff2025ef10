"""Reads what is shared and reports a gift, by a client that is generated from the document (docs/INTEGRATORS.md). Python 3.11.

WISHLIGHT_KEY=wl_live_... python3 example.py

reads the wishes and the feed to its end; with POOL=<id of a pool> it reports one gift to it, twice, as after a lost answer.
WISHLIGHT_URL names another server than http://127.0.0.1:8080, PAGE how many to ask for at a time.
"""

import os
import sys
from datetime import datetime, timezone
from typing import TypeVar
from uuid import UUID, uuid4

from wishlight_platforms import AuthenticatedClient
from wishlight_platforms.api.ledger import create_donation
from wishlight_platforms.api.sharing import list_shared_events, list_shared_wishes
from wishlight_platforms.models.donation import Donation
from wishlight_platforms.models.new_donation import NewDonation
from wishlight_platforms.models.page_shared_event_items_item import PageSharedEventItemsItem
from wishlight_platforms.models.page_shared_wish_items_item import PageSharedWishItemsItem
from wishlight_platforms.models.problem import Problem
from wishlight_platforms.types import UNSET

PAGE = int(os.environ.get("PAGE", "100"))

Answer = TypeVar("Answer")


def answered(answer: Answer | Problem | None) -> Answer:
    """What was asked for; a problem ends the program, by its code."""
    if answer is None or isinstance(answer, Problem):
        sys.exit(f"refused: {answer.code if answer else 'not understood'}")
    return answer


def wishes(client: AuthenticatedClient) -> list[PageSharedWishItemsItem]:
    found: list[PageSharedWishItemsItem] = []
    cursor: str | None = None
    while True:
        page = answered(list_shared_wishes.sync(client=client, limit=PAGE, cursor=cursor or UNSET))
        found += page.items
        cursor = page.next_cursor
        if cursor is None:
            return found


def events(client: AuthenticatedClient, cursor: str | None) -> tuple[list[PageSharedEventItemsItem], str | None]:
    """What happened after `cursor`, and the cursor to keep: the feed always gives one."""
    found: list[PageSharedEventItemsItem] = []
    while True:
        page = answered(list_shared_events.sync(client=client, limit=PAGE, cursor=cursor or UNSET))
        if not page.items:
            return found, cursor
        found += page.items
        cursor = page.next_cursor


def report(client: AuthenticatedClient, pool: str) -> tuple[Donation, Donation]:
    """The same gift twice: `external_id` makes it count once, whichever the Idempotency-Key."""
    gift = NewDonation(
        pool_id=UUID(pool),
        external_id=f"example-{uuid4()}",
        amount_fen=2000,
        currency="CNY",
        given_at=datetime.now(timezone.utc),
    )
    first, again = (
        answered(create_donation.sync(client=client, body=gift, idempotency_key=str(uuid4()))) for _ in range(2)
    )
    return first, again


def main() -> None:
    url = os.environ.get("WISHLIGHT_URL", "http://127.0.0.1:8080")
    with AuthenticatedClient(base_url=url, token=os.environ["WISHLIGHT_KEY"]) as client:
        told, cursor = events(client, None)
        print(f"{len(wishes(client))} wishes, {len(told)} events")
        print(f"{len(events(client, cursor)[0])} events since")
        if pool := os.environ.get("POOL"):
            first, again = report(client, pool)
            print(f"gift {first.external_id} of {first.amount_fen} fen, {'once' if first.id == again.id else 'twice'}")


if __name__ == "__main__":
    main()
