"""The base of everything that is written to a result: frozen, and closed against keys that nobody knows."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen record; an unknown key is an error, so that a newer or foreign file is noticed and not half read."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
