"""How often pages that need no sign-in may be asked for: by address, and by link. All bounds are a minute's."""

from litestar.handlers import BaseRouteHandler

from vivavoce.errors import RateLimited
from vivavoce.http.addresses import counted_address
from vivavoce.http.request import AnyConnection, services
from vivavoce.rates import Window, count, minute_end, seconds_to_wait
from vivavoce.signing import hashed

# Behind one address may sit a whole campus, and a page that lost its line joins every few seconds.
PAGES_OF_AN_ADDRESS, PAGES_OF_A_LINK = 600, 120
JOINS_OF_AN_ADDRESS, JOINS_OF_A_LINK = 600, 60
SIGN_INS_OF_AN_ADDRESS = 10


async def guard_invitation(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Candidates' pages; joining, which a program does, by itself."""
    token: str = connection.path_params["token"]
    link = hashed(token).hex()
    if connection.scope["path"].endswith("/join"):
        await _limit(connection, "joins", JOINS_OF_AN_ADDRESS, link, JOINS_OF_A_LINK)
    else:
        await _limit(connection, "pages", PAGES_OF_AN_ADDRESS, link, PAGES_OF_A_LINK)


async def guard_sign_in(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """The form that sends mail. How many mails one member gets, `members.py` bounds."""
    await _limit(connection, "sign-ins", SIGN_INS_OF_AN_ADDRESS)


async def _limit(
    connection: AnyConnection, what: str, of_an_address: int, link: str = "", of_a_link: int = 0
) -> None:
    """Counts, and raises RateLimited."""
    parts = services(connection)
    at = parts.clock()
    bounds = {f"{what} {counted_address(connection, parts.settings)}": of_an_address}
    if link:
        bounds[f"{what} {link}"] = of_a_link
    counted = await count(parts.database, list(bounds), at)
    windows = [Window(bound, counted[subject], minute_end(at)) for subject, bound in bounds.items()]
    if exceeded := [one for one in windows if one.used > one.limit]:
        raise RateLimited(
            "There were too many tries from here within a minute. Wait a minute, then try again.",
            headers={"Retry-After": str(seconds_to_wait(exceeded, at))},
        )
