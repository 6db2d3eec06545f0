import { describe, expect, test } from "vitest";
import { admitHost, checkAddress } from "../../src/tools/network/host-rules.ts";

function isAdmitted(address: string, allow: readonly string[] | null): boolean {
  try {
    admitHost(new URL(address), allow);
    return true;
  } catch (error) {
    expect(error).toMatchObject({ code: "denied" });
    return false;
  }
}

describe("the allow-list of a hand", () => {
  test.each<[string, readonly string[] | null, boolean]>([
    ["https://example.com/", null, true],
    ["https://example.com/", [], false],
    ["https://example.com/", ["*"], true],
    ["https://example.com/", ["example.com"], true],
    ["https://EXAMPLE.com./", ["Example.COM"], true],
    ["https://api.example.com/", ["example.com"], false],
    ["https://api.example.com/", ["*.example.com"], true],
    ["https://a.b.example.com/", ["*.example.com"], true],
    ["https://example.com/", ["*.example.com"], false],
    ["https://evilexample.com/", ["*.example.com"], false],
    ["https://example.com.evil.test/", ["example.com", "*.example.com"], false],
    ["https://example.com:8443/", ["example.com:8443"], true],
    ["https://example.com/", ["example.com:8443"], false],
    ["https://example.com/", ["example.com:443"], true],
    ["http://example.com/", ["example.com:443"], false],
    ["https://bücher.example/", ["bücher.example"], true],
    ["https://bücher.example/", ["xn--bcher-kva.example"], true],
    ["http://127.0.0.1:8080/", ["127.0.0.1:8080"], true],
    ["http://127.0.0.1:8081/", ["127.0.0.1:8080"], false],
    ["http://[::1]:8080/", ["::1"], true],
    ["http://[::1]:8080/", ["[0:0:0:0:0:0:0:1]:8080"], true],
    ["http://169.254.169.254/", ["169.254.169.254"], true],
    ["http://1.2.3.4/", ["*.3.4"], false],
  ])("%s with %j: %s", (address, allow, expected) => {
    expect(isAdmitted(address, allow)).toBe(expected);
  });

  test.each([
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://017700000001/",
    "http://１２７.０.０.１/",
    "http://127.0.0.1./",
    "http://[::1]/",
    "http://[::]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[64:ff9b::127.0.0.1]/",
    "http://0.0.0.0/",
    "http://0/",
    "http://10.1.2.3/",
    "http://192.168.0.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://0xa9fea9fe/",
    "http://[fd00:ec2::254]/",
    "http://[fe80::1]/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
  ])("%s is refused however it is written, with and without an open list", (address) => {
    expect(isAdmitted(address, null)).toBe(false);
    expect(isAdmitted(address, ["*"])).toBe(false);
  });

  test("says which rule refused and what to write", () => {
    expect(() => admitHost(new URL("https://api.example.com/"), ["other.test"])).toThrow(
      expect.objectContaining({
        message: "This hand may not reach api.example.com: it is not in its [network] allow",
        hint: 'To allow it, add "api.example.com" to allow in the [network] table of its HAND.toml.',
        details: { rule: "network.allow", host: "api.example.com" },
      }),
    );
    const nas = admitHost(new URL("http://nas.example/"), null);
    expect(() => checkAddress("192.168.1.5", nas)).toThrow(
      expect.objectContaining({
        message: "This hand may not reach nas.example: it is 192.168.1.5, a private address",
        hint: 'If that is wanted, add "nas.example" to allow in the [network] table of its HAND.toml.',
      }),
    );
  });

  test("lets a named host have a private address, but a metadata or link-local one only by the address itself", () => {
    const named = admitHost(new URL("http://nas.example/"), ["nas.example"]);
    expect(() => checkAddress("192.168.1.5", named)).not.toThrow();
    expect(() => checkAddress("127.0.0.1", named)).not.toThrow();
    expect(() => checkAddress("169.254.169.254", named)).toThrow(/metadata/);
    expect(() => checkAddress("fe80::1", named)).toThrow(/link-local/);
    const matched = admitHost(new URL("http://nas.example/"), ["*.example"]);
    expect(() => checkAddress("192.168.1.5", matched)).toThrow(/private/);
  });

  test.each(["https://example.com", "example.com/path", "user@example.com", "", "example.com:https"])(
    "%j is no entry",
    (entry) => {
      expect(() => admitHost(new URL("https://example.com/"), [entry])).toThrow(
        expect.objectContaining({ code: "invalid_argument" }),
      );
    },
  );
});
