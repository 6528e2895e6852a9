"""Networks of visitors: the neighbourhood of an address, never the address itself."""

from ipaddress import ip_address, ip_network

#: The part of an address that stays the same for a household, a school or a company.
_PREFIX = {4: 24, 6: 48}


def of(address: str | None) -> str:
    """The /24 or /48 the address is in; an empty string for what is no address."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    return str(ip_network(f"{found}/{_PREFIX[found.version]}", strict=False))
