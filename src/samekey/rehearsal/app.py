"""The tenant as an ASGI application: its routes, readable as a table of contents.

The Management API has a table of its own, `operations.py`.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from samekey import clock
from samekey.rehearsal import (
    applications,
    authorize_api,
    bodies,
    control_api,
    discovery_api,
    exports_api,
    login_pages,
    openapi,
    outbox_page,
    pacing,
    pages,
    resets,
    signin_api,
)
from samekey.rehearsal.dating import Dating
from samekey.rehearsal.endpoint import broken, control, management, not_found, open_to_all, wrong_method
from samekey.rehearsal.fault_gate import FaultGate
from samekey.rehearsal.operations import BASE, OPERATIONS
from samekey.rehearsal.settings import Settings
from samekey.rehearsal.store import Store
from samekey.rehearsal.tenant import open_tenant


def authentication_routes() -> list[Route]:
    """The Authentication API."""
    return [
        Route("/oauth/token", signin_api.token, methods=["POST"]),
        Route("/oauth/revoke", signin_api.revoke, methods=["POST"]),
        Route("/mfa/challenge", signin_api.challenge, methods=["POST"]),
        Route("/mfa/authenticators", open_to_all(signin_api.authenticators)),
        Route("/userinfo", open_to_all(signin_api.userinfo), methods=["GET", "POST"]),
        Route("/dbconnections/change_password", resets.change_password, methods=["POST"]),
        Route("/.well-known/openid-configuration", open_to_all(discovery_api.configuration)),
        Route("/.well-known/jwks.json", open_to_all(discovery_api.key_set)),
    ]


def browser_routes() -> list[Route]:
    """What people see."""
    return [
        Route("/", open_to_all(login_pages.home)),
        Route("/authorize", open_to_all(authorize_api.authorize)),
        Route("/u/login", open_to_all(login_pages.show), methods=["GET"]),
        Route("/u/login", login_pages.submit, methods=["POST"]),
        Route("/u/second-factor", login_pages.submit_second_factor, methods=["POST"]),
        Route("/u/reset-password", open_to_all(resets.show_request), methods=["GET"]),
        Route("/u/reset-password", resets.submit_request, methods=["POST"]),
        Route("/lo/reset", open_to_all(resets.show_reset), methods=["GET"]),
        Route("/lo/reset", resets.submit_reset, methods=["POST"]),
        Route("/u/outbox", open_to_all(outbox_page.show), methods=["GET"]),
        Route("/u/outbox", outbox_page.submit, methods=["POST"]),
        Route("/u/static/style.css", open_to_all(pages.style)),
        Route("/u/static/icon.svg", open_to_all(pages.icon)),
        Route("/u/static/explorer.js", open_to_all(pages.explorer_script)),
        Route("/u/explorer", open_to_all(pages.explorer)),
        Route("/api/v2/openapi.json", open_to_all(openapi.show)),
        Route("/v2/logout", open_to_all(authorize_api.logout)),
        Route("/oidc/logout", open_to_all(authorize_api.logout)),
        Route("/exports/{name}", open_to_all(exports_api.fetch)),
    ]


def management_routes() -> list[Route]:
    """The Management API, row by row of its table."""
    return [
        Route(
            BASE + row.path,
            management(
                row.work,
                *row.scopes,
                bytes_max=row.bytes_max,
                logged="" if row.method == "GET" else row.summary,
                group=pacing.endpoint_group(row.method, row.path),
            ),
            methods=[row.method],
        )
        for row in OPERATIONS
    ]


def control_routes() -> list[Route]:
    """The levers."""
    return [
        Route("/control", control(control_api.show)),
        Route("/control/passwords", control(control_api.passwords)),
        Route("/control/outbox", control(control_api.show_outbox)),
        Route("/control/levers", control(control_api.change_levers), methods=["PATCH"]),
        Route("/control/clock", control(control_api.move_clock), methods=["POST"]),
        Route("/control/reset", control(control_api.reset), methods=["POST"]),
        Route("/control/seed", control(control_api.seed, bytes_max=bodies.SEED_BYTES_MAX), methods=["POST"]),
        Route("/control/faults", control(control_api.show_faults), methods=["GET"]),
        Route("/control/faults", control(control_api.add_fault), methods=["POST"]),
        Route("/control/faults", control(control_api.clear_faults), methods=["DELETE"]),
        Route("/control/snapshots/{name}", control(control_api.take_snapshot), methods=["PUT"]),
        Route("/control/snapshots/{name}/restore", control(control_api.restore_snapshot), methods=["POST"]),
    ]


def create_app(settings: Settings, store: Store, base_clock: clock.Clock) -> Starlette:
    """A tenant over a store, as an ASGI application; its worker runs between startup and shutdown.

    Args:
        settings: its choices.
        store: its state; stays open when the application ends.
        base_clock: the time it lives by.

    """
    tenant = open_tenant(settings, store, base_clock)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        tenant.start()
        yield
        tenant.stop()

    cross_origin = Middleware(
        CORSMiddleware,
        allow_origins=applications.origins(store),
        allow_methods=["GET", "POST"],
        allow_headers=["authorization", "content-type", "auth0-client"],
    )
    app = Starlette(
        routes=[*authentication_routes(), *browser_routes(), *management_routes(), *control_routes()],
        lifespan=lifespan,
        middleware=[Middleware(Dating), Middleware(FaultGate), cross_origin],
        exception_handlers={404: not_found, 405: wrong_method, 500: broken},
    )
    app.state.tenant = tenant
    return app
