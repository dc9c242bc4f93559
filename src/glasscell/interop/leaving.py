"""What leaves of a language model: its network, its alphabet, and what its symbols are."""

from dataclasses import dataclass
from typing import Any

from glasscell.data.texts.alphabet import Alphabet


@dataclass(frozen=True)
class Leaving:
    """A language model that leaves.

    Parameters
    ----------
    network : keras.Model
        Of `networks.language.build_language_network`.
    alphabet : Alphabet
    symbols : {"characters", "bytes"}
        Bytes are the characters of their numbers, 0 to 255.

    Examples
    --------
    >>> Leaving(None, Alphabet("ab")).reads_bytes
    False
    """

    network: Any
    alphabet: Alphabet
    symbols: str = "characters"

    @property
    def reads_bytes(self) -> bool:
        """Whether its symbols are bytes."""
        return self.symbols == "bytes"
