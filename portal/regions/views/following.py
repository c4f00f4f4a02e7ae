"""Wanting a mail when a region publishes something."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from portal.access import Permission
from portal.regions import queries, service
from portal.web.acts import finish, writing
from portal.web.locale import _
from portal.web.wall import allow

from .blueprint import bp


@bp.post("/regio/<code>/volgen")
@allow(Permission.REGION_FOLLOW)
def follow(code: str) -> Response:
    with writing() as work:
        region = queries.region_by_code(work, code)
        service.follow_region(work, region)
        done = _("U volgt %(region)s. U krijgt een mail als er iets wordt gepubliceerd.", region=region.name)
        return finish(work, None, url_for("home.region", code=region.code), done)


@bp.post("/regio/<code>/niet-meer-volgen")
@allow(Permission.REGION_FOLLOW)
def unfollow(code: str) -> Response:
    with writing() as work:
        region = queries.region_by_code(work, code)
        service.unfollow_region(work, region)
        done = _("U volgt %(region)s niet meer.", region=region.name)
        return finish(work, None, url_for("home.region", code=region.code), done)
