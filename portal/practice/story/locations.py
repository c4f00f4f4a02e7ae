"""Where a provider works: a family home whose address stays inside, and a practice in town."""

from __future__ import annotations

from portal.regions import queries as regions
from portal.regions.locations import queries, service

from .stage import Stage

HOME = {"name": "Gezinshuis De Wilg", "street": "Voorbeeldlaan 7", "place": "Heiloo", "family_home": True}
PRACTICE = {"name": "Praktijk Centrum", "street": "Voorbeeldplein 1", "place": "Alkmaar", "family_home": False}


def tell(stage: Stage) -> None:
    """Two locations with places for what the region buys, the municipalities served, and an AGB code."""
    with stage.acts("nadia") as work:
        organisation = stage.organisation(work, "wilgenrijk")
        members = regions.members_on(work, regions.own_region(work).id, work.today)
        category = queries.categories(work)[0]
        for facts in (HOME, PRACTICE):
            added = service.add_location(
                work, organisation, **facts, postcode="", municipality_id=None, age_from=4, age_to=17
            )
            service.set_capacity(work, added, category_id=category.id, places=4)
        service.serve_municipalities(work, organisation, [member.id for member in members[:3]])
        service.add_agb(work, organisation, code="99000011")
