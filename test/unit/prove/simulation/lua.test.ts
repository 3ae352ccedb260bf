import { expect, test } from "bun:test";
import { compileLua } from "../../../../scripts/prove/simulation/lua/compile-lua.ts";
import { LuaTable, type LuaValue } from "../../../../scripts/prove/simulation/lua/lua-value.ts";

function run(source: string, ...args: readonly string[]): unknown {
  return compileLua(source)([], args, new LuaTable()).map(plain);
}

function plain(value: LuaValue): unknown {
  return value instanceof LuaTable ? value.list.map(plain) : value;
}

test("values, lists and their lengths", () => {
  expect(run("local t = {} for i = 1, 3 do t[#t + 1] = i * 2 end return t, #t")).toEqual([[2, 4, 6], 3]);
  expect(run("local t = {'a', 'b', 'c'} t[3] = nil return #t, t[3]")).toEqual([2, undefined]);
  expect(run("local t = {} t['x'] = 1 t.y = 2 return t.x + t['y'], t.z")).toEqual([3, undefined]);
});

test("functions give several values, of which a call in the middle keeps one", () => {
  expect(run("local function two() return 1, 2 end return two(), two()")).toEqual([1, 1, 2]);
  expect(run("local function two() return 1, 2 end local a, b, c = two() return b, c")).toEqual([
    2,
    undefined,
  ]);
  expect(run("local function none() end return none() == nil")).toEqual([true]);
});

test("only nil and false are not true", () => {
  expect(run("return 0 and 'yes', '' and 'yes', nil or 'no', false or 'no', not 0")).toEqual([
    "yes",
    "yes",
    "no",
    "no",
    false,
  ]);
});

test("texts count as numbers in sums and numbers as texts in joins", () => {
  expect(run("return '10' + 1, 2 .. '', ARGV[1] * 2, 1e15 .. ''", "21")).toEqual([11, "2", 42, "1e+15"]);
  expect(run("return string.format('%.0f', 12345678901234567), string.format('%06d', 42)")).toEqual([
    "12345678901234568",
    "000042",
  ]);
  expect(() => run("return 'a' + 1")).toThrow("arithmetic on a string value");
});

test("patterns are found and matched", () => {
  expect(run("return string.find('12.3', '^%d+%.'), string.find('x', '^%d+$')")).toEqual([1, undefined]);
  expect(run("return string.match('a b\\nc', '^([^\\n]*)\\n(.*)$')")).toEqual(["a b", "c"]);
  expect(run("return string.match('17-4', '^(%d+)-(%d+)$')")).toEqual(["17", "4"]);
  expect(run("local id = '17-4' return id:match('^%d+'), string.match('a=b=c', '^(.-)=')")).toEqual([
    "17",
    "a",
  ]);
  expect(run("return string.sub('hello', 2, -2), string.sub('hello', -3)")).toEqual(["ell", "llo"]);
  expect(() => run("return string.find('a', '%bxy')")).toThrow("not supported");
});

test("a later local of the same name is another variable", () => {
  expect(run("local a = 1 local function f() return a end local a = 2 return f(), a")).toEqual([1, 2]);
  expect(run("local i = 9 for i = 1, 2 do end if true then local i = 3 end return i")).toEqual([9]);
});

test("a global that scripts do not have is an error", () => {
  expect(() => compileLua("return os.time()")).toThrow("The script uses the global os");
});
