"""How an inspector refuses."""


class Refused(Exception):
    """``reason`` is a code for which ``core.documents.words`` has a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
