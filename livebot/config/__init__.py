"""The user's config: one TOML file, every key checked and documented where it is defined. The only room that reads config and environment.

A wrong file is a `UserError` that names file, line, key and what is allowed. Secrets are never in the file: a key ending in `_env` names
an environment variable, one ending in `_file` a file that holds the secret. Each section stands with its like; `whole` puts them together,
`load` reads a file, `faults` says what is wrong with one, `examples` writes the example.
"""

from livebot.config.chats import LOGINS, MAX_LENGTHS, ChannelSection
from livebot.config.examples import ROOMS, example
from livebot.config.load import load_config
from livebot.config.places import configs
from livebot.config.secret import read_secret
from livebot.config.voice import ObsSection, VoiceSection
from livebot.config.whole import Config

__all__ = [
    "LOGINS",
    "MAX_LENGTHS",
    "ROOMS",
    "ChannelSection",
    "Config",
    "ObsSection",
    "VoiceSection",
    "configs",
    "example",
    "load_config",
    "read_secret",
]
