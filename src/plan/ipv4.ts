// The one importer of ipaddr.js: IPv4 arithmetic on numbers, text at the edges.
import ipaddr from 'ipaddr.js';

/** A subnet by its first address and its size. */
export interface Subnet {
  /** The first address, as an unsigned 32-bit number. */
  base: number;
  prefixLength: number;
  size: number;
}

/** `192.168.56.11` as an unsigned number. The text must be well-formed (config's schema sees to that). */
export function parseAddress(text: string): number {
  return ipaddr.IPv4.parse(text)
    .toByteArray()
    .reduce((value, byte) => value * 256 + byte, 0);
}

export function formatAddress(value: number): string {
  return new ipaddr.IPv4(
    [value / 2 ** 24, value / 2 ** 16, value / 2 ** 8, value].map((part) => Math.floor(part) % 256),
  ).toString();
}

/** `192.168.56.0/24`; host bits are cut off. */
export function parseSubnet(text: string): Subnet {
  const [address, prefixLength] = ipaddr.IPv4.parseCIDR(text);
  const size = 2 ** (32 - prefixLength);
  const value = parseAddress(address.toString());
  return { base: value - (value % size), prefixLength, size };
}

/** 24 of `192.168.56.0/24`, also of an address with its prefix. */
export function prefixLengthOf(cidr: string): number {
  return ipaddr.IPv4.parseCIDR(cidr)[1];
}

export function formatSubnet(subnet: Subnet): string {
  return `${formatAddress(subnet.base)}/${subnet.prefixLength}`;
}

/** The subnet of that length at an address. */
export function subnetAt(base: number, prefixLength: number): Subnet {
  return { base, prefixLength, size: 2 ** (32 - prefixLength) };
}

export function lastAddress(subnet: Subnet): number {
  return subnet.base + subnet.size - 1;
}

export function contains(subnet: Subnet, address: number): boolean {
  return address >= subnet.base && address <= lastAddress(subnet);
}

export function overlaps(left: Subnet, right: Subnet): boolean {
  return left.base <= lastAddress(right) && right.base <= lastAddress(left);
}

/** Whether a host may have the address: inside, neither the network's own nor its broadcast. */
export function isHostAddress(subnet: Subnet, address: number): boolean {
  return address > subnet.base && address < lastAddress(subnet);
}

// "This network", loopback, link-local, multicast and reserved (RFC 6890): no lab may route these.
const unusable = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'].map(parseSubnet);

/** Whether machines may have addresses there. */
export function isUsable(subnet: Subnet): boolean {
  return !unusable.some((range) => overlaps(range, subnet));
}

/** `255.255.255.0` for 24. */
export function formatSubnetMask(prefixLength: number): string {
  return formatAddress(2 ** 32 - 2 ** (32 - prefixLength));
}
