"""What can go wrong at the door."""

from lineage.errors import BadInput, Refused


class BrokenContract(BadInput):
    """The contract's file cannot be understood; the message lists every fault with its place."""


class UnreadableSource(BadInput):
    """The file is not there, or is no CSV in UTF-8 with one header and rows of its length."""


class UnknownDelivery(BadInput):
    """The file's name does not say which delivery it is, as the contract wants it."""


class SchemaChanged(Refused):
    """The file's columns are not those of the contract; the whole drop is refused."""


class DeliveryTaken(Refused):
    """Another file was loaded for this delivery, or nothing was and a correction was asked for."""
