"""The configuration that every organization is born with: three questions that fit any job."""

from importlib import resources

import msgspec

from vivavoce.agents.configs import ConfigCreate

DEFAULT_CONFIG = msgspec.json.decode(
    (resources.files("vivavoce.agents") / "default_config.json").read_bytes(), type=ConfigCreate
)
