import { expect, test } from "vitest";
import { WaitingLine } from "../../src/runner/waiting-line.ts";

function takeAll(line: WaitingLine): readonly string[] {
  const taken: string[] = [];
  for (let next = line.take(); next !== undefined; next = line.take()) taken.push(next);
  return taken;
}

test("the most urgent goes first, and of equals the one that came first", () => {
  const line = new WaitingLine();
  for (const [id, priority] of [
    ["clock", 0],
    ["human", 10],
    ["clock 2", 0],
    ["resumed", 20],
    ["human 2", 10],
  ] as const)
    line.add(id, priority);
  expect(line.size).toBe(5);
  expect(takeAll(line)).toEqual(["resumed", "human", "human 2", "clock", "clock 2"]);
  expect(line.size).toBe(0);
});

test("one that comes twice waits once, and moves where it has become more urgent", () => {
  const line = new WaitingLine();
  line.add("first", 0);
  line.add("second", 0);
  line.add("first", 0);
  expect(line.size).toBe(2);
  line.add("second", 20);
  expect(line.size).toBe(2);
  expect(takeAll(line)).toEqual(["second", "first"]);
});
