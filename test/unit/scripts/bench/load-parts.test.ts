import { describe, expect, test } from "bun:test";
import { HttpAnswer } from "../../../../scripts/bench/load/http-answer.ts";
import { latencyFigures } from "../../../../scripts/bench/load/latency-figures.ts";
import { MarkerReader } from "../../../../scripts/bench/load/marker-reader.ts";
import { Tally } from "../../../../scripts/bench/load/tally.ts";

describe("the load client's parts", () => {
  test("an HTTP answer is read from any pieces, and has a body only when all of it is there", () => {
    const text = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\ncontent-length: 11\r\n\r\n{"ok":true}';
    for (let cut = 1; cut < text.length; cut++) {
      const answer = new HttpAnswer();
      answer.take(Buffer.from(text.slice(0, cut)));
      expect(answer.body).toBeUndefined();
      answer.take(Buffer.from(text.slice(cut)));
      expect(answer.status).toBe(200);
      expect(answer.body).toBe('{"ok":true}');
    }
  });

  test("an answer tells whether its connection goes on", () => {
    const closesAfter = (head: string, version = "1.1"): boolean => {
      const answer = new HttpAnswer();
      answer.take(Buffer.from(`HTTP/${version} 200 OK\r\n${head}Content-Length: 0\r\n\r\n`));
      return answer.closes;
    };
    expect(closesAfter("")).toBe(false);
    expect(closesAfter("Connection: keep-alive\r\n")).toBe(false);
    expect(closesAfter("Connection: close\r\n")).toBe(true);
    expect(closesAfter("", "1.0")).toBe(true);
    expect(closesAfter("Connection: keep-alive\r\n", "1.0")).toBe(false);
  });

  test("an answer without a length cannot be counted", () => {
    expect(() => new HttpAnswer().take(Buffer.from("HTTP/1.1 200 OK\r\n\r\n"))).toThrow(
      "without Content-Length",
    );
  });

  test("markers are found wherever the stream is cut, and nowhere else", () => {
    const stream = Buffer.from("a#b#00000042#xx#00000043#");
    for (let cut = 0; cut <= stream.length; cut++) {
      const found: number[] = [];
      const reader = new MarkerReader((number) => found.push(number));
      reader.take(stream.subarray(0, cut));
      reader.take(stream.subarray(cut));
      expect(found).toEqual([42, 43]);
    }
  });

  test("percentiles are values that were measured", () => {
    const times = Float64Array.from({ length: 1000 }, (_, index) => 1000 - index);
    expect(latencyFigures(times)).toEqual({ p50: 501, p99: 991, p999: 1000, most: 1000 });
  });

  test("a tally waits for what was promised and reports a delivery too many", async () => {
    const tally = new Tally();
    tally.add(2);
    const taken = tally.take(3);
    tally.add(1);
    await taken;
    await tally.verify();
    tally.add(1);
    await expect(tally.verify()).rejects.toThrow("1 deliveries more than there should be");
  });
});
