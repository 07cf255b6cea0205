"""What the sections of mailflow.toml have in common."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """What all sections share: no unknown key, no change after reading, defaults checked too."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)
