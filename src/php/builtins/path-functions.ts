import { raise } from "../php-throw.ts";
import { trimBytes } from "./trim-bytes.ts";
import { type Behaviour, type BuiltinTable, defineBuiltins } from "./builtin.ts";

/** Laravel's path functions and PHP's functions on paths that need no file system. */
export const pathFunctions: BuiltinTable = defineBuiltins({
  "base_path(path?)": inside(""),
  "app_path(path?)": inside("app"),
  "config_path(path?)": inside("config"),
  "database_path(path?)": inside("database"),
  "lang_path(path?)": inside("lang"),
  "public_path(path?)": inside("public"),
  "resource_path(path?)": inside("resources"),
  "storage_path(path?)": (args, host) => {
    // Illuminate\Foundation\Application::storagePath() looks here first.
    const moved = host.env("LARAVEL_STORAGE_PATH");
    return join(moved ?? join(host.settings.basePath, "storage"), args.string(0));
  },
  "dirname(path, levels?)": (args) => {
    let path = args.string(0);
    if (args.int(1, 1n) < 1n) throw raise("ValueError", "dirname() needs $levels to be 1 or more");
    for (let left = args.int(1, 1n); left > 0n; left--) {
      const parent = directory(path);
      if (parent === path) break;
      path = parent;
    }
    return path;
  },
  "basename(path, suffix?)": (args) => {
    const name = trimBytes(args.string(0), "right", "/").replace(/^[^]*\//, "");
    const suffix = args.string(1);
    return suffix !== "" && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
  },
});

function inside(folder: string): Behaviour {
  return (args, host) => join(join(host.settings.basePath, folder), args.string(0));
}

/** Illuminate\Filesystem\join_paths(). */
function join(base: string, path: string): string {
  return path === "" ? base : `${base}/${path.replace(/^\/+/, "")}`;
}

function directory(path: string): string {
  const trimmed = trimBytes(path, "right", "/");
  if (trimmed === "") return path === "" ? "" : "/";
  const slash = trimmed.lastIndexOf("/");
  return slash < 0 ? "." : trimBytes(trimmed.slice(0, slash), "right", "/") || "/";
}
