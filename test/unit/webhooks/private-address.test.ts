import { expect, test } from "bun:test";
import {
  isPrivateAddress,
  PrivateAddress,
  refusePrivateHost,
} from "../../../src/webhooks/private-address.ts";

test.each([
  ...[
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
  ],
  ...["0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fd00::1", "fe80::1%eth0", "fec0::1"],
  ...["::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1"],
])("%s is private", (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each([
  "8.8.8.8",
  "172.32.0.1",
  "100.128.0.1",
  "::ffff:8.8.8.8",
  "2606:4700::1111",
  "2001:4860:4860::8888",
])(
  "%s is not",
  (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  },
);

test.each(["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]"])(
  "%s in a URL is private, in each notation",
  (host) => {
    expect(() => refusePrivateHost(`http://${host}:8080/hooks`)).toThrow(PrivateAddress);
  },
);

test.each(["8.8.8.8", "[2606:4700::1111]", "shop.example"])("%s in a URL passes", (host) => {
  expect(() => refusePrivateHost(`http://${host}/`)).not.toThrow();
});
