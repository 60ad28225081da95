use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether `address` is one of the public Internet, that any host may have.
///
/// Private, shared (carrier-grade NAT), loopback, link-local, multicast, unspecified, documentation,
/// benchmark and reserved addresses are not, after the special-purpose registries of IANA (RFC 6890
/// and its updates). An IPv6 address that carries an IPv4 one (mapped, NAT64, 6to4) is judged by
/// the address it carries; Teredo and local NAT64 are refused whole.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let special = match address.octets() {
        [0, ..] | [10, ..] | [127, ..] => true, // this network, private, loopback
        [100, 64..=127, ..] => true,            // shared, RFC 6598
        [169, 254, ..] => true,                 // link-local, cloud metadata
        [172, 16..=31, ..] => true,             // private
        [192, 0, 0 | 2, _] => true,             // protocol assignments, documentation
        [192, 88, 99, _] => true,               // 6to4 relays, RFC 7526
        [192, 168, ..] => true,                 // private
        [198, 18..=19, ..] => true,             // benchmarks, RFC 2544
        [198, 51, 100, _] => true,              // documentation
        [203, 0, 113, _] => true,               // documentation
        [224..=255, ..] => true,                // multicast, reserved, broadcast
        _ => false,
    };
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let embedded = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] => embedded(high, low), // IPv4-mapped
        [0x0064, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low), // NAT64, RFC 6052
        [0x2002, high, low, ..] => embedded(high, low),            // 6to4, RFC 3056
        [0x2001, 0x0000..=0x01ff, ..] => false,                    // Teredo, ORCHID and other protocols
        [0x2001, 0x0db8, ..] => false,                             // documentation
        [0x3fff, 0x0000..=0x0fff, ..] => false,                    // documentation, RFC 9637
        // Only 2000::/3 is given out: loopback, unspecified, IPv4-compatible, local NAT64, unique
        // local, link-local, site-local and multicast addresses all lie outside.
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_public() {
        for address in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "193.0.0.1",
            "198.17.255.255",
            "223.255.255.255",
            "2606:4700:4700::1111",
            "2001:4860:4860::8888",
            "::ffff:1.1.1.1",
            "64:ff9b::1.1.1.1",
            "2002:0101:0101::1",
        ] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn special_addresses_are_not() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1.1.1.1",
            "2002:7f00:0001::1",
            "2002:c0a8:0101::1",
            "2001::1",
            "2001:20::1",
            "2001:db8::1",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "5f00::1",
            "100::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }
}
