"""The network of an address: what is near enough to be one household or one office, never the address itself."""

from ipaddress import IPv6Address, ip_address, ip_network

_BITS = {4: 24, 6: 48}
PURPOSE = "investigations.network"


def network_of(address: str) -> str | None:
    """Return the network of an address, /24 or /48; None where it is no address, or this machine's own."""
    try:
        known = ip_address(address.strip())
    except ValueError:
        return None
    if isinstance(known, IPv6Address) and known.ipv4_mapped is not None:
        known = known.ipv4_mapped
    if known.is_loopback:
        # What is in front of the gateway on its host says nothing of whoever is behind it.
        return None
    return str(ip_network(f"{known}/{_BITS[known.version]}", strict=False))
