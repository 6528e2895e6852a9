"""Networks of visitors: the neighbourhood of an address, never the address itself."""

from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Network = IPv4Network | IPv6Network

#: The part of an address that stays the same for a household, a school or a company.
_PREFIX = {4: 24, 6: 48}


def of(address: str | None) -> str:
    """The /24 or /48 the address is in; an empty string for what is no address."""
    found = read(address)
    return str(ip_network(f"{found}/{_PREFIX[found.version]}", strict=False)) if found else ""


def is_of_the_internet(address: str | None) -> bool:
    """Whether the address tells visitors apart: not so behind a proxy that nobody told us of."""
    found = read(address)
    return found is not None and found.is_global


def read(address: str | None) -> IPv4Address | IPv6Address | None:
    """The address; None for what is none.

    Who listens for both kinds at one port sees `::ffff:192.0.2.7` for `192.0.2.7`: taken as it is,
    all of the older internet would be one network, and on no list.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
