"""What candidates' browsers need that is not ours: fetched from npm when the product is set up, served from here."""

from pathlib import Path

from litestar.datastructures import CacheControlHeader
from litestar.static_files import create_static_files_router

FOLDER = Path(__file__).parent / "libraries"
LIVEKIT_CLIENT = FOLDER / "node_modules" / "livekit-client" / "dist" / "livekit-client.umd.js"
LIVEKIT_CLIENT_ADDRESS = f"/libraries/{LIVEKIT_CLIENT.name}"
HOW_TO_FETCH = f"fetch livekit-client with .ci/install-livekit client, or: npm ci --prefix {FOLDER}"

libraries_router = create_static_files_router(
    path="/libraries", directories=[LIVEKIT_CLIENT.parent], cache_control=CacheControlHeader(no_cache=True)
)
