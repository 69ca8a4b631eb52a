"""The tenant as an ASGI application: its routes, readable as a table of contents."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.routing import Route

from samekey import clock
from samekey.auth0 import limits
from samekey.rehearsal import (
    applications,
    authorize_api,
    blocks_api,
    connections_api,
    control_api,
    discovery_api,
    exports_api,
    jobs_api,
    login_pages,
    logs_api,
    pages,
    signin_api,
    users_api,
)
from samekey.rehearsal.endpoint import broken, control, management, not_found, open_to_all, wrong_method
from samekey.rehearsal.fault_gate import FaultGate
from samekey.rehearsal.settings import Settings
from samekey.rehearsal.store import Store
from samekey.rehearsal.tenant import open_tenant

_UPLOAD = limits.IMPORT_REQUEST_BYTES_MAX


def routes() -> list[Route]:
    """Every address this tenant answers at."""
    return [
        # Authentication API
        Route("/oauth/token", signin_api.token, methods=["POST"]),
        Route("/oauth/revoke", signin_api.revoke, methods=["POST"]),
        Route("/mfa/challenge", signin_api.challenge, methods=["POST"]),
        Route("/mfa/authenticators", open_to_all(signin_api.authenticators)),
        Route("/userinfo", open_to_all(signin_api.userinfo), methods=["GET", "POST"]),
        Route("/.well-known/openid-configuration", open_to_all(discovery_api.configuration)),
        Route("/.well-known/jwks.json", open_to_all(discovery_api.key_set)),
        # Signing in with a browser
        Route("/", open_to_all(login_pages.home)),
        Route("/authorize", open_to_all(authorize_api.authorize)),
        Route("/u/login", open_to_all(login_pages.show), methods=["GET"]),
        Route("/u/login", login_pages.submit, methods=["POST"]),
        Route("/u/second-factor", login_pages.submit_second_factor, methods=["POST"]),
        Route("/u/static/style.css", open_to_all(pages.style)),
        Route("/v2/logout", open_to_all(authorize_api.logout)),
        Route("/oidc/logout", open_to_all(authorize_api.logout)),
        # Management API: connections
        Route("/api/v2/connections", management(connections_api.show_all, "read:connections")),
        Route("/api/v2/connections/{connection_id}", management(connections_api.show, "read:connections")),
        Route(
            "/api/v2/connections/{connection_id}/users",
            management(users_api.delete_by_email, "delete:users", logged="Delete a connection user"),
            methods=["DELETE"],
        ),
        # Management API: jobs
        Route(
            "/api/v2/jobs/users-imports",
            management(jobs_api.create_import, "create:users", bytes_max=_UPLOAD, logged="Create import users job"),
            methods=["POST"],
        ),
        Route(
            "/api/v2/jobs/users-exports",
            management(exports_api.create, "read:users", logged="Create export users job"),
            methods=["POST"],
        ),
        Route("/exports/{name}", open_to_all(exports_api.fetch)),
        Route("/api/v2/jobs/{job_id}", management(jobs_api.show, "create:users", "read:users")),
        Route("/api/v2/jobs/{job_id}/errors", management(jobs_api.show_errors, "create:users", "read:users")),
        # Management API: users
        Route("/api/v2/users-by-email", management(users_api.show_by_email, "read:users")),
        Route("/api/v2/users", management(users_api.show_all, "read:users"), methods=["GET"]),
        Route(
            "/api/v2/users",
            management(users_api.create, "create:users", logged="Create a User"),
            methods=["POST"],
        ),
        Route("/api/v2/users/{user_id:path}/logs", management(logs_api.show_of_user, "read:logs", "read:logs_users")),
        Route("/api/v2/users/{user_id:path}", management(users_api.show, "read:users"), methods=["GET"]),
        Route(
            "/api/v2/users/{user_id:path}",
            management(users_api.change, "update:users", logged="Update a User"),
            methods=["PATCH"],
        ),
        Route(
            "/api/v2/users/{user_id:path}",
            management(users_api.delete, "delete:users", logged="Delete a User"),
            methods=["DELETE"],
        ),
        Route("/api/v2/user-blocks", management(blocks_api.show_by_identifier, "read:users"), methods=["GET"]),
        Route(
            "/api/v2/user-blocks",
            management(blocks_api.lift_by_identifier, "update:users", logged="Unblock a user"),
            methods=["DELETE"],
        ),
        Route("/api/v2/user-blocks/{user_id:path}", management(blocks_api.show, "read:users"), methods=["GET"]),
        Route(
            "/api/v2/user-blocks/{user_id:path}",
            management(blocks_api.lift, "update:users", logged="Unblock a user"),
            methods=["DELETE"],
        ),
        # Management API: the tenant log
        Route("/api/v2/logs", management(logs_api.show_all, "read:logs")),
        Route("/api/v2/logs/{log_id}", management(logs_api.show, "read:logs")),
        # Control address
        Route("/control", control(control_api.show)),
        Route("/control/passwords", control(control_api.passwords)),
        Route("/control/levers", control(control_api.change_levers), methods=["PATCH"]),
        Route("/control/clock", control(control_api.move_clock), methods=["POST"]),
        Route("/control/reset", control(control_api.reset), methods=["POST"]),
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

    app = Starlette(
        routes=routes(),
        lifespan=lifespan,
        middleware=[
            Middleware(FaultGate),
            Middleware(
                CORSMiddleware,
                allow_origins=applications.origins(store),
                allow_methods=["GET", "POST"],
                allow_headers=["authorization", "content-type", "auth0-client"],
            ),
        ],
        exception_handlers={404: not_found, 405: wrong_method, 500: broken},
    )
    app.state.tenant = tenant
    return app
