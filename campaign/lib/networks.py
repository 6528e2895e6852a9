"""Networks of visitors: the neighbourhood of an address, never the address itself."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

#: The part of an address that stays the same for a household, a school or a company.
_PREFIX = {4: 24, 6: 48}


def of(address: str | None) -> str:
    """The /24 or /48 the address is in; an empty string for what is no address."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network(f"{found}/{_PREFIX[found.version]}", strict=False))


def is_of_the_internet(address: str | None) -> bool:
    """Whether the address tells visitors apart: not so behind a proxy that nobody told us of."""
    try:
        return ip_address(address or "").is_global
    except ValueError:
        return False
