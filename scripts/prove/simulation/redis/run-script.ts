import { compileLua, type LuaScript } from "../lua/compile-lua.ts";
import { LuaError, LuaTable, type LuaValue } from "../lua/lua-value.ts";
import { RedisError, type Reply, Status } from "./reply.ts";

const compiled = new Map<string, LuaScript>();

/** Runs a command for a script, as its user would. Throws a {@link RedisError}. */
export type Call = (name: string, args: readonly string[]) => Reply;

/** Runs a script. Throws a {@link RedisError} with what it, or a command in it, has raised. */
export function runScript(
  source: string,
  keys: readonly string[],
  args: readonly string[],
  call: Call,
): Reply {
  let script = compiled.get(source);
  if (script === undefined) compiled.set(source, script = compileLua(source));
  const run = (values: readonly LuaValue[]): LuaValue => {
    const [name = "", ...texts] = values.map(textOfArgument);
    return luaOf(call(name.toUpperCase(), texts));
  };
  const redis = new LuaTable();
  redis.set("call", (...values) => [run(values)]);
  redis.set("pcall", (...values) => {
    try {
      return [run(values)];
    } catch (error) {
      if (!(error instanceof RedisError)) throw error;
      const table = new LuaTable();
      table.set("err", error.message);
      return [table];
    }
  });
  try {
    return replyOf(script(keys, args, redis)[0]);
  } catch (error) {
    if (error instanceof LuaError) throw new RedisError(`ERR user_script: ${error.message}`);
    throw error;
  }
}

function textOfArgument(value: LuaValue): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new RedisError("ERR Lua redis lib command arguments must be strings or integers");
}

/** A reply as a script sees it. */
function luaOf(reply: Reply): LuaValue {
  if (reply === null) return false;
  if (typeof reply === "number" || typeof reply === "string") return reply;
  if (!(reply instanceof Status)) return new LuaTable(reply.map(luaOf));
  const table = new LuaTable();
  table.set("ok", reply.text);
  return table;
}

/** What a script returns as a reply: numbers lose their fraction, a list ends at its first nil. */
function replyOf(value: LuaValue): Reply {
  if (value === undefined || value === false) return null;
  if (value === true) return 1;
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value === "string") return value;
  if (typeof value === "function") return null;
  const error = value.get("err"), ok = value.get("ok");
  if (typeof error === "string") throw new RedisError(error);
  return typeof ok === "string" ? new Status(ok) : value.list.map(replyOf);
}
