import { expect, test } from "bun:test";
import type { CertificateFiles } from "../../../src/tls/certificate-files.ts";
import { findHostCertificate } from "../../../src/tls/host-certificate.ts";

const MAC_HERD = "/Users/ada/Library/Application Support/Herd/config/valet/Certificates";
const VALET = "/Users/ada/.config/valet/Certificates";

function disk(...paths: string[]): CertificateFiles {
  return { read: () => "", has: (path) => paths.includes(path), list: () => [] };
}

function pair(folder: string, host = "laravel.test", separator = "/"): string[] {
  return [".crt", ".key"].map((extension) => folder + separator + host + extension);
}

test.each([
  ["darwin", "/Users/ada", MAC_HERD, "Laravel Herd", "/"],
  ["darwin", "/Users/ada", VALET, "Laravel Valet", "/"],
  ["linux", "/home/ada", "/home/ada/.config/valet/Certificates", "Laravel Valet", "/"],
  [
    "win32",
    "C:\\Users\\ada",
    "C:\\Users\\ada\\.config\\herd\\config\\valet\\Certificates",
    "Laravel Herd",
    "\\",
  ],
])("on %s at home in %s a pair in %s is found", (platform, home, folder, tool, separator) => {
  const [certificate = "", key = ""] = pair(folder, "laravel.test", separator);
  const found = findHostCertificate("laravel.test", { platform, home }, disk(certificate, key));
  expect(found.pair).toEqual({ certificate, key, tool });
  expect(found.folders).toContain(folder);
});

const mac = { platform: "darwin", home: "/Users/ada" };

test("Herd is asked before Valet", () => {
  const found = findHostCertificate("laravel.test", mac, disk(...pair(VALET), ...pair(MAC_HERD)));
  expect(found.pair?.tool).toBe("Laravel Herd");
});

test.each([".crt", ".key"])("%s alone is no pair", (extension) => {
  const found = findHostCertificate("laravel.test", mac, disk(`${VALET}/laravel.test${extension}`));
  expect(found).toEqual({ pair: undefined, folders: [MAC_HERD, VALET] });
});

test.each([
  "https://laravel.test",
  "https://Laravel.Test:8080/chat?x#y",
  "laravel.test:8080",
  "wss://user@laravel.test/",
])(
  "%s stands for its host",
  (written) => {
    expect(findHostCertificate(written, mac, disk(...pair(VALET))).pair?.tool).toBe("Laravel Valet");
  },
);

test.each(["../../secret", "https://../x"])("%s leads to no other folder", (written) => {
  const asked: string[] = [];
  const files = { ...disk(), has: (path: string) => (asked.push(path), false) };
  findHostCertificate(written, mac, files);
  expect(asked.every((path) => path.startsWith(MAC_HERD) || path.startsWith(VALET))).toBe(true);
});
