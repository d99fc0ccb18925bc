"""[voice], [obs]: what the host says aloud, and what is on air."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from livebot.config.keys import File, Section, Variable

CAPTION_SUFFIXES = (".txt", ".srt", ".vtt")


class VoiceSection(Section):
    """[voice] what the host says aloud: an answer that was said is not asked of anybody else."""

    source: Literal["none", "file", "endpoint", "whisperlive", "vosk", "whispercpp", "listen"] = Field(
        "none",
        description="a caption file that grows, livebot's own endpoint, a speech server, or a model of this machine (needs livebot[voice])",
    )
    file: File | None = Field(None, description="file: .txt, .srt or .vtt that another program writes, such as LocalVocal in OBS")
    token_env: Variable = Field("", description="endpoint: environment variable that holds the token of /captions/v1/segments")
    token_file: File | None = Field(None, description="endpoint: file that holds the token")
    url: str = Field("", description="speech server: its address, such as ws://127.0.0.1:9090", pattern=r"^((ws|http)s?://.+)?$")
    audio: str = Field(
        "microphone", description="what a speech server or model hears: microphone, microphone:DEVICE, a WAV file or a stream's address"
    )
    model: File | None = Field(None, description="listen: folder with a faster-whisper (CTranslate2) model; livebot downloads none")
    language: Literal["", "ko", "en"] = Field("", description="language that is spoken; default: the show's")

    @model_validator(mode="after")
    def _is_whole(self) -> VoiceSection:
        if self.source == "file" and (self.file is None or self.file.suffix.lower() not in CAPTION_SUFFIXES):
            raise ValueError(f'source = "file" needs file, a name that ends in {", ".join(CAPTION_SUFFIXES)}')
        if self.source == "endpoint" and not (self.token_env or self.token_file):
            raise ValueError('source = "endpoint" needs token_env or token_file')
        begins = {"whisperlive": "ws", "vosk": "ws", "whispercpp": "http"}.get(self.source, "")
        if not self.url.startswith(begins):
            raise ValueError(f'source = "{self.source}" needs url, an address that begins with {begins}:// or {begins}s://')
        return self


class ObsSection(Section):
    """[obs] OBS tells which product is on air, and when the stream starts and ends."""

    url: str = Field("", description="its WebSocket server, mostly ws://127.0.0.1:4455; empty: none", pattern=r"^(wss?://.+)?$")
    password_env: Variable = Field("", description="environment variable that holds the server's password")
    password_file: File | None = Field(None, description="file that holds the server's password")
    text_source: str = Field("", description="text source whose text names the product")
