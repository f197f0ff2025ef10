//! Which addresses are the public internet's. What is not known to be is not: a new special range is
//! refused until somebody looks at it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is anybody's on the internet, and not this machine's, its network's, a cloud's
/// own service, or another address in disguise.
#[must_use]
pub fn is_global(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_global_v4(ip),
        IpAddr::V6(ip) => is_global_v6(ip),
    }
}

/// Against IANA's registry of special addresses.
const fn is_global_v4(ip: Ipv4Addr) -> bool {
    !matches!(
        ip.octets(),
        // This network; private use; loopback.
        [0 | 10 | 127, ..]
            // Carrier-grade NAT, where some clouds keep their metadata.
            | [100, 64..=127, ..]
            // Link-local, where most do.
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            // Protocol assignments, documentation, relays of 6to4.
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            // Benchmarks, documentation.
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            // Azure's own service at a public address.
            | [168, 63, 129, 16]
            // Multicast, reserved, broadcast.
            | [224..=255, ..]
    )
}

/// Only global unicast (2000::/3), without what wraps other addresses: IPv4-mapped and NAT64 lie
/// outside of it, 6to4, Teredo and ISATAP within.
const fn is_global_v6(ip: Ipv6Addr) -> bool {
    let segments = ip.segments();
    if segments[0] & 0xe000 != 0x2000 {
        return false;
    }
    !matches!(
        segments,
        // Protocol assignments, with Teredo and ORCHID; documentation; 6to4.
        [0x2001, 0..=0x1ff, ..]
            | [0x2001, 0xdb8, ..]
            | [0x3fff, 0..=0xfff, ..]
            | [0x2002, ..]
            | [_, _, _, _, 0 | 0x200, 0x5efe, ..]
    )
}
