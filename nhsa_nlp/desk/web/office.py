"""What all visits to a desk share."""

from __future__ import annotations

from dataclasses import dataclass

from nhsa_nlp.desk.inbox import Inbox
from nhsa_nlp.desk.intake import Intake
from nhsa_nlp.desk.related import Archive
from nhsa_nlp.desk.store import Store


@dataclass(frozen=True)
class Office:
    """What all visits share.

    Attributes
    ----------
    accounts
        Whether people log in.
    secure
        Whether cookies are for connections over TLS only.
    """

    store: Store
    intake: Intake
    archive: Archive | None
    inbox: Inbox | None
    accounts: bool
    secure: bool = False

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the token of a session."""
        return f"nhsa_desk_{self.store.mark}"
